#!/usr/bin/env python3
"""Checks the folder map of HACKING.md against the tree, in both directions.

The map is the fenced block that follows the heading "Folder map": one path or pattern per line, then what it is. Every line
must match something in the tree, and every top-level file, every folder and every folder in a folder must be matched by a line.

Usage: check_folder_map.py [ROOT]. Prints each fault; exit code 1 if there is any.
"""

from __future__ import annotations

import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

MAP = "HACKING.md"
DEEPEST = 2  # levels of folders that the map covers


def entries_of(text: str) -> dict[str, int]:
    """The paths of the map, each with its line number in HACKING.md."""
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if re.match(r"#+ Folder map\s*$", line)), len(lines))
    fences = [i for i in range(start, len(lines)) if lines[i].startswith("```")]
    if len(fences) < 2:
        return {}
    return {lines[i].split()[0]: i + 1 for i in range(fences[0] + 1, fences[1]) if lines[i].strip()}


def places_of(tracked: list[str]) -> set[str]:
    """Top-level files, and folders (with a slash at the end) down to the deepest level that the map covers."""
    places = set()
    for name in tracked:
        path = PurePosixPath(name)
        if len(path.parts) == 1:
            places.add(name)
        folders = path.parts[:-1][:DEEPEST]
        places.update("/".join(folders[: n + 1]) + "/" for n in range(len(folders)))
    return places


def faults_of(entries: dict[str, int], tracked: list[str]) -> list[str]:
    if not entries:
        return [f"{MAP}: has no folder map"]
    everything = places_of(tracked) | set(tracked)
    faults = [
        f"{MAP}:{line}: {entry} is in the map but not in the tree"
        for entry, line in entries.items()
        if not any(fnmatchcase(place, entry) for place in everything)
        and not any(name.startswith(entry) for name in tracked if entry.endswith("/"))]
    faults += [
        f"{MAP}: {place} is in the tree but not in the map"
        for place in sorted(places_of(tracked))
        if not any(fnmatchcase(place, entry) for entry in entries)]
    return faults


def main() -> int:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root, capture_output=True, text=True, check=True).stdout.splitlines()
    faults = faults_of(entries_of((root / MAP).read_text()), tracked)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
