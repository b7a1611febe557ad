#!/usr/bin/env python3
"""Checks that clang-format would change nothing.

Usage: check_layout.py FILE... Prints the files that it would change; exit code 1 if there is any.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def is_laid_out(path: Path) -> bool:
    result = subprocess.run(["clang-format-19", str(path)], capture_output=True, check=True)
    return result.stdout == path.read_bytes()


def main() -> int:
    wrong = [path for path in map(Path, sys.argv[1:]) if not is_laid_out(path)]
    for path in wrong:
        print(f"{path}: layout differs from clang-format's; ./dev format mends it")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
