"""One feeder in every format that gridpact reads: that of Baran and Wu, written from the numbers of cases/ieee33.

Each must give the same flow, since each states the same impedances, demands and ratings."""

import json
import tomllib
from pathlib import Path

from program import CASE, ROOT

FORMATS = ("toml", "dss", "m", "pandapower.json")  # the ending of each file


def published() -> dict:
    feeder = tomllib.loads((ROOT / CASE / "feeder.toml").read_text(encoding="utf-8"))
    feeder["branches"] = [branch for branch in feeder["branches"] if not branch.get("open", False)]
    return feeder


def sweep(source_pu: float = 1.0) -> tuple[dict[str, float], float]:
    """Voltages (pu, by node) and losses (kW) of the published feeder, which is radial, by backward/forward sweep.

    The file lists each line after the one that feeds it."""
    feeder = published()
    base_v = feeder["base_voltage_kv"] * 1000 / 3**0.5
    load_va = {node["name"]: complex(node["p_kw"], node["q_kvar"]) * 1000 / 3 for node in feeder["nodes"]}
    lines = [(line["from"], line["to"], complex(line["r_ohm"], line["x_ohm"])) for line in feeder["branches"]]
    volts = dict.fromkeys(load_va, complex(source_pu * base_v))
    for _ in range(60):
        amps = {name: (va / volts[name]).conjugate() for name, va in load_va.items()}
        for upper, lower, _ in reversed(lines):
            amps[upper] += amps[lower]
        for upper, lower, ohm in lines:
            volts[lower] = volts[upper] - ohm * amps[lower]
    losses_kw = sum(3 * ohm.real * abs(amps[lower]) ** 2 for _, lower, ohm in lines) / 1000
    return {name: abs(v) / base_v for name, v in volts.items()}, losses_kw


def opendss(feeder: dict) -> str:
    """Three equal phases behind a source whose impedance is too small to matter."""
    kv, source = feeder["base_voltage_kv"], feeder["source_node"]
    lines = ["clear", f"new circuit.baran basekv={kv} pu=1 bus1={source} r1=0 x1=1e-6 r0=0 x0=1e-6"]
    for branch in feeder["branches"]:
        ohm = f"r1={branch['r_ohm']} x1={branch['x_ohm']} r0={branch['r_ohm']} x0={branch['x_ohm']} c1=0 c0=0"
        lines.append(f"new line.{branch['from']}-{branch['to']} bus1={branch['from']} bus2={branch['to']} length=1 "
                     f"{ohm} normamps={branch['rating_a']}")
    for node in feeder["nodes"]:
        if node["p_kw"] or node["q_kvar"]:
            lines.append(f"new load.{node['name']} bus1={node['name']} kv={kv} kw={node['p_kw']} "
                         f"kvar={node['q_kvar']} vminpu=0.5 vmaxpu=1.5")
    return "\n".join([*lines, f"set voltagebases=[{kv}]", "calcvoltagebases", ""])


def matpower(feeder: dict) -> str:
    """In ohm and kW, with the statements that convert them, as most published cases are."""
    kv = feeder["base_voltage_kv"]
    bus = [[node["name"], 3 if node["name"] == feeder["source_node"] else 1, node["p_kw"], node["q_kvar"],
            0, 0, 1, 1, 0, kv, 1, 1.1, 0.9] for node in feeder["nodes"]]
    mva = 3**0.5 * kv / 1000  # of an ampere
    branch = [[b["from"], b["to"], b["r_ohm"], b["x_ohm"], 0, b["rating_a"] * mva, 0, 0, 0, 0, 1, -360, 360]
              for b in feeder["branches"]]

    def table(name: str, rows: list) -> str:
        return f"mpc.{name} = [\n" + "".join("\t" + "\t".join(map(str, row)) + ";\n" for row in rows) + "];\n"

    return ("function mpc = baran\nmpc.version = '2';\nmpc.baseMVA = 10;\n"
            + table("bus", bus) + table("gen", [[feeder["source_node"], 0, 0, 10, -10, 1, 100, 1, 10, 0]])
            + table("branch", branch)
            + "Zbase = mpc.bus(1, 10)^2 / mpc.baseMVA;\n"
            "mpc.branch(:, [3 4]) = mpc.branch(:, [3 4]) / Zbase;\n"
            "mpc.bus(:, [3, 4]) = mpc.bus(:, [3, 4]) / 1e3;\n")


