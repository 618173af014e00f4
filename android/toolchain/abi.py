"""Holds the public ABI of a library against the dump that is committed beside it."""

import difflib
import os
import pathlib

from running import classpath, run

PROGRAM = pathlib.Path(__file__).with_name("DumpAbi.java")

# Rust's side of the bindings; no app should name it.
NOT_API = "/org/bailing/core/generated/"


def check(module, jars):
    committed = module.folder / f"api/{module.name}.api"
    classes = sorted(module.classes.rglob("*.class"))
    classes = [path for path in classes if NOT_API not in str(path)]
    dump = run("java", "-cp", classpath(*jars["abi"]), PROGRAM, *classes)
    if os.environ.get("BAILING_RENEW"):
        committed.parent.mkdir(exist_ok=True)
        committed.write_text(dump)
    before = committed.read_text() if committed.exists() else ""
    difference = difflib.unified_diff(
        before.splitlines(), dump.splitlines(), str(committed), "built", lineterm=""
    )
    if text := "\n".join(difference):
        raise SystemExit(f"{text}\nthe ABI changed: BAILING_RENEW=1 android/build accepts it")
