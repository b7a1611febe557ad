"""Makes the files of every folder beside this script with power-grid-model.

    ./dev validate power_grid_model

`balanced` and `asymmetric`: the network.json of the folder states the network once, in the words of power-grid-model (SI units);
from it come the OpenDSS script that gridpact reads, and power-grid-model's own solution. `ieee33`: the shipped feeder. The
solution is Newton's method to 1e-12. Voltages are from node to ground, of the balanced ones from line to line; currents flow
into the element; losses are those of the lines and transformers.
"""

import importlib.metadata
import json
import math
import re
import tomllib
from pathlib import Path

import numpy
import power_grid_model as pgm

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
HERTZ = 50.0
LOAD_MODEL = {"const_power": 1, "const_impedance": 2, "const_current": 5}


# --- The network as power-grid-model's arrays -----------------------------------------------------


def array(kind: str, rows: list[dict]) -> numpy.ndarray:
    table = pgm.initialize_array("input", kind, len(rows))
    for name in rows[0]:
        if name in table.dtype.names:
            table[name] = [row[name] for row in rows]
    return table


def loads_of(network: dict, level: float, symmetric: bool) -> dict[str, numpy.ndarray]:
    rows = []
    for load in network["loads"]:
        watts, vars_ = numpy.array(load["p_w"]) * level, numpy.array(load["q_var"]) * level
        rows.append({"id": load["id"], "node": load["node"], "status": 1, "type": pgm.LoadGenType[load["type"]],
                     "p_specified": watts.sum() if symmetric else watts, "q_specified": vars_.sum() if symmetric else vars_})
    return {"sym_load" if symmetric else "asym_load": array("sym_load" if symmetric else "asym_load", rows)}


def input_of(network: dict, level: float, symmetric: bool) -> dict[str, numpy.ndarray]:
    ends = {"from_status": 1, "to_status": 1}
    lines = [{**line, **ends, "tan1": 0.0, "tan0": 0.0} for line in network["lines"]]
    transformers = [{**one, **ends, "winding_from": pgm.WindingType[one["from_winding"]],
                     "winding_to": pgm.WindingType[one["to_winding"]], "i0": 0.0, "p0": 0.0, "tap_side": pgm.BranchSide.from_side,
                     "tap_min": -10, "tap_max": 10, "tap_nom": 0} for one in network["transformers"]]
    tables = {"node": array("node", network["nodes"]), "line": array("line", lines),
              "source": array("source", [{**network["source"], "status": 1}]),
              **loads_of(network, level, symmetric)}
    if transformers:
        tables["transformer"] = array("transformer", transformers)
    if network["shunts"]:
        tables["shunt"] = array("shunt", [{**shunt, "status": 1} for shunt in network["shunts"]])
    return tables


def solve(network: dict, level: float, symmetric: bool) -> dict:
    model = pgm.PowerGridModel(input_of(network, level, symmetric), system_frequency=HERTZ)
    result = model.calculate_power_flow(symmetric=symmetric, error_tolerance=1e-12, max_iterations=100,
                                        calculation_method=pgm.CalculationMethod.newton_raphson)
    phases = [0] if symmetric else [1, 2, 3]
    names = {node["id"]: node["name"] for node in network["nodes"]}

    def row(values) -> numpy.ndarray:
        return numpy.atleast_1d(values)

    volts = {}
    for node in result["node"]:
        volts[int(node["id"])] = row(node["u"]) * numpy.exp(1j * row(node["u_angle"]))
    currents, losses = {}, 0.0
    for kind in ("line", "transformer"):
        for branch, output in zip(network[f"{kind}s"], result.get(kind, [])):
            into = currents.setdefault(branch["name"] if "feeder" in network else f"{kind}.{branch['name']}", {})
            for side in ("from", "to"):
                node = branch[f"{side}_node"]
                power = row(output[f"p_{side}"]) + 1j * row(output[f"q_{side}"])
                losses += power.real.sum()
                amps = numpy.conj(power / volts[node]) / (math.sqrt(3) if symmetric else 1)
                into.update({f"{names[node]}.{phase}": pair(amp) for phase, amp in zip(phases, amps)})
    source = result["source"][0]
    return {
        "load_level": level,
        "import_kva": pair(complex(row(source["p"]).sum(), row(source["q"]).sum()) / 1000),
        "losses_kw": rounded(losses / 1000),
        "voltage_v": {f"{names[node]}.{phase}": pair(volt) for node, values in volts.items() for phase, volt in zip(phases, values)},
        "current_a": currents,
    }


def rounded(value: float) -> float:
    """To a millionth of a volt, ampere or kilowatt."""
    return round(float(value), 6) + 0.0


def pair(value: complex) -> list[float]:
    return [rounded(value.real), rounded(value.imag)]


# --- The network as an OpenDSS script -------------------------------------------------------------