def pandapower(feeder: dict) -> str:
    def table(columns: str, rows: list) -> dict:
        data = {"columns": columns.split(), "index": list(range(len(rows))), "data": rows}
        return {"_module": "pandas.core.frame", "_class": "DataFrame", "_object": json.dumps(data),
                "orient": "split"}

    index = {node["name"]: i for i, node in enumerate(feeder["nodes"])}
    net = {
        "name": "baran", "f_hz": 50.0, "sn_mva": 1.0,
        "bus": table("name vn_kv in_service",
                     [[node["name"], feeder["base_voltage_kv"], True] for node in feeder["nodes"]]),
        "ext_grid": table("bus vm_pu va_degree in_service", [[index[feeder["source_node"]], 1.0, 0.0, True]]),
        "line": table("from_bus to_bus length_km r_ohm_per_km x_ohm_per_km c_nf_per_km max_i_ka in_service",
                      [[index[b["from"]], index[b["to"]], 1.0, b["r_ohm"], b["x_ohm"], 0.0, b["rating_a"] / 1000,
                        True] for b in feeder["branches"]]),
        "load": table("name bus p_mw q_mvar in_service",
                      [[node["name"], index[node["name"]], node["p_kw"] / 1000, node["q_kvar"] / 1000, True]
                       for node in feeder["nodes"]]),
    }
    return json.dumps({"_module": "pandapower.auxiliary", "_class": "pandapowerNet", "_object": net}, indent=1)


def write(folder: Path) -> dict[str, Path]:
    """The feeder's files by their endings; gridpact-feeder/1 is the case's own."""
    folder.mkdir(exist_ok=True)
    feeder = published()
    files = {"toml": ROOT / CASE / "feeder.toml"}
    for ending, text in (("dss", opendss(feeder)), ("m", matpower(feeder)), ("pandapower.json", pandapower(feeder))):
        files[ending] = folder / f"baran.{ending}"
        files[ending].write_text(text, encoding="utf-8")
    return files


# An unbalanced street behind a regulator: a line code, a lateral of one phase, loads across phases, a capacitor.
STREET = """\
clear
new circuit.street basekv=12.47 pu=1.02 bus1=grid mvasc3=200 mvasc1=150
new transformer.ra phases=1 buses=[grid.1 head.1] kvs=[7.2 7.2] kvas=[2000 2000] xhl=0.01 %loadloss=0.01
new transformer.rb like=ra buses=[grid.2 head.2]
new transformer.rc like=ra buses=[grid.3 head.3]
new regcontrol.ca transformer=ra winding=2 vreg=122 band=2 ptratio=60
new regcontrol.cb transformer=rb winding=2 vreg=122 band=2 ptratio=60
new regcontrol.cc transformer=rc winding=2 vreg=122 band=2 ptratio=60
new linecode.pole nphases=3 r1=0.3 x1=0.6 r0=0.7 x0=1.9 c1=10 c0=4 units=km normamps=320
new line.trunk bus1=head bus2=far linecode=pole length=3 units=km
new line.lateral phases=1 bus1=far.2 bus2=end.2 r1=0.8 x1=0.9 r0=0.8 x0=0.9 length=1
new line.off bus1=far bus2=nowhere enabled=no
new load.shops bus1=far kv=12.47 conn=delta kw=900 pf=0.9
new load.homes phases=1 bus1=end.2 kv=7.2 kw=250 kvar=80 model=5
new load.pair phases=1 bus1=far.1.3 kv=12.47 kw=150 kvar=40 model=2
new capacitor.bank bus1=far kv=12.47 kvar=150
new energymeter.m element=line.trunk terminal=1
set voltagebases=[12.47]
calcvoltagebases
"""
