"""Runs a module's tests on the JVM: JUnit, and Robolectric with Android's own graphics; and its bench."""

import os
import pathlib
import re
import subprocess

import natives
from modules import FLAGS, is_fresh, kotlinc, stamp
from packages import merge_manifests
from running import FRAMEWORK_RESOURCES, classpath, run

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test(module, jars, output):
    """Compiles and runs every class that is called …Test."""
    classes = _compile(module, jars)
    _configure(module, jars, classes)
    names = sorted(
        re.sub(r"\.class$", "", str(path.relative_to(classes))).replace("/", ".")
        for path in classes.rglob("*Test.class")
    )
    if not natives.host(ROOT):
        print(f"NOT TESTED with the native library: {natives.LIBRARY} is not in target/release")
    done = _java(module, jars, output, "org.junit.runner.JUnitCore", *names)
    print(_readable(done.stdout))
    if done.returncode:
        raise SystemExit(f"tests of {module.name} failed")


def bench(module, jars, output):
    """What a frame costs, through the native library."""
    if not natives.host(ROOT):
        return natives.Skipped(f"{natives.LIBRARY} is not in target/release")
    _compile(module, jars)
    done = _java(module, jars, output, f"{module.package}.FrameBench")
    print(done.stdout)
    if done.returncode:
        raise SystemExit("the bench failed")


def _main(module):
    return [folder for part in module.with_those_below()
            for folder in (part.classes, part.r_classes) if folder.exists()]


def _compile(module, jars):
    """The folder of the test classes."""
    # The host's JNA before the phone's: the same classes with this machine's natives.
    libraries = [*_main(module), *jars["host"], *jars["runtime"], *jars["test"], *jars["framework"]]
    friends = f"-Xfriend-paths={','.join(str(part.classes) for part in module.with_those_below())}"
    classes = module.output / "test-classes"
    # What the tests of a module need, those of the modules above it may need too.
    shared = [module.folder.parent / "shared-tests" / part.name for part in module.with_those_below()]
    sources = [module.folder / "src/test/kotlin", *(folder for folder in shared if folder.exists())]
    inputs = [*sources, *(part.folder / "src" for part in module.with_those_below())]
    if not is_fresh(module.output / "test.stamp", inputs):
        kotlinc(jars, sources, libraries, classes, [*FLAGS, friends], f"{module.name}-test")
        stamp(module.output / "test.stamp", inputs)
    return classes


def _java(module, jars, output, program, *arguments):
    """Runs a class of the tests in a JVM that finds the native library."""
    host = natives.host(ROOT)
    properties = {
        "robolectric.offline": "true",
        "robolectric.dependency.dir": output / "toolchain/sandbox",
        "robolectric.graphicsMode": "NATIVE",
        "bailing.pictures": output / "pictures",
        "bailing.root": ROOT,
        "user.timezone": "Asia/Shanghai",
        "java.library.path": host.parent if host else "",
        "jna.library.path": host.parent if host else "",
    }
    # The tests run in Robolectric's framework; its runner names classes of the plain one.
    path = [module.output / "test-classes", *_main(module), *jars["host"], *jars["runtime"], *jars["test"],
            *jars["framework"]]
    opened = ["java.lang", "java.util", "java.io", "java.net", "java.nio", "java.util.zip"]
    command = ["java", "-ea", "-Xmx2g", *(f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in opened),
               "--add-opens=java.base/jdk.internal.access=ALL-UNNAMED",
               *(f"-D{name}={value}" for name, value in properties.items()),
               "-cp", classpath(*path), program, *arguments]
    return subprocess.run([str(part) for part in command], cwd=module.output,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _readable(said):
    """Without the frames of JUnit and Robolectric."""
    noise = re.compile(r"\s+at (org\.junit|java\.base|org\.robolectric|jdk\.|java\.)|^WARNING: ")
    lines = [line for line in said.splitlines() if not noise.match(line)]
    return "\n".join(lines) if os.environ.get("BAILING_VERBOSE") is None else said


def _configure(module, jars, classes):
    """Tells Robolectric where manifest and resources are."""
    if not module.manifest.exists():
        return
    package = module.output / "test-resources.apk"
    resources = [part for below in module.with_those_below() if below.resources.exists()
                 for part in ("-S", below.resources)]
    manifest = module.output / "merged/AndroidManifest.xml"
    merge_manifests(module, manifest)
    run("aapt", "package", "-f", "--auto-add-overlay", "-M", manifest, *resources,
        "-I", FRAMEWORK_RESOURCES, "-F", package)
    configuration = classes / "com/android/tools/test_config.properties"
    configuration.parent.mkdir(parents=True, exist_ok=True)
    configuration.write_text(
        f"android_merged_manifest={manifest}\nandroid_resource_apk={package}\n"
        f"android_custom_package={module.package}\n"
    )
