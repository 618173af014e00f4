"""Puts the modules together: one AAR a library, and the demo's APK."""

import pathlib
import shutil
import struct
import xml.etree.ElementTree as xml
import zipfile

import artifacts
from modules import SHORT
from natives import Skipped
from running import FRAMEWORK_RESOURCES, classpath, run

NAMESPACE = "http://schemas.android.com/apk/res/android"
NAME = f"{{{NAMESPACE}}}name"
MIN_SDK = 24
# What the system makes by name.
KEPT = {"application", "activity", "service", "receiver", "provider"}
ALIGNMENT = 0xD935  # the extra field of Android's tools
# So that the same sources give the same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)


def aar(module, natives, output):
    """https://developer.android.com/studio/projects/android-library#aar-contents"""
    classes = module.output / "classes.jar"
    _zip(classes, _files(module.classes))
    contents = {"AndroidManifest.xml": module.manifest, "classes.jar": classes}
    contents["proguard.txt"] = module.folder / "consumer-rules.pro"
    empty = module.output / "R.txt"
    if not module.resources.exists():
        empty.write_text("")
    contents["R.txt"] = empty
    if module.resources.exists():
        contents |= {f"res/{name}": path for name, path in _files(module.resources).items()}
    if module.name == "core" and not isinstance(natives, Skipped):
        contents |= {f"jni/{name}": path for name, path in _files(output / "jni").items()}
    package = output / f"bailing-{module.name}.aar"
    _zip(package, contents)
    print(f"{package.name}: {package.stat().st_size:,} bytes, {len(contents)} files")


def apk(module, jars, natives, output):
    """The demo, signed with a debug key that is made where none is."""
    folder = module.output / "apk"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    manifest = folder / "AndroidManifest.xml"
    merge_manifests(module, manifest)
    resources = [part for below in module.with_those_below() if below.resources.exists()
                 for part in ("-S", below.resources)]
    unsigned, aligned = folder / "unsigned.apk", folder / "aligned.apk"
    run("aapt", "package", "-f", "--auto-add-overlay",
        "-M", manifest, *resources, "-I", FRAMEWORK_RESOURCES, "-F", unsigned)
    run("java", *SHORT, "-cp", classpath(*jars["dex"]), "com.android.dx.command.Main", "--dex",
        f"--min-sdk-version={MIN_SDK}", "--multi-dex", f"--output={folder}",
        shrink(module, jars, manifest, folder / "shrunk.jar"))
    with zipfile.ZipFile(unsigned, "a") as archive:
        for dex in sorted(folder.glob("classes*.dex")):
            _add(archive, dex.name, dex, zipfile.ZIP_DEFLATED)
        for name, path in _native_files(natives, output).items():
            # Stored: mapped from the APK, so it takes no second copy on the phone.
            _add(archive, f"lib/{name}", path, zipfile.ZIP_STORED)
    _align(unsigned, aligned)
    package = output / "bailing-demo.apk"
    run("apksigner", "sign", "--ks", _debug_key(output),
        "--ks-pass", "pass:android", "--out", package, "--min-sdk-version", MIN_SDK, aligned)
    run("apksigner", "verify", "--min-sdk-version", MIN_SDK, package)
    badging = run("aapt", "dump", "badging", package)
    wanted = ("package:", "sdkVersion", "targetSdk", "application-label:", "launchable", "native-code",
              "uses-permission")
    print("\n".join(line for line in badging.splitlines() if line.startswith(wanted)))
    print(f"{package.name}: {package.stat().st_size:,} bytes")


