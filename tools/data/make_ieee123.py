#!/usr/bin/env python3
"""Makes cases/ieee123/feeder.json, the IEEE 123 Node Test Feeder in the format gridpact-feeder/2, from its published tables.

    python tools/data/make_ieee123.py            writes the file
    python tools/data/make_ieee123.py --check    makes it again and compares byte for byte

The tables and their sources are in ieee123_tables.py. Every admittance is computed here; complex symmetric matrices, in
siemens, of terminal currents (into the branch) over terminal voltages to ground:

  line          Z, B of the configuration, l the length:     y = (Z l)^-1,    Y = [ y + jBl/2   -y       ]
                                                                                  [ -y          y + jBl/2 ]
  switch        closed: a line of 0.01 milliohm a phase without mutual coupling; open: left out, with the nodes behind it
  regulator     an ideal one has no admittance, so each unit is an autotransformer of y = 1/(j 0.001 %) of a third of
                the substation's rating, at turns ratio a = 1 + 0.00625 tap:  Y = y [ 1  -1/a ;  -1/a  1/a^2 ]
  transformer   delta-delta: per leg the same 2 x 2 with n = V1/V2, y of its r + jx on a third of the rating and the
                line-to-line voltage; A the incidence of legs and phases:  Y = [ A'yA  -n A'yA ; -n A'yA  n^2 A'yA ].
                Its low side has no path to ground: 10^-6 of the rating, capacitive, stands for its stray capacitance
  capacitor     jQ/V^2 to ground, V the nominal voltage

Node 150 is the source, at the nominal voltage, as in the published solution. Nodes 150r, 9r, 25r, 160r are the regulated
sides of the regulators. Loads: rated at the nominal voltage (line to ground in wye, line to line in delta). The tables do
not say where their models end; outside of 0.95 to 1.05 pu of the rated voltage loads here are impedances, as is usual.

Coordinates are this script's own: x is the distance from the substation along the lines, ft, y spreads the laterals.
"""

from __future__ import annotations

import argparse
import cmath
import json
import math
import sys
from pathlib import Path

import numpy as np

import ieee123_tables as tables

FILE = Path(__file__).resolve().parents[2] / "cases" / "ieee123" / "feeder.json"
FEET_PER_MILE = 5280.0
LINE_V = tables.NOMINAL_KV * 1000.0
PHASE_V = LINE_V / math.sqrt(3.0)
SWITCH_OHM = 1e-5
REGULATOR_X = 1e-5
STRAY_SHARE = 1e-6
TAP_STEP, TAP_RANGE, TAP_STEPS = 0.00625, 0.1, 32
LOAD_RANGE = (0.5, 0.95, 1.05)  # u_low, u_min, u_max
EXPONENT = {"PQ": 0.0, "I": 1.0, "Z": 2.0}
PHASES = "ABC"
LATERAL_SPACING_FT = 150.0


def number(phase: str) -> int:
    return PHASES.index(phase) + 1


def terminals(node: str, phases: str) -> list[str]:
    return [f"{node}.{number(phase)}" for phase in phases]


def symmetric(upper: list, size: int) -> np.ndarray:
    """From the upper triangle, row by row."""
    matrix = np.zeros((size, size), complex)
    rows, columns = np.triu_indices(size)
    matrix[rows, columns] = upper
    matrix[columns, rows] = upper
    return matrix


def branch(name: str, kind: str, ends: list[list[str]], admittance: np.ndarray, rating_a: float | None = None) -> dict:
    return {"name": name, "kind": kind, "terminals": sum(ends, []), "from_count": len(ends[0]), "rating_a": rating_a,
            "admittance": admittance}


def regulated(node: int) -> str:
    return f"{node}r"


def line(start: str, end: str, length_ft: float, configuration: int) -> dict:
    phases, conductor, upper_z, upper_b = tables.CONFIGURATIONS[configuration]
    miles = length_ft / FEET_PER_MILE
    series = np.linalg.inv(symmetric(upper_z, len(phases)) * miles)
    shunt = 0.5j * 1e-6 * symmetric(upper_b, len(phases)) * miles
    admittance = np.block([[series + shunt, -series], [-series, series + shunt]])
    ends = [terminals(start, phases), terminals(end, phases)]
    return branch(f"{start}-{end}", "line", ends, admittance, tables.AMPACITY_A[conductor])


