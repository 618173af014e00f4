"""Checks what the Swift names against where it is declared: the generated bindings, CODES.md, the C header and the Rust
that writes a frame's result. A compiler says the same and more, where there is one."""
import pathlib
import re
import sys

IOS = pathlib.Path(__file__).resolve().parent.parent
REPOSITORY = IOS.parent
CORE = IOS / "Sources/BailingCore"
HEADER = REPOSITORY / "sdk/ffi/include/bailing_frame.h"
RUST = REPOSITORY / "sdk/ffi/src/frames.rs"
# What the façade's few bridging files use of Swift itself.
PLATFORM = {"Any", "AsyncThrowingStream", "Data", "Date", "DispatchQueue", "Double", "Encodable", "Equatable", "Error",
            "Float", "Hashable", "Identifiable", "Int", "Int32", "Int64", "JSONDecoder", "LocalizedError", "Result",
            "Sendable", "String", "TimeInterval", "UInt16", "UInt32", "UInt64", "UInt8", "URL", "UnsafeRawBufferPointer",
            "Value", "CaseIterable", "Self", "BailingBindings", "BailingFFI", "Dispatch", "Foundation", "Decodable"}

problems = []


def read(path):
    return path.read_text(encoding="utf-8")


def code(text):
    """Without comments and strings."""
    text = re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', text)
    return re.sub(r"//.*", "", text)


def bindings():
    generated = code(read(CORE / "Generated/BailingBindings.swift"))
    declared = set(re.findall(r"\b(?:class|struct|enum|protocol|func|let|var|case|typealias) `?(\w+)", generated))
    # Labels of functions and of cases.
    declared |= set(re.findall(r"\b(\w+): ", generated))
    own = set()
    for path in CORE.glob("*.swift"):
        own |= set(re.findall(r"\b(?:class|struct|enum|protocol|actor|typealias) (\w+)", code(read(path))))
    checked = 0
    for path in sorted(CORE.glob("*.swift")):
        text = code(read(path))
        if "import BailingBindings" not in text:
            continue
        names = set(re.findall(r"\bBailingBindings\.(\w+)", text))
        names |= set(re.findall(r"\bnative\??\.(\w+)", text))
        names |= {name for name in re.findall(r"\b[A-Z]\w+", text)
                  if name not in own | PLATFORM and not name.isupper() and not name.startswith("BAILING_")}
        names |= set(re.findall(r"\b(guidanceText|guidanceCode|allGuidance)\b", text))
        for name in sorted(names - {"init"}):
            checked += 1
            if name not in declared:
                problems.append(f"{path.name}: {name} is not in the generated bindings")
    cases = lambda text: set(re.findall(r"^\s+case (\w+)", text, re.M))
    facade = read(CORE / "Guidance.swift").split("public enum Side")[0]
    native = re.search(r"public enum Guidance:.*?\n}", read(CORE / "Generated/BailingBindings.swift"), re.S)
    if not native or cases(code(facade)) != cases(code(native[0])):
        problems.append("Guidance.swift: other hints than the bindings'")
    return checked


def codes():
    listed = set(re.findall(r"^\| `([a-z_]+)` \|", read(REPOSITORY / "CODES.md"), re.M))
    used = {}
    for path in sorted(IOS.glob("Sources/*/*.swift")) + sorted(IOS.glob("Demo.swiftpm/*.swift")):
        text = read(path)
        found = re.findall(r'\bcode: "([a-z_]+)"', text) + re.findall(r'\.code == "(\w+)"', text)
        if path.name == "Reasons.swift":
            found += re.findall(r'"([a-z_]+)"', text[text.index("known: Set"):])
        used.update(dict.fromkeys(found, path.name))
    for name, where in used.items():
        if name not in listed:
            problems.append(f"{where}: {name} is not in CODES.md")
    return len(used)


def layout():
    if not HEADER.exists() or not RUST.exists():
        problems.append("sdk/ffi has no frame path: include/bailing_frame.h and src/frames.rs are expected")
        return 0
    header = code(read(HEADER))
    kinds = {"int32_t": "i32", "float": "f32"}
    struct = re.search(r"struct bailing_frame_result \{(.*?)\};", header, re.S)[1]
    fields = [(name, kinds[kind], int(count or 1)) for kind, name, count in re.findall(r"(\w+) (\w+)(?:\[(\d+)\])?;", struct)]
    rust = code(read(RUST))
    written = re.search(r"struct Written \{(.*?)\n\}", rust, re.S)[1]
    rust_fields = [(name, kind, int(count or 1))
                   for name, kind, count in re.findall(r"(\w+): \[?(i32|f32)(?:; (\d+))?\]?,", written)]
    if fields != rust_fields:
        problems.append(f"bailing_frame.h has {fields}, frames.rs writes {rust_fields}")
    if sum(4 * count for _, _, count in fields) != 64:
        problems.append("a frame's result has 64 bytes")
    constants = dict(re.findall(r"(BAILING_FRAME_\w+) = (-?\d+)", header))
    for name, value in re.findall(r"^\s+(\w+) = (-?\d+),", re.search(r"enum Status \{(.*?)\n\}", rust, re.S)[1], re.M):
        in_c = "BAILING_FRAME_" + re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()
        if constants.get(in_c) != value:
            problems.append(f"bailing_frame.h: {in_c} is not {value}")
    for name, value in re.findall(r"const (CAPTURE|ANALYSED|QUAD): i32 = (\d+);", rust):
        if constants.get(f"BAILING_FRAME_{name}") != value:
            problems.append(f"bailing_frame.h: BAILING_FRAME_{name} is not {value}")
    reader = code(read(CORE / "FrameResult.swift")) + code(read(CORE / "CaptureSession.swift"))
    for name in set(re.findall(r"\bwritten\.(\w+)", reader)) - {name for name, _, _ in fields}:
        problems.append(f"FrameResult.swift: the result has no {name}")
    corners = sorted(int(place) for place in re.findall(r"\bquad\.(\d)", reader))
    if corners != list(range(8)):
        problems.append(f"FrameResult.swift: reads {corners} of the quad")
    for name in set(re.findall(r"\bBAILING_FRAME_\w+", reader)) - set(constants):
        problems.append(f"{name} is not in bailing_frame.h")
    return len(fields)


counts = (bindings(), codes(), layout())
for problem in problems:
    print(problem)
print("interface: {} names of the bindings, {} codes, {} fields of a frame's result; {} problems".format(*counts, len(problems)))
sys.exit(bool(problems))
