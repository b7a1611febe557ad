"""Makes the expected.json of every folder beside this script: its feeder.dss solved by the OpenDSS engine.

    ./dev validate opendss

The feeder.dss of a feeder that gridpact ships (`feeder` in params.toml) is made here too, from the feeder's tables.

Each load level of params.toml starts from the script as written: with controls "fixed" regulators and capacitors stay as
stated, with "follow" they move as OpenDSS's static control mode moves them. The engine iterates until no voltage changes by
more than 1e-11 of its base. Voltages are from node to ground; currents flow into the element, summed over its conductors at one
node of one bus (a conductor tied to ground has none). The losses are those of all lines, transformers, reactors
and capacitors.
"""

import json
import math
import re
import tomllib
from pathlib import Path

from opendssdirect import dss

import published

HERE = Path(__file__).parent


def rounded(value: float) -> float:
    """To a millionth of a volt, ampere or kilowatt: what is beyond is rounding of the solution itself."""
    return round(value, 6) + 0.0


def complex_pairs(flat) -> list[list[float]]:
    return [[rounded(re), rounded(im)] for re, im in zip(flat[::2], flat[1::2])]


def node_voltages() -> dict[str, list[float]]:
    names = [name.lower() for name in dss.Circuit.AllNodeNames()]
    return dict(sorted(zip(names, complex_pairs(dss.Circuit.AllBusVolts()))))


def element_currents() -> dict[str, dict[str, list[float]]]:
    """Of each element that carries power: node → current into it there, A."""
    currents: dict[str, dict[str, list[float]]] = {}
    for name in dss.Circuit.AllElementNames():
        if name.split(".")[0].lower() not in ("line", "transformer", "capacitor", "reactor", "load"):
            continue
        dss.Circuit.SetActiveElement(name)
        if not dss.CktElement.Enabled():
            continue
        buses = [bus.split(".")[0].lower() for bus in dss.CktElement.BusNames()]
        nodes, flat = dss.CktElement.NodeOrder(), dss.CktElement.Currents()
        per_terminal = dss.CktElement.NumConductors()
        of: dict[str, complex] = {}
        for index, node in enumerate(nodes):
            if node != 0:
                place = f"{buses[index // per_terminal]}.{node}"
                of[place] = of.get(place, 0j) + complex(flat[2 * index], flat[2 * index + 1])
        currents[name.lower()] = {place: [rounded(i.real), rounded(i.imag)] for place, i in sorted(of.items())}
    return dict(sorted(currents.items()))


def losses_kw() -> float:
    """Of all elements that join or earth buses, shunt ones too, which the engine's own sum leaves out."""
    watts = 0.0
    for name in dss.Circuit.AllElementNames():
        dss.Circuit.SetActiveElement(name)
        if name.split(".")[0].lower() in ("line", "transformer", "capacitor", "reactor") and dss.CktElement.Enabled():
            watts += dss.CktElement.Losses()[0]
    return rounded(watts / 1000)


def taps() -> dict[str, float]:
    """Of each winding that a control moves: the tap, 1 = nominal."""
    found = {}
    for name in dss.RegControls.AllNames() if dss.RegControls.Count() else []:
        dss.RegControls.Name(name)
        transformer, winding = dss.RegControls.Transformer(), dss.RegControls.TapWinding()
        dss.Transformers.Name(transformer)
        dss.Transformers.Wdg(winding)
        found[transformer.lower()] = rounded(dss.Transformers.Tap())
    return dict(sorted(found.items()))


def closed_capacitors() -> list[str]:
    closed = []
    for name in dss.Capacitors.AllNames() if dss.Capacitors.Count() else []:
        dss.Capacitors.Name(name)
        if any(dss.Capacitors.States()):
            closed.append(name.lower())
    return sorted(closed)


def solve(script: Path, level: float, controls: str) -> dict:
    dss.Text.Command("ClearAll")
    dss.Text.Command(f'Redirect "{script}"')
    for command in (f"Set LoadMult={level!r}", "Set Tolerance=1e-11", "Set MaxIterations=2000",
                    f"Set ControlMode={'static' if controls == 'follow' else 'off'}", "Solve"):
        dss.Text.Command(command)
    if not dss.Solution.Converged():
        raise SystemExit(f"{script}: OpenDSS does not converge at load level {level}")
    power = dss.Circuit.TotalPower()
    return {
        "load_level": level,
        "import_kva": [rounded(-power[0]), rounded(-power[1])],
        "losses_kw": losses_kw(),
        "taps": taps(),
        "closed_capacitors": closed_capacitors(),
        "voltage_v": node_voltages(),
        "current_a": element_currents(),
    }


def single_line(state: dict) -> dict:
    """The state of a balanced feeder as its single-line equivalent has it: phase 0, voltages from line to line."""
    def first(rows: dict, scale: float) -> dict:
        return {place[:-1] + "0": [rounded(scale * part) for part in pair] for place, pair in rows.items() if place.endswith(".1")}
    return {**state, "voltage_v": first(state["voltage_v"], math.sqrt(3)),
            "current_a": {name: first(rows, 1.0) for name, rows in state["current_a"].items()}}


def renamed(state: dict, names: dict[str, str]) -> dict:
    """With the names of the shipped feeder, and only what it has a name for."""
    return {**state, "taps": {}, "closed_capacitors": [],
            "current_a": {names[name]: rows for name, rows in state["current_a"].items() if names.get(name)}}


def states_of(folder: Path, params: dict) -> list[dict]:
    script, levels, controls = folder / "feeder.dss", params["load_levels"], params.get("controls", "fixed")
    if "feeder" not in params:
        return [solve(script, level, controls) for level in levels]
    shipped = HERE.parents[2] / params["feeder"]
    is_balanced = shipped.suffix == ".toml"
    text, names = published.balanced(tomllib.loads(shipped.read_text())) if is_balanced else published.ieee123()
    script.write_text(text)
    states = [renamed(solve(script, level, controls), names) for level in levels]
    return [single_line(state) for state in states] if is_balanced else states


def main():
    dss.Basic.AllowForms(False)
    dss.Basic.AllowChangeDir(False)
    engine = dss.Basic.Version().split(";")[0].split("(")[0].strip()
    for file in sorted(HERE.glob("*/params.toml")):
        states = states_of(file.parent, tomllib.loads(file.read_text()))
        text = json.dumps({"made_with": engine, "states": states}, indent=1)
        text = re.sub(r"\[\s+([^\[\]\s]+),\s+([^\[\]\s]+)\s+\]", r"[\1, \2]", text)  # pairs on one line
        (file.parent / "expected.json").write_text(text + "\n")


main()
