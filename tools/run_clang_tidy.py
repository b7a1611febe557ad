#!/usr/bin/env python3
"""Runs clang-tidy over every source file of library, program and benchmarks, in parallel, and not again over what has not changed.

Tests are left out: they run what they check, under sanitizers too, and looking at all of GoogleTest's macros takes as long as all of
the library for next to no finding.

A file counts as unchanged while its compile command, .clang-tidy, the version of clang-tidy and the text of the file and of
every project header that it includes (as Ninja recorded them) are the same as when it was last found clean.

Usage: run_clang_tidy.py BUILD_FOLDER [--jobs N]. Exit code 1 if there is any finding.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TIDY = str(ROOT / ".venv" / "bin" / "clang-tidy")
OPTIONS = ["--quiet", "--warnings-as-errors=*"]


def project_files_of(build: Path) -> dict[Path, list[Path]]:
    """For each object file, the project files it was made from, as Ninja recorded them."""
    listing = subprocess.run(["ninja", "-C", str(build), "-t", "deps"], capture_output=True, text=True,
                             check=True).stdout
    files: dict[Path, list[Path]] = {}
    for block in listing.split("\n\n"):
        head, *rest = block.strip().splitlines() or [""]
        paths = [(build / line.strip()).resolve() for line in rest]
        files[build / head.split(": #deps")[0]] = sorted(
            path for path in paths if path.is_relative_to(ROOT) and ".venv" not in path.parts)
    return files


def fingerprint(version: str, command: dict[str, str], files: list[Path]) -> str:
    digest = hashlib.sha256()
    for part in (version, " ".join(OPTIONS), command["command"]):
        digest.update(part.encode() + b"\0")
    settings = sorted({folder / ".clang-tidy" for folder in Path(command["file"]).parents
                       if folder.is_relative_to(ROOT) and (folder / ".clang-tidy").exists()})
    for path in [*settings, *files]:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def tidy(build: Path, source: Path, mark: Path) -> tuple[bool, float]:
    start = time.monotonic()
    result = subprocess.run([TIDY, *OPTIONS, "-p", str(build), str(source)], capture_output=True, text=True)
    if result.returncode == 0:
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
    else:
        print(result.stdout.strip() or result.stderr.strip(), flush=True)
    return result.returncode == 0, time.monotonic() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    build = arguments.build.resolve()

    version = subprocess.run([TIDY, "--version"], capture_output=True, text=True, check=True).stdout
    made_from = project_files_of(build)
    cache = build / "clang-tidy"
    work: list[tuple[Path, Path]] = []
    unchanged = 0
    for command in json.loads((build / "compile_commands.json").read_text()):
        source = Path(command["file"])
        if source.is_relative_to(build) or source.is_relative_to(ROOT / "tests"):  # generated, or left out
            continue
        output = re.search(r" -o (\S+)", command["command"])
        files = made_from.get(build / output[1], [source]) if output else [source]
        mark = cache / fingerprint(version, command, files)
        if mark.exists():
            unchanged += 1
        else:
            work.append((source, mark))

    print(f"    {len(work)} files to check, {unchanged} unchanged since they were found clean", flush=True)
    clean = True
    with ThreadPoolExecutor(arguments.jobs) as pool:
        jobs = {source: pool.submit(tidy, build, source, mark) for source, mark in work}
        for done, (source, job) in enumerate(jobs.items(), start=1):
            good, seconds = job.result()
            clean = clean and good
            print(f"    [{done}/{len(work)}] {source.relative_to(ROOT)} {seconds:.1f} s", flush=True)
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