def lines() -> list[dict]:
    """The segments; one that has a regulator begins at the regulated side."""
    behind = {item["segment"]: regulated(item["node"]) for item in tables.REGULATORS}
    return [line(behind.get((a, b), str(a)), str(b), length, configuration)
            for a, b, length, configuration in tables.SEGMENTS]


def switches() -> list[dict]:
    """The closed ones. That of the transformer at 61 and the substation's are in series with those."""
    made = []
    for a, b, closed in tables.SWITCHES:
        if not closed or (a, b) == (tables.TRANSFORMER["from"], tables.TRANSFORMER["to"]):
            continue
        start = regulated(a) if (a, b) == (150, 149) else str(a)
        series = np.eye(3) / SWITCH_OHM
        made.append(branch(f"switch {a}-{b}", "switch", [terminals(start, PHASES), terminals(str(b), PHASES)],
                           np.block([[series, -series], [-series, series]])))
    return made


def transformer() -> dict:
    data = tables.TRANSFORMER
    legs = np.eye(3) - np.roll(np.eye(3), 1, axis=1)  # A-B, B-C, C-A
    ratio = tables.NOMINAL_KV / data["low_kv"]
    leg = data["kva"] * 1e3 / 3 / LINE_V**2 / ((data["r_percent"] + 1j * data["x_percent"]) / 100)
    core = leg * legs.T @ legs
    admittance = np.block([[core, -ratio * core], [-ratio * core, ratio**2 * core]])
    low_v = data["low_kv"] * 1e3 / math.sqrt(3.0)
    admittance[3:, 3:] += 1j * STRAY_SHARE * data["kva"] * 1e3 / 3 / low_v**2 * np.eye(3)
    ends = [terminals(str(data["from"]), PHASES), terminals(str(data["to"]), PHASES)]
    return branch("XFM-1", "transformer", ends, admittance, data["kva"] / (math.sqrt(3.0) * tables.NOMINAL_KV))


def regulators() -> tuple[list[dict], list[dict]]:
    """Branches and tap changers, one of each per unit."""
    branches, changers = [], []
    y = tables.SUBSTATION_KVA * 1e3 / 3 / PHASE_V**2 / (1j * REGULATOR_X)
    for item in tables.REGULATORS:
        for phases, position in item["taps"].items():
            n = len(phases)
            tap = 1.0 + TAP_STEP * position
            eye = np.eye(n)
            admittance = y * np.block([[eye, -eye / tap], [-eye / tap, eye / tap**2]])
            name = f"reg{item['id']}" + ("" if n == 3 else phases.lower())
            ends = [terminals(str(item["node"]), phases), terminals(regulated(item["node"]), phases)]
            branches.append(branch(name, "regulator", ends, admittance))
            changers.append({
                "name": name, "branch": name, "terminals": list(range(n, 2 * n)), "tap": tap,
                "tap_min": 1.0 - TAP_RANGE, "tap_max": 1.0 + TAP_RANGE, "steps": TAP_STEPS, "control": None,
            })
    return branches, changers


def capacitors() -> tuple[list[dict], list[dict]]:
    branches, switched = [], []
    for node, phases, kvar in tables.CAPACITORS:
        name = f"cap{node}"
        susceptance = 1j * kvar * 1e3 / PHASE_V**2 * np.eye(len(phases))
        branches.append(branch(name, "shunt", [terminals(str(node), phases)], susceptance))
        switched.append({"name": name, "branch": name, "closed": True, "control": None})
    return branches, switched


def loads() -> list[dict]:
    """One load for each phase or pair of phases; three equal ones in wye are one load with three ports."""
    made = []
    for node, model, *demand in tables.SPOT_LOADS:
        connection, dependence = model.split("-")
        wye = connection == "Y"
        names = PHASES if wye else ("AB", "BC", "CA")
        powers = list(zip(demand[0::2], demand[1::2]))
        groups = [[k] for k in range(3) if powers[k] != (0, 0)]
        if wye and len(groups) == 3 and len(set(powers)) == 1:
            groups = [[0, 1, 2]]
        for group in groups:
            ports = [{"from": f"{node}.{k + 1}", "to": None if wye else f"{node}.{(k + 1) % 3 + 1}"} for k in group]
            suffix = "" if len(group) == 3 else names[group[0]].lower()
            made.append({
                "name": f"{node}{suffix}", "node": str(node),
                "p_kw": float(sum(powers[k][0] for k in group)), "q_kvar": float(sum(powers[k][1] for k in group)),
                "nominal_voltage_v": PHASE_V if wye else LINE_V,
                "u_low": LOAD_RANGE[0], "u_min": LOAD_RANGE[1], "u_max": LOAD_RANGE[2], "ports": ports,
                "terms": [{"p_share": 1.0, "q_share": 1.0, "exponent": EXPONENT[dependence]}],
            })
    return made


