"""Parses every Swift file with a real grammar, and fails on syntax errors.

What a platform's `#if` leaves out is parsed as well: no compiler on this machine sees it.
"""
import pathlib
import sys

import tree_sitter_swift
from tree_sitter import Language, Parser

IOS = pathlib.Path(__file__).resolve().parent.parent
GENERATED = IOS / "Sources/BailingCore/Generated"


def errors(node):
    """Nodes that the grammar could not place."""
    if node.is_error or node.is_missing:
        yield node
    elif node.has_error:
        for child in node.children:
            yield from errors(child)


def main():
    parser = Parser(Language(tree_sitter_swift.language()))
    files = [path for path in sorted(IOS.rglob("*.swift"))
             if "build" not in path.relative_to(IOS).parts and GENERATED not in path.parents]
    found = 0
    for path in files:
        for node in errors(parser.parse(path.read_bytes()).root_node):
            found += 1
            row, column = node.start_point
            text = node.text.decode(errors="replace").splitlines()
            print(f"{path.relative_to(IOS)}:{row + 1}:{column + 1}: syntax: {text[0][:80] if text else 'something is missing'}")
    print(f"syntax: {len(files)} Swift files, {found} errors")
    return found != 0


if __name__ == "__main__":
    sys.exit(main())
