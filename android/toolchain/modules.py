"""The modules, and how each is compiled: resources to R, generated bindings, Kotlin."""

import hashlib
import pathlib
import shutil

from running import FRAMEWORK_RESOURCES, classpath, run

ANDROID = pathlib.Path(__file__).resolve().parent.parent
JVM_TARGET = "1.8"  # what dx can read

# A compiler runs for seconds: better code of its own and parallel collection cost more than they give.
SHORT = ["-Xmx2g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]

# dx knows no invokedynamic.
FLAGS = [
    "-jvm-target", JVM_TARGET, "-no-stdlib", "-no-reflect", "-Werror",
    "-Xlambdas=class", "-Xsam-conversions=class", "-Xstring-concat=inline",
]


class Module:
    """A folder under android/ and the modules that it builds on."""

    def __init__(self, name, builds_on, output):
        self.name, self.builds_on = name, builds_on
        self.folder = ANDROID / name
        self.package = f"org.bailing.{name}"
        self.output = output / name
        self.manifest = self.folder / "src/main/AndroidManifest.xml"
        self.resources = self.folder / "src/main/res"
        self.classes = self.output / "classes"
        self.r_classes = self.output / "r-classes"
        self.r_text = self.output / "R.txt"
        self.is_library = name != "demo"

    def with_those_below(self):
        """Itself and every module it builds on, nearest first, each once."""
        found = [self]
        for below in self.builds_on:
            found += [module for module in below.with_those_below() if module not in found]
        return found

    def compile(self, jars):
        """Compiles main sources; `jars` are those of artifacts.fetch, by purpose."""
        sources = [module.folder / "src" for module in self.with_those_below()]
        sources = [folder / part for folder in sources for part in ("main", "generated")]
        if is_fresh(self.output / "stamp", sources):
            print("unchanged")
            return
        (self.output / "stamp").unlink(missing_ok=True)
        for folder in (self.classes, self.r_classes):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        below = [folder for module in self.with_those_below()[1:]
                 for folder in (module.classes, module.r_classes)]
        libraries = [*below, *jars["runtime"], *jars["framework"]]
        if self.resources.exists():
            self._compile_r(jars)
            libraries.append(self.r_classes)
        generated = self.folder / "src/generated/kotlin"
        if generated.exists():
            # A unit of its own: generated code knows neither explicit API mode nor -Werror.
            lax = [flag for flag in FLAGS if flag != "-Werror"]
            bindings = self.output / "bindings"
            if not is_fresh(self.output / "bindings.stamp", [generated]):
                kotlinc(jars, [generated], libraries, bindings, [*lax, "-nowarn"], "bindings")
                stamp(self.output / "bindings.stamp", [generated])
            shutil.copytree(bindings, self.classes, dirs_exist_ok=True)
            libraries.append(bindings)
        strict = ["-Xexplicit-api=strict"] if self.is_library else []
        kotlinc(jars, [self.folder / "src/main/kotlin"], libraries, self.output / "main",
                [*FLAGS, *strict], self.name)
        shutil.copytree(self.output / "main", self.classes, dirs_exist_ok=True)
        stamp(self.output / "stamp", sources)

    def _compile_r(self, jars):
        sources = self.output / "r"
        shutil.rmtree(sources, ignore_errors=True)
        sources.mkdir(parents=True)
        resources = [part for module in self.with_those_below() if module.resources.exists()
                     for part in ("-S", module.resources)]
        # Numbers are the app's to give: a library's own hold in its own tests only, and the app brings the
        # R of every library anew.
        below = [module.package for module in self.with_those_below()[1:] if module.resources.exists()]
        numbering = ["--non-constant-id"] if self.is_library else ["--extra-packages", ":".join(below)]
        run("aapt", "package", "-f", "-m", "--auto-add-overlay",
            "-M", self.manifest, *resources, "-I", FRAMEWORK_RESOURCES, "-J", sources,
            "--output-text-symbols", self.output, *numbering)
        run("javac", "-nowarn", "-Xlint:-options", "--release", "8", "-d", self.r_classes,
            *sources.rglob("*.java"))


def is_fresh(mark, folders):
    """Whether what `mark` stands for was made from these very files, by this very toolchain."""
    return mark.exists() and mark.read_text() == _digest(folders)


def stamp(mark, folders):
    mark.write_text(_digest(folders))


def _digest(folders):
    digest = hashlib.sha256()
    digest.update(" ".join(FLAGS).encode())
    files = [pathlib.Path(__file__).with_name("artifacts.lock")]
    files += [file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file()]
    for file in files:
        digest.update(f"{file}\0{file.stat().st_size}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def kotlinc(jars, sources, libraries, output, flags, name):
    """Runs the locked Kotlin compiler."""
    shutil.rmtree(output, ignore_errors=True)
    run("java", *SHORT, "-cp", classpath(*jars["compiler"]),
        "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler", *flags, "-module-name", name,
        "-cp", classpath(*libraries), "-d", output, *sources)


def all_modules(output):
    core = Module("core", [], output)
    capture = Module("capture", [core], output)
    return [core, capture, Module("demo", [capture], output)]
