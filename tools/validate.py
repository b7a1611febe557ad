#!/usr/bin/env python3
"""Makes the expected results of tests/validation again and compares them with those that are stored.

Each `make.py` below tests/validation writes the files of the folders beside it with a tool that is independent of gridpact.
Here it runs in a copy of the tree, so that nothing stored changes, and every file that it writes is compared: numbers may
differ by TOLERANCE times the larger of 1 and their size (solvers and processors round differently), all else must be the
same. With --write the copy's files replace the stored ones.

Usage: validate.py [--write] [FOLDER...]; FOLDER is one of tests/validation that holds a make.py; all of them if none is
named. Exit code 1 if any result is not reproduced.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VALIDATION = Path("tests/validation")
TOLERANCE = 1e-6
NUMBER = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")


class Difference(Exception):
    """What is not the same, in words."""


def difference_of(one: float, other: float) -> float:
    """Relative to the larger of 1 and their size; 0 for two numbers that are not numbers."""
    if one != one or other != other:
        return 0.0 if (one != one) == (other != other) else float("inf")
    return abs(one - other) / max(1.0, abs(one), abs(other))


def json_differences(stored, made, place: str) -> Iterator[tuple[float, str]]:
    """The difference of each number, with its place; raises where the two have not the same shape."""
    if isinstance(stored, bool) or isinstance(made, bool) or not isinstance(stored, (int, float, list, dict)):
        if stored != made:
            raise Difference(f"{place}: {stored!r} is stored, {made!r} was made")
    elif isinstance(stored, dict) and isinstance(made, dict):
        if stored.keys() != made.keys():
            raise Difference(f"{place}: only one of both has {', '.join(sorted(stored.keys() ^ made.keys()))}")
        for key in stored:
            yield from json_differences(stored[key], made[key], f"{place}.{key}")
    elif isinstance(stored, list) and isinstance(made, list):
        if len(stored) != len(made):
            raise Difference(f"{place}: {len(stored)} values are stored, {len(made)} were made")
        for index, (one, other) in enumerate(zip(stored, made)):
            yield from json_differences(one, other, f"{place}[{index}]")
    elif isinstance(stored, (int, float)) and isinstance(made, (int, float)):
        yield difference_of(stored, made), place
    else:
        raise Difference(f"{place}: {stored!r} is stored, {made!r} was made")


def text_differences(stored: str, made: str, place: str) -> Iterator[tuple[float, str]]:
    lines, other_lines = stored.splitlines(), made.splitlines()
    if len(lines) != len(other_lines):
        raise Difference(f"{place}: {len(lines)} lines are stored, {len(other_lines)} were made")
    for number, (line, other) in enumerate(zip(lines, other_lines), start=1):
        parts, other_parts = NUMBER.split(line), NUMBER.split(other)
        if parts[::2] != other_parts[::2]:
            raise Difference(f"{place}:{number}: '{line}' is stored, '{other}' was made")
        for one, two in zip(parts[1::2], other_parts[1::2]):
            yield difference_of(float(one), float(two)), f"{place}:{number}"


def largest_difference(stored: Path, made: Path, name: str) -> tuple[float, str]:
    if not stored.exists():
        raise Difference(f"{name} is not stored")
    if not made.exists():
        raise Difference(f"{name} is stored, but was not made")
    if stored.suffix == ".json":
        differences = json_differences(json.loads(stored.read_text()), json.loads(made.read_text()), name)
    else:
        differences = text_differences(stored.read_text(), made.read_text(), name)
    return max(differences, default=(0.0, name))


def copy_of_the_tree(root: Path, folder: Path) -> None:
    """tests/validation is copied; all else, which a make.py only reads, is linked."""
    for parent in (Path(), Path("tests")):
        for entry in (root / parent).iterdir():
            if entry.name != "tests" and parent / entry.name != VALIDATION:
                (folder / parent / entry.name).symlink_to(entry)
        if parent == Path():
            (folder / "tests").mkdir()
    shutil.copytree(root / VALIDATION, folder / VALIDATION, ignore=shutil.ignore_patterns("__pycache__"))


def files_below(folder: Path) -> dict[Path, int]:
    """Each file, with the time of its last change."""
    return {path.relative_to(folder): path.stat().st_mtime_ns
            for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts}


def check(script: Path, root: Path, write: bool) -> str | None:
    """Runs one make.py (relative to `root`); returns what is wrong, if anything, in words."""
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary)
        copy_of_the_tree(root, copy)
        place = script.parent
        before = files_below(copy / place)
        run = subprocess.run([sys.executable, "-B", copy / script], cwd=copy, capture_output=True, text=True)
        if run.returncode != 0:
            return f"{script} failed ({run.returncode}):\n{run.stdout}{run.stderr}"
        after = files_below(copy / place)
        made = sorted(path for path, time in after.items() if before.get(path) != time)
        if not made:
            return f"{script} wrote nothing"
        worst, faults = (0.0, ""), []
        for path in made:
            name = str(place / path)
            try:
                worst = max(worst, largest_difference(root / place / path, copy / place / path, name))
            except Difference as difference:
                faults.append(str(difference))
            if write:
                (root / place / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(copy / place / path, root / place / path)
    if write:
        print(f"{script}: {len(made)} files written")
        return None
    if worst[0] > TOLERANCE:
        faults.append(f"{worst[1]} differs by {worst[0]:.1e} (relative); up to {TOLERANCE:.0e} is rounding")
    print(f"{script}: {len(made)} files, {'NOT reproduced' if faults else 'reproduced'}, "
          f"largest difference {worst[0]:.1e}", flush=True)
    return "\n".join(faults) or None


def scripts_of(root: Path, folders: list[str]) -> list[Path]:
    scripts = {path.parent.relative_to(root / VALIDATION): path.relative_to(root)
               for path in sorted((root / VALIDATION).rglob("make.py"))}
    unknown = [name for name in folders if Path(name) not in scripts]
    if unknown:
        raise SystemExit(f"validate: {VALIDATION} has no {', '.join(unknown)} with a make.py; "
                         f"it has {', '.join(map(str, scripts))}")
    return [scripts[Path(name)] for name in folders] if folders else list(scripts.values())


def main(arguments: list[str], root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(prog="./dev validate", description="Makes the expected results of tests/validation again.")
    parser.add_argument("--write", action="store_true", help="replace the stored results")
    parser.add_argument("folder", nargs="*", help=f"folder of {VALIDATION} with a make.py; all if none is named")
    options = parser.parse_args(arguments)
    faults = [check(script, root, options.write) for script in scripts_of(root, options.folder)]
    for fault in filter(None, faults):
        print(f"validate: {fault}", file=sys.stderr)
    return 1 if any(faults) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