def ends_of(item: dict) -> list[str]:
    """Nodes of a branch, in order."""
    return list(dict.fromkeys(name.rsplit(".", 1)[0] for name in item["terminals"]))


def nodes(branches: list[dict]) -> list[dict]:
    """From the source outwards. Phases are those that arrive; x, y as the top of this file says."""
    length = {}
    for item, (_, _, feet, _) in zip(branches, tables.SEGMENTS):
        length[item["name"]] = feet
    children: dict[str, list[tuple[str, float]]] = {}
    phases: dict[str, set[int]] = {}
    for item in branches:
        for terminal in item["terminals"]:
            node, phase = terminal.rsplit(".", 1)
            phases.setdefault(node, set()).add(int(phase))
        for a, b in [ends_of(item)] if len(ends_of(item)) == 2 else []:
            if b not in [node for node, _ in children.get(a, [])]:
                children.setdefault(a, []).append((b, length.get(item["name"], 0.0)))
    source = "150"
    made, lateral = [], 0

    def visit(node: str, x: float) -> float:
        """Appends the node and those behind it; returns its y, in laterals."""
        nonlocal lateral
        place = {"name": node, "x": x, "y": 0.0, "phases": [
            {"phase": phase, "base_voltage_v": tables.TRANSFORMER["low_kv"] * 1e3 / math.sqrt(3.0)
             if node == str(tables.TRANSFORMER["to"]) else PHASE_V} for phase in sorted(phases[node])]}
        made.append(place)
        # The longest way goes straight on; what branches off lies beside it.
        behind = [visit(child, x + feet) for child, feet in children.get(node, [])]
        if not behind:
            behind = [float(lateral)]
            lateral += 1
        place["y"] = round(sum(behind) / len(behind) * LATERAL_SPACING_FT, 1)
        return sum(behind) / len(behind)

    visit(source, 0.0)
    if len(made) != len(phases):
        sys.exit("some nodes are not connected to node 150")
    return made


def feeder() -> dict:
    regulator_branches, changers = regulators()
    shunts, switched = capacitors()
    branches = lines() + switches() + [transformer()] + regulator_branches + shunts
    source = [cmath.rect(PHASE_V, -2.0 * math.pi * k / 3) for k in range(3)]
    return {
        "schema": "gridpact-feeder/2",
        "name": "IEEE 123 Node Test Feeder",
        "base_kva": 1000.0,
        "nodes": nodes(branches),
        "source": {"node": "150", "real_v": [v.real for v in source], "imaginary_v": [v.imag for v in source]},
        "branches": branches,
        "loads": loads(),
        "tap_changers": changers,
        "capacitors": switched,
    }


def rounded(value: float) -> float:
    """Thirteen digits, so that the last bits of a linear algebra library do not matter; no negative zero."""
    return float(f"{value:.13g}") + 0.0


def plain(value):
    """Numbers rounded, admittances as rows of conductances and susceptances."""
    if isinstance(value, dict):
        out = {}
        for key, item in value.items():
            if key == "admittance":
                out["conductance_s"] = [[rounded(y.real) for y in row] for row in item]
                out["susceptance_s"] = [[rounded(y.imag) for y in row] for row in item]
            else:
                out[key] = plain(item)
        return out
    if isinstance(value, list):
        return [plain(item) for item in value]
    return rounded(value) if isinstance(value, float) else value


def text(document: dict) -> str:
    """JSON with one node, branch, load, ... a line."""
    parts = []
    for key, value in plain(document).items():
        if isinstance(value, list):
            body = "[\n" + ",\n".join("    " + json.dumps(item) for item in value) + "\n  ]"
        else:
            body = json.dumps(value)
        parts.append(f"  {json.dumps(key)}: {body}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="Make cases/ieee123/feeder.json.")
    parser.add_argument("--check", action="store_true", help="compare with the committed file instead of writing")
    made = text(feeder())
    if parser.parse_args().check:
        same = FILE.exists() and FILE.read_text(encoding="utf-8") == made
        print(f"{FILE.name}: {'same' if same else 'differs'}")
        return 0 if same else 1
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(made, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
