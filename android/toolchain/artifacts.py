"""Fetches the jars of artifacts.lock from Maven Central, and holds each against its hash."""

import hashlib
import pathlib
import subprocess
import zipfile

LOCK = pathlib.Path(__file__).with_name("artifacts.lock")
PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"


class Artifact:
    """One line of the lock: what it is for, its hash, `group:name:version[:packaging]`."""

    def __init__(self, purpose, sha256, coordinates):
        self.purpose, self.sha256, self.coordinates = purpose, sha256, coordinates
        self.group, self.name, self.version, *packaging = coordinates.split(":")
        self.packaging = packaging[0] if packaging else "jar"

    def path(self, folder):
        return folder / self.purpose / f"{self.name}-{self.version}.{self.packaging}"


def locked():
    lines = (line.split("#")[0].split() for line in LOCK.read_text().splitlines())
    return [Artifact(*line) for line in lines if line]


def fetch(folder):
    """The jars under `folder`, by purpose; of an .aar, the classes.jar in it."""
    artifacts = locked()
    absent = [artifact for artifact in artifacts if not artifact.path(folder).exists()]
    if absent:
        _copy(absent, folder)
    jars = {}
    for artifact in artifacts:
        path = artifact.path(folder)
        # Once, when it arrives: together they have 800 MB.
        checked = path.with_suffix(path.suffix + ".sha256")
        if not checked.exists() or checked.read_text() != artifact.sha256:
            found = hashlib.sha256(path.read_bytes()).hexdigest()
            if found != artifact.sha256:
                path.unlink()
                raise SystemExit(f"{artifact.coordinates}: SHA-256 {found}, locked {artifact.sha256}")
            checked.write_text(found)
        if artifact.packaging == "aar":
            path = _classes(path)
        jars.setdefault(artifact.purpose, []).append(path)
    return jars


def aar(folder, name):
    """The path of an .aar that was fetched."""
    return next(a.path(folder) for a in locked() if a.name == name and a.packaging == "aar")


def _copy(artifacts, folder):
    items = "".join(
        f"<artifactItem><groupId>{a.group}</groupId><artifactId>{a.name}</artifactId>"
        f"<version>{a.version}</version><type>{a.packaging}</type>"
        f"<outputDirectory>{a.path(folder).parent}</outputDirectory></artifactItem>"
        for a in artifacts
    )
    folder.mkdir(parents=True, exist_ok=True)
    project = folder / "pom.xml"
    project.write_text(
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>org.bailing</groupId><artifactId>toolchain</artifactId><version>1</version>"
        "<packaging>pom</packaging><build><plugins><plugin>"
        "<groupId>org.apache.maven.plugins</groupId><artifactId>maven-dependency-plugin</artifactId>"
        f"<configuration><artifactItems>{items}</artifactItems></configuration>"
        "</plugin></plugins></build></project>"
    )
    subprocess.run(["mvn", "-q", "-B", "-f", project, f"{PLUGIN}:copy"], check=True)


def _classes(path):
    classes = path.with_suffix(".classes.jar")
    if not classes.exists():
        with zipfile.ZipFile(path) as archive:
            classes.write_bytes(archive.read("classes.jar"))
    return classes