def script_of(network: dict) -> str:
    names = {node["id"]: node["name"] for node in network["nodes"]}
    kv = {node["id"]: node["u_rated"] / 1000 for node in network["nodes"]}
    source = network["source"]
    ohm = (kv[source["node"]] * 1000) ** 2 / source["sk"]
    x = ohm / math.hypot(1, source["rx_ratio"])
    r = x * source["rx_ratio"]
    k0 = source["z01_ratio"]
    lines = [
        "! Made by ../make.py from network.json.", "Clear", f"Set DefaultBaseFrequency={HERTZ:g}",
        f"New Circuit.{network['name']} bus1={names[source['node']]} basekV={kv[source['node']]:g} pu={source['u_ref']:g} "
        f"R1={r!r} X1={x!r} R0={r * k0!r} X0={x * k0!r}"]
    for line in network["lines"]:
        lines.append(f"New Line.{line['name']} bus1={names[line['from_node']]} bus2={names[line['to_node']]} r1={line['r1']:g} "
                     f"x1={line['x1']:g} c1={line['c1'] * 1e9:g} r0={line['r0']:g} x0={line['x0']:g} c0={line['c0'] * 1e9:g}")
    word = {"delta": "delta", "wye_n": "wye"}
    for one in network["transformers"]:
        r_percent = 100 * one["pk"] / one["sn"]
        x_percent = math.sqrt((100 * one["uk"]) ** 2 - r_percent**2)
        tap = 1 + one["tap_pos"] * one["tap_size"] / one["u1"]
        # The impedance belongs to the tapped winding in OpenDSS, to the other one in power-grid-model.
        lines.append(f"New Transformer.{one['name']} phases=3 windings=2 buses=({names[one['from_node']]} {names[one['to_node']]}) "
                     f"conns=({word[one['from_winding']]} {word[one['to_winding']]}) kVs=({one['u1'] / 1000:g} {one['u2'] / 1000:g}) "
                     f"kVAs=({one['sn'] / 1000:g} {one['sn'] / 1000:g}) XHL={x_percent!r} %loadloss={r_percent!r} "
                     f"leadlag={'lead' if one['clock'] == 11 else 'lag'} ppm_antifloat=0 taps=({tap:g} 1)")
    for shunt in network["shunts"]:
        lines.append(f"New Reactor.{shunt['name']} bus1={names[shunt['node']]} phases=3 R={1 / shunt['g1']!r} X=0"
                     if shunt["g1"] else
                     f"New Capacitor.{shunt['name']} bus1={names[shunt['node']]} phases=3 kV={kv[shunt['node']]:g} "
                     f"kvar={shunt['b1'] * kv[shunt['node']] ** 2 * 1000:.12g}")
    for load in network["loads"]:
        for phase, (watts, vars_) in enumerate(zip(load["p_w"], load["q_var"]), start=1):
            if watts or vars_:
                lines.append(
                    f"New Load.{load['name']}_{phase} bus1={names[load['node']]}.{phase} phases=1 kV={kv[load['node']] / math.sqrt(3):.15g} "
                    f"kW={watts / 1000:g} kvar={vars_ / 1000:g} model={LOAD_MODEL[load['type']]} Vminpu=0.3 Vmaxpu=2")
    lines += [f"Set voltagebases=[{' '.join(f'{value:g}' for value in sorted(set(kv.values()), reverse=True))}]", "CalcVoltageBases"]
    return "\n".join(lines) + "\n"


# --- The shipped feeder ---------------------------------------------------------------------------


def network_of(feeder: dict) -> dict:
    """A feeder of gridpact's own format as a network of power-grid-model."""
    ids = {node["name"]: index for index, node in enumerate(feeder["nodes"])}
    volts = feeder["base_voltage_kv"] * 1000
    closed = [branch for branch in feeder["branches"] if not branch.get("open", False)]
    return {
        "feeder": feeder["name"],
        "nodes": [{"id": ids[node["name"]], "u_rated": volts, "name": node["name"]} for node in feeder["nodes"]],
        # power-grid-model keeps a source's voltage behind an impedance: the stiffest that leaves Newton's method its digits
        "source": {"id": 1000, "node": ids[feeder["source_node"]], "u_ref": feeder.get("source_voltage_pu", 1.0), "sk": 1e20,
                   "rx_ratio": 0.1, "z01_ratio": 1.0},
        "lines": [{"id": 2000 + index, "name": branch.get("name", f"{branch['from']}-{branch['to']}"),
                   "from_node": ids[branch["from"]], "to_node": ids[branch["to"]],
                   "r1": branch["r_ohm"], "x1": branch["x_ohm"], "c1": 0.0, "r0": branch["r_ohm"], "x0": branch["x_ohm"], "c0": 0.0}
                  for index, branch in enumerate(closed)],
        "transformers": [], "shunts": [],
        "loads": [{"id": 3000 + ids[node["name"]], "node": ids[node["name"]], "type": "const_power",
                   "p_w": [1000 * node.get("p_kw", 0.0)], "q_var": [1000 * node.get("q_kvar", 0.0)]}
                  for node in feeder["nodes"] if node.get("p_kw", 0.0) or node.get("q_kvar", 0.0)],
    }


def write(folder: Path, states: list[dict]) -> None:
    text = json.dumps({"made_with": "power-grid-model " + importlib.metadata.version("power-grid-model"), "states": states}, indent=1)
    text = re.sub(r"\[\s+([^\[\]\s]+),\s+([^\[\]\s]+)\s+\]", r"[\1, \2]", text)  # pairs on one line
    (folder / "expected.json").write_text(text + "\n")


def main():
    for file in sorted(HERE.glob("*/params.toml")):
        folder, params = file.parent, tomllib.loads(file.read_text())
        if (folder / "network.json").exists():
            network = json.loads((folder / "network.json").read_text())
            (folder / "feeder.dss").write_text(script_of(network))
        else:
            network = network_of(tomllib.loads((ROOT / params["feeder"]).read_text()))
        symmetric = params.get("symmetric", False)
        write(folder, [solve(network, level, symmetric) for level in params["load_levels"]])


main()