def shrink(module, jars, manifest, shrunk):
    """The app as its users have it: shrunk and renamed by the libraries' own consumer rules.

    ProGuard also turns JNA's lambdas into classes, which dx needs and the phone has no factory for.
    """
    modules = module.with_those_below()
    # With the app's R alone, which numbers the libraries' resources too.
    classes = [*(below.classes for below in modules), module.r_classes]
    named = [element.get(NAME) for element in xml.parse(manifest).iter() if element.tag in KEPT]
    options = [
        *(f"-injars {part}" for part in classes),
        *(f"-injars {jar}(!META-INF/**)" for jar in jars["runtime"]),
        f"-outjars {shrunk}",
        *(f"-libraryjars {jar}" for jar in jars["framework"]),
        # The framework's jar leaves to the JDK what Android has of Java.
        *(f"-libraryjars <java.home>/jmods/java.{name}.jmod(!**.jar;!module-info.class)"
          for name in ("base", "logging")),
        "-target 1.7", "-dontoptimize", "-dontnote **",
        # What the libraries lack is theirs; what we lack is a rule that is missing.
        "-dontwarn !org.bailing.**", "-dontwarn org.jetbrains.annotations.**",
        *(f"-include {below.folder / 'consumer-rules.pro'}" for below in modules if below.is_library),
        # What aapt's rules would keep.
        *(f"-keep class {name}" for name in named if name),
    ]
    rules = shrunk.with_suffix(".pro")
    rules.write_text("\n".join(options) + "\n")
    run("java", *SHORT, "-cp", classpath(*jars["shrink"]), "proguard.ProGuard", f"@{rules}")
    with zipfile.ZipFile(shrunk) as archive:
        bridge = archive.read("org/bailing/core/FrameBridge.class")
    if b"process" not in bridge:
        raise SystemExit("the consumer rules lost the frame path's native entry")
    return shrunk


def merge_manifests(module, merged):
    """The module's manifest with the permissions and components of those below it."""
    xml.register_namespace("android", NAMESPACE)
    tree = xml.parse(module.manifest)
    root = tree.getroot()
    application = root.find("application")
    if application is None:
        application = xml.SubElement(root, "application")
    for below in module.with_those_below()[1:]:
        library = xml.parse(below.manifest).getroot()
        for element in library:
            there = {(known.tag, known.get(NAME)) for known in root}
            if element.tag == "application":
                application.extend(element)
            elif element.tag != "uses-sdk" and (element.tag, element.get(NAME)) not in there:
                root.append(element)
    merged.parent.mkdir(parents=True, exist_ok=True)
    tree.write(merged, encoding="utf-8", xml_declaration=True)


def _native_files(natives, output):
    """Ours and, for the same ABIs, JNA's."""
    if isinstance(natives, Skipped):
        return {}
    folder = output / "jna"
    with zipfile.ZipFile(artifacts.aar(output / "toolchain", "jna")) as archive:
        for abi in natives:
            archive.extract(f"jni/{abi}/libjnidispatch.so", folder)
    return _files(output / "jni") | _files(folder / "jni")


def _align(unsigned, aligned):
    """Entries at multiples of 4 bytes, libraries at multiples of 16 KB.

    zipalign before version 35 knows pages of 4 KB only, so the entries are padded here.
    """
    with zipfile.ZipFile(unsigned) as before, zipfile.ZipFile(aligned, "w") as after:
        for entry in before.infolist():
            data = before.read(entry)
            info = zipfile.ZipInfo(entry.filename, EPOCH)
            info.compress_type = entry.compress_type
            if entry.compress_type == zipfile.ZIP_STORED:
                boundary = 0x4000 if entry.filename.endswith(".so") else 4
                # apksigner moves entries, and keeps the alignment that this field asks for.
                start = after.fp.tell() + 30 + len(entry.filename.encode()) + 6
                padding = -start % boundary
                info.extra = struct.pack("<HHH", ALIGNMENT, 2 + padding, boundary) + bytes(padding)
            after.writestr(info, data)


def _debug_key(output):
    keystore = output / "debug.keystore"
    if not keystore.exists():
        run("keytool", "-genkeypair", "-keystore", keystore, "-storepass", "android",
            "-alias", "debug", "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "10000",
            "-dname", "CN=Bailing debug")
    return keystore


def _files(folder):
    """Paths under a folder, by name relative to it, in order."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path for path in paths}


def _zip(package, contents):
    with zipfile.ZipFile(package, "w") as archive:
        for name, path in contents.items():
            _add(archive, name, path, zipfile.ZIP_DEFLATED)


def _add(archive, name, path, compression):
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = compression
    archive.writestr(info, pathlib.Path(path).read_bytes())
