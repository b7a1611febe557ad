#!/usr/bin/env python3
"""Checks that every public header of the built library compiles alone.

A header that a source of its module includes before anything else has been compiled alone there, when the library was built.
CMake's targets for VERIFY_INTERFACE_HEADER_SETS would compile it once more: of these only the others are built.

Usage: check_headers.py BUILD_FOLDER [--jobs N]. Build all before. Exit code 1 if a header does not compile.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path, PurePosixPath

FIRST_INCLUDE = re.compile(r'(?:\s|//[^\n]*\n|/\*.*?\*/)*#\s*include\s*"([^"]+)"', re.DOTALL)
HEADER_SET = re.compile(r"_verify_interface_header_sets/(gridpact/\S+\.hpp)\.cxx$")


def first_include(text: str) -> str | None:
    """The project header that comes before all else but comments."""
    match = FIRST_INCLUDE.match(text)
    return match[1] if match else None


def is_of_module_of(source: Path, header: str) -> bool:
    module = PurePosixPath(header).parent
    return any(folder.as_posix().endswith(f"src/{module}") for folder in source.parents)


def still_to_compile(commands: list[dict[str, str]]) -> tuple[dict[str, str], int]:
    """Headers that no source of their module compiles first, each with its object file, and how many headers there are."""
    objects: dict[str, str] = {}
    compiled: set[str] = set()
    for command in commands:
        source = Path(command["file"])
        if match := HEADER_SET.search(command["file"]):
            output = re.search(r" -o (\S+)", command["command"])
            assert output, command["command"]
            objects[match[1]] = output[1]
        elif source.exists() and (header := first_include(source.read_text())) and is_of_module_of(source, header):
            compiled.add(header)
    return {header: path for header, path in objects.items() if header not in compiled}, len(objects)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()

    objects, total = still_to_compile(json.loads((arguments.build / "compile_commands.json").read_text()))
    if total == 0:
        print(f"{arguments.build} was configured without CMAKE_VERIFY_INTERFACE_HEADER_SETS", file=sys.stderr)
        return 1
    print(f"    {len(objects)} of {total} headers to compile, the others come first in a source of their module", flush=True)
    if not objects:
        return 0
    return subprocess.run(["cmake", "--build", arguments.build, "--parallel", str(arguments.jobs),
                           "--target", *objects.values()]).returncode


if __name__ == "__main__":
    sys.exit(main())
