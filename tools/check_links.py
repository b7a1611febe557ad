#!/usr/bin/env python3
"""Checks that every relative link in the project's Markdown files leads to a file, and to a heading where it names one.

Usage: check_links.py [ROOT]. Prints each fault with file and line; exit code 1 if there is any.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)|^\[[^\]]+\]:\s*(\S+)")
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def lines_outside_code(text: str) -> Iterator[tuple[int, str]]:
    fenced = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield number, re.sub(r"`[^`]*`", "", line)


def anchors_of(text: str) -> set[str]:
    """The anchors that the usual Markdown sites give to headings."""
    anchors: set[str] = set()
    fenced = False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        match = None if fenced else re.match(r"#+\s+(.*?)\s*#*$", line)
        if match:
            words = re.sub(r"[^\w\- ]", "", match[1].lower()).replace(" ", "-")
            count = 0
            anchor = words
            while anchor in anchors:
                count += 1
                anchor = f"{words}-{count}"
            anchors.add(anchor)
    return anchors


def check_file(root: Path, path: Path) -> Iterator[str]:
    for number, line in lines_outside_code(path.read_text()):
        for match in LINK.finditer(line):
            link = match[1] or match[2]
            if ELSEWHERE.match(link):
                continue
            name, _, anchor = unquote(link).partition("#")
            target = path if not name else path.parent / name
            place = f"{path.relative_to(root)}:{number}"
            if not target.exists():
                yield f"{place}: {link} does not exist"
            elif anchor and target.suffix == ".md" and anchor not in anchors_of(target.read_text()):
                yield f"{place}: {link}: there is no such heading"


def check(root: Path, files: list[Path]) -> list[str]:
    return [fault for path in files for fault in check_file(root, path)]


def main() -> int:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=root, capture_output=True, text=True, check=True).stdout
    faults = check(root, [root / name for name in listing.splitlines() if (root / name).exists()])
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
