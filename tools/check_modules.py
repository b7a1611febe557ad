#!/usr/bin/env python3
"""Checks every #include and every gridpact_module() against docs/architecture/modules.toml.

Usage: check_modules.py [ROOT]. Prints each fault with file and line; exit code 1 if there is any.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

TABLE = Path("docs/architecture/modules.toml")
SOURCES = Path("src/gridpact")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
STANDARD_HEADER = re.compile(r"[a-z_0-9]+")
MODULE_CALL = re.compile(r"gridpact_module\s*\(([^)]*)\)", re.DOTALL)
KEYWORDS = ("SOURCES", "USES", "LINKS")
CMAKE_ONLY_TARGETS = {"Threads::Threads"}  # come without headers of their own


@dataclass(frozen=True)
class Module:
    uses: frozenset[str]
    third_party: frozenset[str]
    forbidden: tuple[str, ...]


@dataclass(frozen=True)
class Library:
    headers: tuple[str, ...]
    targets: frozenset[str]
    at_most_files: int | None


@dataclass
class Table:
    modules: dict[str, Module] = field(default_factory=dict)
    libraries: dict[str, Library] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def library_of(self, header: str) -> str | None:
        for name, library in self.libraries.items():
            if any(fnmatchcase(header, pattern) for pattern in library.headers):
                return name
        return None


def read_table(root: Path) -> Table:
    raw = tomllib.loads((root / TABLE).read_text())
    table = Table()
    for name, entry in raw["third_party"].items():
        table.libraries[name] = Library(
            tuple(entry["headers"]), frozenset(entry["targets"]), entry.get("at_most_files"))
    for name, entry in raw["modules"].items():
        for used in entry["uses"]:
            if used not in table.modules:
                table.faults.append(f"{TABLE}: {name} uses {used}, which is not a module further up")
        for library in entry["third_party"]:
            if library not in table.libraries:
                table.faults.append(f"{TABLE}: {name} names the unknown library {library}")
        table.modules[name] = Module(
            frozenset(entry["uses"]), frozenset(entry["third_party"]),
            tuple(entry.get("forbidden", ())))
    return table


def includes_of(path: Path) -> Iterator[tuple[int, bool, str]]:
    """Line number, whether in angle brackets, and the header."""
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        if match := INCLUDE.match(line):
            yield number, match[1] == "<", match[2]


def is_public(path: Path) -> bool:
    """A header is public unless it is in the folder detail of its module."""
    return path.suffix == ".hpp" and path.parent.name != "detail"


def fault_of_own_include(root: Path, table: Table, name: str, path: Path, header: str) -> str | None:
    match = re.fullmatch(r"gridpact/([a-z_0-9]+)/(detail/)?[a-z_0-9]+\.hpp", header)
    if match is None:
        return f'"{header}" is not written as "gridpact/<module>/<name>.hpp"'
    if not (root / "src" / header).is_file():
        return f"{header} does not exist"
    module, other = table.modules[name], match[1]
    if other != name and other not in module.uses:
        return f"module {name} may not use {other} ({TABLE})"
    if match[2] and other != name:
        return f"{header} is for the module {other} alone"
    if match[2] and is_public(path):
        return f"a public header may not include {header}"
    if any(fnmatchcase(header, pattern) for pattern in module.forbidden):
        return f"module {name} may not include {header} ({TABLE})"
    return None


def fault_of_library_include(table: Table, name: str, path: Path, header: str) -> str | None:
    library = table.library_of(header)
    if library is None:
        return f"<{header}> belongs to no library of {TABLE}"
    if library not in table.modules[name].third_party:
        return f"module {name} may not use {library} ({TABLE})"
    if is_public(path):
        return f"<{header}> in a public header: third-party headers belong in .cpp files, or in detail/"
    return None


def check_sources(root: Path, table: Table, name: str) -> Iterator[str]:
    users: dict[str, set[str]] = defaultdict(set)
    for path in sorted((root / SOURCES / name).rglob("*.[ch]pp")):
        place = path.relative_to(root)
        if path.suffix == ".hpp" and "#pragma once" not in path.read_text():
            yield f"{place}:1: no #pragma once"
        for number, angled, header in includes_of(path):
            if angled and STANDARD_HEADER.fullmatch(header) and table.library_of(header) is None:
                continue
            if angled:
                fault = fault_of_library_include(table, name, path, header)
                if library := table.library_of(header):
                    users[library].add(str(place))
            else:
                fault = fault_of_own_include(root, table, name, path, header)
            if fault:
                yield f"{place}:{number}: {fault}"
    for library, files in sorted(users.items()):
        limit = table.libraries[library].at_most_files
        if limit is not None and len(files) > limit:
            yield (f"{SOURCES / name}: {library} appears in {len(files)} files, {limit} at most: "
                   + ", ".join(sorted(files)))


def cmake_lists(text: str) -> tuple[str, dict[str, list[str]]] | None:
    """Name and keyword lists of the gridpact_module() call in a CMakeLists.txt."""
    match = MODULE_CALL.search(re.sub(r"#.*", "", text))
    if match is None:
        return None
    name, *words = match[1].split()
    lists: dict[str, list[str]] = {keyword: [] for keyword in KEYWORDS}
    current: list[str] = []
    for word in words:
        if word in lists:
            current = lists[word]
        else:
            current.append(word)
    return name, lists


def check_cmake(root: Path, table: Table, name: str) -> Iterator[str]:
    folder = root / SOURCES / name
    place = (SOURCES / name / "CMakeLists.txt")
    call = cmake_lists((root / place).read_text()) if (root / place).is_file() else None
    if call is None or call[0] != name:
        yield f"{place}: makes no gridpact_module({name} ...)"
        return
    lists, module = call[1], table.modules[name]
    for used in lists["USES"]:
        if used not in module.uses:
            yield f"{place}: module {name} may not use {used} ({TABLE})"
    allowed = CMAKE_ONLY_TARGETS.union(*(table.libraries[library].targets for library in module.third_party))
    for target in lists["LINKS"]:
        if target not in allowed:
            yield f"{place}: module {name} may not link {target} ({TABLE})"
    # A program's main file belongs to another target of the same CMakeLists.txt.
    for source in sorted(folder.rglob("*.cpp")):
        if not re.search(rf"(?<![\w/]){re.escape(str(source.relative_to(folder)))}\b", (root / place).read_text()):
            yield f"{place}: {source.relative_to(folder)} is in the folder but not built"


def check(root: Path) -> list[str]:
    table = read_table(root)
    faults = list(table.faults)
    for folder in sorted(path for path in (root / SOURCES).iterdir() if path.is_dir()):
        if folder.name not in table.modules:
            faults.append(f"{SOURCES / folder.name}: is no module of {TABLE}")
            continue
        faults += check_sources(root, table, folder.name)
        faults += check_cmake(root, table, folder.name)
    return faults


def main() -> int:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    faults = check(root)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
