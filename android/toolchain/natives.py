"""The native libraries: found where they were built, and their alignment checked."""

import pathlib
import shutil
import struct
import zipfile

import artifacts

# Rust target, and Android's name for it.
ABIS = {
    "aarch64-linux-android": "arm64-v8a",
    "armv7-linux-androideabi": "armeabi-v7a",
    "x86_64-linux-android": "x86_64",
}
LIBRARY = "libbailing_ffi.so"
PAGE = 0x4000  # Android 15 may have pages of 16 KB; Google Play asks for them on 64-bit
LOAD = 1  # ELF's PT_LOAD


class Skipped:
    """A step that could not run, and why."""

    def __init__(self, why):
        self.why = why


def host(root):
    """The library for this machine's JVM, or None."""
    path = root / "target/release" / LIBRARY
    return path if path.exists() else None


def collect(output):
    """Copies what `cargo xtask mobile` built into `output`/jni/ABI, JNA's part beside it."""
    root = pathlib.Path(__file__).resolve().parents[2]
    folder = output / "jni"
    shutil.rmtree(folder, ignore_errors=True)
    found = []
    for target, abi in ABIS.items():
        built = root / "target/mobile" / target / LIBRARY
        if built.exists():
            (folder / abi).mkdir(parents=True)
            shutil.copy(built, folder / abi)
            found.append(abi)
    absent = [abi for abi in ABIS.values() if abi not in found]
    if absent:
        print(f"NOT PACKAGED: {LIBRARY} for {', '.join(absent)}: `cargo xtask mobile` builds them")
    return Skipped("no native library was built for Android") if not found else found


def load_alignments(elf):
    """p_align of each LOAD segment of an ELF file's bytes (ELF-64 and ELF-32, little endian)."""
    if elf[:4] != b"\x7fELF":
        raise SystemExit("not an ELF file")
    is_64 = elf[4] == 2
    offset, size, count = (
        (*struct.unpack_from("<Q", elf, 32), *struct.unpack_from("<HH", elf, 54)) if is_64
        else (*struct.unpack_from("<I", elf, 28), *struct.unpack_from("<HH", elf, 42))
    )
    headers = range(offset, offset + size * count, size)
    align, form = (48, "<Q") if is_64 else (28, "<I")
    return [struct.unpack_from(form, elf, at + align)[0] for at in headers
            if struct.unpack_from("<I", elf, at)[0] == LOAD]


def check_pages(output):
    """Every 64-bit library in the packages is aligned for 16 KB pages, and stored so in the APK."""
    checked = 0
    for package in [*output.glob("*.aar"), *output.glob("*.apk"),
                    artifacts.aar(output / "toolchain", "jna")]:
        with zipfile.ZipFile(package) as archive:
            for entry in archive.infolist():
                if not entry.filename.endswith(".so"):
                    continue
                alignments = load_alignments(archive.read(entry))
                # Android with 32-bit processes has pages of 4 KB only.
                wide = "64" in pathlib.PurePath(entry.filename).parent.name
                aligned = all(alignment >= PAGE for alignment in alignments)
                print(f"{package.name} {entry.filename}: {', '.join(map(hex, alignments))}"
                      + ("" if aligned else " (4 KB)"))
                if wide and not aligned:
                    raise SystemExit(f"{entry.filename} does not load with 16 KB pages")
                if package.suffix == ".apk":
                    _check_stored(package, entry)
                checked += 1
    print(f"{checked} libraries")


def _check_stored(package, entry):
    with package.open("rb") as file:
        file.seek(entry.header_offset + 26)
        name, extra = struct.unpack("<HH", file.read(4))
    start = entry.header_offset + 30 + name + extra
    if entry.compress_type != zipfile.ZIP_STORED or start % PAGE:
        raise SystemExit(f"{entry.filename} cannot be mapped from the APK: at {start:#x}")
