#!/usr/bin/env python3
"""Writes the table of docs/validation/README.md: what is compared with other tools, the tolerances, and the differences measured.

Usage: validation_table.py TEST_PROGRAM. Runs the program and replaces what is between the two markers of the page.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "validation" / "README.md"
START, END = "<!-- table: ./dev validate --table -->", "<!-- end of table -->"
QUANTITIES = ("voltage_pu", "current", "power", "power_kva", "losses")


def rows_of(report: dict) -> list[str]:
    rows = []
    for suite in report["testsuites"]:
        for test in suite["testsuite"]:
            measured = {name: test[name] for name in QUANTITIES if name in test}
            if measured:
                title = f"{test['name'].split('/')[0]}, {test.get('value_param', '').strip(chr(34))}"
                about = test.get("about", "")
                rows += [f"| {title if not k else ''} | {about if not k else ''} | {name} | {text.split(' (')[0]} | "
                         f"{text.split('tolerance ')[1].split(')')[0]} | {text.split(' at ', 1)[1]} |"
                         for k, (name, text) in enumerate(measured.items())]
    return rows


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "report.json"
        run = subprocess.run([sys.argv[1], f"--gtest_output=json:{output}", "--gtest_brief=1"], stdout=subprocess.DEVNULL)
        rows = rows_of(json.loads(output.read_text()))
    table = ["| comparison | about | quantity | largest difference | tolerance | where |", "|---|---|---|---|---|---|", *rows]
    before, rest = PAGE.read_text().split(START)
    PAGE.write_text(before + START + "\n" + "\n".join(table) + "\n" + END + rest.split(END)[1])
    print(f"{PAGE.name}: {len(rows)} differences of {len(report_names(rows))} comparisons")
    return run.returncode


def report_names(rows: list[str]) -> list[str]:
    return [row for row in rows if not row.startswith("|  |")]


if __name__ == "__main__":
    sys.exit(main())
