"""Checks property lists, privacy manifests, string tables, and that both package manifests are of one package."""
import pathlib
import plistlib
import re
import sys

IOS = pathlib.Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "zh-Hans")
PRIVACY_KEYS = {"NSPrivacyTracking", "NSPrivacyTrackingDomains", "NSPrivacyCollectedDataTypes", "NSPrivacyAccessedAPITypes"}
# Apple's reasons for the categories used here; an unknown one gets the app refused.
REASONS = {"FileTimestamp": {"C617.1", "DDA9.1", "3B52.1", "0A2A.1"},
           "SystemBootTime": {"35F9.1", "8FFB.1", "3D61.1"},
           "UserDefaults": {"CA92.1", "1C8F.1", "C56D.1", "AC6B.1"}}
STRING = re.compile(r'^"((?:[^"\\]|\\.)*)" = "((?:[^"\\]|\\.)*)";$')

problems = []


def say(path, problem):
    problems.append(f"{path.relative_to(IOS)}: {problem}")


def tree(pattern):
    return [path for path in sorted(IOS.rglob(pattern)) if "build" not in path.relative_to(IOS).parts]


def property_lists():
    for path in tree("*.plist") + tree("*.xcprivacy"):
        try:
            content = plistlib.loads(path.read_bytes())
        except Exception as error:  # plistlib raises whatever its parser does
            say(path, f"not a property list: {error}")
            continue
        if path.suffix == ".xcprivacy":
            privacy(path, content)
    for target in ("Sources/BailingCore", "Sources/BailingCapture", "Demo.swiftpm"):
        if not (IOS / target / "Resources/PrivacyInfo.xcprivacy").exists():
            say(IOS / target, "has no PrivacyInfo.xcprivacy")
    if "NSCameraUsageDescription" not in plistlib.loads((IOS / "Demo.swiftpm/Info.plist").read_bytes()):
        say(IOS / "Demo.swiftpm/Info.plist", "says nothing about the camera: the system would end the app")


def privacy(path, content):
    if set(content) != PRIVACY_KEYS:
        say(path, f"other keys than Apple's four: {sorted(set(content) ^ PRIVACY_KEYS)}")
    for entry in content.get("NSPrivacyAccessedAPITypes", []):
        category = entry["NSPrivacyAccessedAPIType"].removeprefix("NSPrivacyAccessedAPICategory")
        for reason in entry["NSPrivacyAccessedAPITypeReasons"]:
            if reason not in REASONS.get(category, ()):
                say(path, f"{reason} is no reason for {category}")
    for entry in content.get("NSPrivacyCollectedDataTypes", []):
        if entry["NSPrivacyCollectedDataTypeTracking"] or not entry["NSPrivacyCollectedDataTypePurposes"]:
            say(path, "nothing is collected for tracking, or for nothing")


def table(path):
    """Keys and texts."""
    texts = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("/*"):
            continue
        match = STRING.match(line)
        if not match:
            say(path, f"not a string: {line}")
        elif match[1] in texts:
            say(path, f"twice: {match[1]}")
        else:
            texts[match[1]] = match[2]
    return texts


def strings():
    for target, call in (("Sources/BailingCapture", r"Strings\.text\("), ("Demo.swiftpm", r"localised\(")):
        folder = IOS / target
        tables = {language: table(folder / f"Resources/{language}.lproj/Localizable.strings") for language in LANGUAGES}
        first, second = tables.values()
        for key in sorted(set(first) ^ set(second)):
            say(folder, f"{key} is not in every language")
        for key in set(first) & set(second):
            if re.findall(r"%(?:\d\$)?d", first[key]) != re.findall(r"%(?:\d\$)?d", second[key]):
                say(folder, f"{key} has other numbers in another language")
        swift = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.swift")))
        used = re.findall(call + r'"([^"]+)"', swift)
        # A key that is put together stands for all that begin so.
        for key in used:
            start, is_open, _ = key.partition("\\(")
            if not any(known.startswith(start) if is_open else known == key for known in first):
                say(folder, f"{key} has no text")
        if target == "Sources/BailingCapture":
            reasons = (folder / "Reasons.swift").read_text(encoding="utf-8")
            known = set(re.findall(r'"([a-z_]+)"', reasons[reasons.index("known: Set"):]))
            written = {key.removeprefix("reason.") for key in first if key.startswith("reason.")} - {"other"}
            for code in sorted(known ^ written):
                say(folder, f"reason.{code}: text and Reasons.known do not agree")


def manifests():
    release, development = ((IOS / name).read_text(encoding="utf-8") for name in ("Package.swift", "Package.dev.swift"))
    start = "let strict: [SwiftSetting]"
    if release[release.index(start):] != development[development.index(start):]:
        say(IOS / "Package.dev.swift", "another package than Package.swift's")
    if not re.search(r'let checksum = "[0-9a-f]{64}"', release):
        say(IOS / "Package.swift", "the checksum is not a SHA-256")


property_lists()
strings()
manifests()
for problem in problems:
    print(problem)
print(f"resources: {len(problems)} problems")
sys.exit(bool(problems))
