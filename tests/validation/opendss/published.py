"""The feeders that gridpact ships, as OpenDSS scripts made from their tables, with the names that gridpact gives their elements."""

import math
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools" / "data"))

import ieee123_tables as tables  # noqa: E402

SOURCE_X_OHM = 1e-7  # OpenDSS keeps a source's voltage behind an impedance


def balanced(feeder: dict) -> tuple[str, dict[str, str]]:
    """A feeder of the format gridpact-feeder/1. Of a balanced feeder the three phases are the same."""
    kv = feeder["base_voltage_kv"]
    lines = ["Clear", f"New Circuit.feeder bus1={feeder['source_node']} basekV={kv:g} pu={feeder.get('source_voltage_pu', 1.0):g} "
             f"R1=0 X1={SOURCE_X_OHM} R0=0 X0={SOURCE_X_OHM}"]
    names = {}
    for branch in feeder["branches"]:
        if not branch.get("open", False):
            name = branch.get("name", f"{branch['from']}-{branch['to']}")
            names[f"line.{name}"] = name
            lines.append(f"New Line.{name} bus1={branch['from']} bus2={branch['to']} r1={branch['r_ohm']} x1={branch['x_ohm']} c1=0 "
                         f"r0={branch['r_ohm']} x0={branch['x_ohm']} c0=0")
    for node in feeder["nodes"]:
        if node.get("p_kw", 0.0) or node.get("q_kvar", 0.0):
            lines.append(f"New Load.{node['name']} bus1={node['name']} phases=3 kV={kv:g} kW={node.get('p_kw', 0.0)} "
                         f"kvar={node.get('q_kvar', 0.0)} model=1 Vminpu=0.3 Vmaxpu=2")
    return "\n".join([*lines, f"Set voltagebases=[{kv:g}]", "CalcVoltageBases"]) + "\n", names


def numbers(phases: str) -> str:
    return ".".join(str("ABC".index(phase) + 1) for phase in phases)


def matrix(upper: list[float], size: int) -> str:
    """Row by row from the upper triangle, as OpenDSS's lower triangle."""
    rows = [[0.0] * size for _ in range(size)]
    values = iter(upper)
    for i in range(size):
        for j in range(i, size):
            rows[j][i] = next(values)
    return "(" + " | ".join(" ".join(repr(value) for value in row[: i + 1]) for i, row in enumerate(rows)) + ")"


def ieee123() -> tuple[str, dict[str, str]]:
    """The IEEE 123-node feeder from its published tables, modelled as cases/ieee123 is (tools/data/make_ieee123.py)."""
    kv, phase_kv = tables.NOMINAL_KV, tables.NOMINAL_KV / math.sqrt(3)
    names: dict[str, str] = {}
    lines = ["! Made by ../make.py from the published tables.", "Clear", "Set DefaultBaseFrequency=60",
             f"New Circuit.ieee123 bus1=150 basekV={kv} pu=1 R1=0 X1={SOURCE_X_OHM} R0=0 X0={SOURCE_X_OHM}"]

    def add(kind: str, script_name: str, name: str, text: str) -> None:
        names[f"{kind}.{script_name}".lower()] = name
        lines.append(f"New {kind}.{script_name} {text}")

    for number, (phases, _, upper_z, upper_b) in tables.CONFIGURATIONS.items():
        farad = 1e-6 / (2 * math.pi * 60) * 1e9  # microsiemens to nanofarad
        lines.append(f"New Linecode.c{number} nphases={len(phases)} units=mi rmatrix={matrix([z.real for z in upper_z], len(phases))} "
                     f"xmatrix={matrix([z.imag for z in upper_z], len(phases))} cmatrix={matrix([b * farad for b in upper_b], len(phases))}")
    behind = {item["segment"]: f"{item['node']}r" for item in tables.REGULATORS}
    for a, b, feet, configuration in tables.SEGMENTS:
        start, phases = behind.get((a, b), str(a)), tables.CONFIGURATIONS[configuration][0]
        add("Line", f"{start}-{b}", f"{start}-{b}", f"bus1={start}.{numbers(phases)} bus2={b}.{numbers(phases)} phases={len(phases)} "
            f"linecode=c{configuration} length={feet} units=ft")
    for a, b, closed in tables.SWITCHES:
        if closed and (a, b) != (tables.TRANSFORMER["from"], tables.TRANSFORMER["to"]):
            start = "150r" if (a, b) == (150, 149) else str(a)
            add("Line", f"switch_{a}-{b}", f"switch {a}-{b}", f"bus1={start} bus2={b} r1=1e-5 x1=0 c1=0 r0=1e-5 x0=0 c0=0 length=1")
    for item in tables.REGULATORS:
        for phases, position in item["taps"].items():
            name = f"reg{item['id']}" + ("" if len(phases) == 3 else phases.lower())
            size, volts = len(phases), kv if len(phases) == 3 else phase_kv
            add("Transformer", name, name, f"phases={size} windings=2 buses=({item['node']}.{numbers(phases)} {item['node']}r.{numbers(phases)}) "
                f"kVs=({volts:.15g} {volts:.15g}) kVAs=({tables.SUBSTATION_KVA / 3 * size:.15g} {tables.SUBSTATION_KVA / 3 * size:.15g}) XHL=0.001 "
                f"%loadloss=0 ppm_antifloat=0 taps=(1 {1 + 0.00625 * position:.15g})")
    data = tables.TRANSFORMER
    add("Transformer", "xfm-1", "XFM-1", f"phases=3 windings=2 buses=({data['from']} {data['to']}) conns=(delta delta) kVs=({kv} {data['low_kv']}) "
        f"kVAs=({data['kva']} {data['kva']}) XHL={data['x_percent']} %loadloss={data['r_percent']} ppm_antifloat=0")
    add("Capacitor", "stray", "", f"bus1={data['to']} phases=3 kV={data['low_kv']} kvar={1e-6 * data['kva']}")
    for node, phases, kvar in tables.CAPACITORS:
        size = len(phases)
        add("Capacitor", f"cap{node}", f"cap{node}", f"bus1={node}.{numbers(phases)} phases={size} kV={kv if size == 3 else phase_kv:.15g} kvar={kvar * size}")
    model = {"PQ": 1, "Z": 2, "I": 5}
    for node, kind, *demand in tables.SPOT_LOADS:
        connection, dependence = kind.split("-")
        for k in range(3):
            kw, kvar = demand[2 * k: 2 * k + 2]
            if kw or kvar:
                place = f"{node}.{k + 1}" if connection == "Y" else f"{node}.{k + 1}.{(k + 1) % 3 + 1}"
                lines.append(f"New Load.{node}_{k + 1} bus1={place} phases=1 conn={'wye' if connection == 'Y' else 'delta'} "
                             f"kV={phase_kv if connection == 'Y' else kv:.15g} kW={kw} kvar={kvar} model={model[dependence]} Vminpu=0.95 Vmaxpu=1.05")
    return "\n".join([*lines, f"Set voltagebases=[{kv} {data['low_kv']}]", "CalcVoltageBases"]) + "\n", names
