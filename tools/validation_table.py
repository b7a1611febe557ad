#!/usr/bin/env python3
"""Writes the tables of docs/validation/README.md: what is compared with other tools, and how near it is.

Usage: validation_table.py TEST_PROGRAM. Runs the program, whose tests record each largest difference as "x (tolerance y) at z",
and replaces what is between the markers of the page: a table for each kind of test, a row for each thing compared; and the
nodes that differ most where an export is further away than 1e-4 pu.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "validation" / "README.md"
TABLES, NODES = "tables", "nodes of the slow exports"
MEASURED = re.compile(r"(\S+) \(tolerance (\S+)\) at .*")
TITLES = {
    "ValidationFolder.HasTheFlowOfAnotherTool": "Folders of this repository, solved by OpenDSS or power-grid-model",
    "SystemAdmittance.IsTheEnginesEntryByEntry": "Ybus against the engine's, entry by entry",
    "MatpowerCase.HasTheVoltagesAndFlowsOfAnotherSolver": "Published MATPOWER cases",
    "PandapowerNet.HasPandapowersVoltagesFlowsAndLosses": "pandapower nets",
    "OpenDssExport.IsTheEnginesSolutionOnceItConverges": "IEEE feeders against the engine at 1e-10",
    "OpenDssExport.IsWhereTheEngineStops": "Exports against the engine at its own stop, and our branches at its voltages",
    "OpenDssExport.DiffersByTheEnginesStopAlone": "Exports against gridpact",
    "OpenDssExport.TheStopFollowsTheTolerance": "The engine at other tolerances against gridpact, voltages in pu",
    "EpriSpreadsheet.Is8500NodesAtTheEnginesStop": "EPRI's 8500-node voltages of 2017",
    "EpriExport.Ieee123IsTheDirectSolution": "EPRI's IEEE 123, direct solution",
    "ExplicitDay.HasTheOptimumOfAnotherSolver": "Small days as explicit programs, solved by Clarabel and SCIP; relative",
    "EpriExport.Ieee13IsThatOf50Hertz": "EPRI's IEEE 13 at 50 Hz",
}


def name_of(suite: str, test: dict) -> tuple[str, str]:
    """("OpenDssExport.IsWhereTheEngineStops", "ieee13") of "Ieee/OpenDssExport" and "IsWhereTheEngineStops/ieee13"."""
    kind, _, parameter = test["name"].partition("/")
    return f"{suite.split('/')[-1]}.{kind}", test.get("value_param", parameter).strip('"')


def measured(test: dict) -> dict[str, tuple[str, str]]:
    """The quantities that a test recorded, each with its largest difference and its tolerance."""
    found = {key: MEASURED.fullmatch(text) for key, text in test.items() if isinstance(text, str)}
    return {key: (match[1], match[2]) for key, match in found.items() if match}


def tables_of(report: dict) -> list[str]:
    rows: dict[str, list[tuple[str, str, dict]]] = {}
    for suite in report["testsuites"]:
        for test in suite["testsuite"]:
            if quantities := measured(test):
                title, parameter = name_of(suite["name"], test)
                rows.setdefault(title, []).append((parameter, test.get("about", ""), quantities))
    lines = []
    for title in sorted(rows, key=lambda one: list(TITLES).index(one) if one in TITLES else len(TITLES)):
        columns = list(dict.fromkeys(key for _, _, quantities in rows[title] for key in quantities))
        lines += [f"### {TITLES.get(title, title)}", "", f"`{title}`; largest difference, and what the test allows.", ""]
        lines += ["| of | " + " | ".join(columns) + " |", "|---|" + "---|" * len(columns)]
        for parameter, about, quantities in rows[title]:
            cells = [" of ".join(quantities[key]) if key in quantities else "" for key in columns]
            lines.append(f"| {': '.join(filter(None, [parameter, about]))} | " + " | ".join(cells) + " |")
        lines.append("")
    return lines[:-1]


def nodes_of(report: dict) -> list[str]:
    """The worst nodes of the exports that stop early: V as exported, at the engine's stop, converged, and ours."""
    lines = []
    for suite in report["testsuites"]:
        for test in suite["testsuite"]:
            if not test.get("worst_nodes"):
                continue
            lines += [f"`{name_of(suite['name'], test)[1]}`: {test['nodes_beyond']} of {test['nodes']} nodes are further away than 1e-4 pu; the "
                      "eight worst:", "",
                      "| node | exported, V | engine at its stop, V | engine at 1e-10, V | gridpact, V |", "|---|---|---|---|---|"]
            lines += ["| " + " | ".join(row.split()) + " |" for row in test["worst_nodes"].split(";") if row]
            lines.append("")
    return lines[:-1]


def put(page: str, name: str, lines: list[str]) -> str:
    start, end = f"<!-- {name}: ./dev validate --table -->", f"<!-- end of {name} -->"
    before, rest = page.split(start)
    return before + start + "\n" + "\n".join(lines) + "\n" + end + rest.split(end)[1]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "report.json"
        run = subprocess.run([sys.argv[1], f"--gtest_output=json:{output}", "--gtest_brief=1"], stdout=subprocess.DEVNULL)
        if not output.exists():
            print(f"validation_table: {sys.argv[1]} wrote no report", file=sys.stderr)
            return 1
        report = json.loads(output.read_text())
    PAGE.write_text(put(put(PAGE.read_text(), TABLES, tables_of(report)), NODES, nodes_of(report)))
    failed = report["failures"] + report.get("errors", 0)
    print(f"{PAGE.name}: {report['tests']} tests, {failed} failed; the tables are written")
    return run.returncode


if __name__ == "__main__":
    sys.exit(main())
