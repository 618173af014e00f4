"""Runs the JDK's and Debian's tools, and says what they said when they fail."""

import pathlib
import shutil
import subprocess

# aapt of Debian 12 cannot read the resources of newer frameworks; these are of API 29.
FRAMEWORK_RESOURCES = pathlib.Path("/usr/share/android-framework-res/framework-res.apk")


def require(tools):
    """Ends the build where one is absent, and says which Debian packages to install."""
    absent = {package for name, package in tools.items() if not shutil.which(name)}
    if not FRAMEWORK_RESOURCES.exists():
        absent.add("android-framework-res")
    if absent:
        raise SystemExit(f"missing: apt-get install {' '.join(sorted(absent))}")


def run(*command, **options):
    """Standard output; what went wrong ends the build."""
    command = [str(part) for part in command]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
    )
    if done.returncode:
        raise SystemExit(f"{done.stdout}\n{command[0]} failed (exit {done.returncode})")
    return done.stdout


def classpath(*entries):
    return ":".join(str(entry) for entry in entries)
