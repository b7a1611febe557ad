"""Makes expected.json: LinDistFlow of the shipped IEEE 123-node feeder, regulators at neutral and all loads of constant power.

    ./dev validate lindistflow

Independent of gridpact: line impedances, loads and capacitors are the OpenDSS engine's, of ../opendss/ieee123/feeder.dss, and the
equations are written down here. With E_k = exp(-2j pi (k - 1) / 3), Z a line's impedance and S_m the power that leaves it on phase m,

    v_to,k = v_from,k - 2 Re sum_m Z_km conj(E_k / E_m S_m),      v = |V|^2

which for a line of three phases is the form with the matrices H^P and H^Q (Gan, Low, PSCC 2014; r_ab - sqrt 3 x_ab and so on).
A capacitor's power is linear in v and is kept so; a load between phases is split by the voltages E. Line charging, which moves no voltage
by 1e-5 pu here, is left out, as is XFM-1, an ungrounded delta that feeds nothing.
"""

import json
from pathlib import Path

import numpy as np
from opendssdirect import dss

HERE = Path(__file__).parent
LEVELS = [0.5, 1.0, 1.3]
TURN = {1: 1.0, 2: np.exp(-2j * np.pi / 3), 3: np.exp(2j * np.pi / 3)}


def buses() -> list[str]:
    return [name.split(".")[0].lower() for name in dss.CktElement.BusNames()]


def matrix(values) -> np.ndarray:
    size = int(np.sqrt(len(values) / 2))
    return (np.array(values[::2]) + 1j * np.array(values[1::2])).reshape(size, size)


def branches() -> list[tuple]:
    """(bus, bus, phases, impedance); regulators at neutral have none."""
    found = []
    for name in dss.Lines.AllNames():
        dss.Lines.Name(name)
        n = dss.Lines.Phases()
        found.append((*buses(), dss.CktElement.NodeOrder()[:n], -np.linalg.inv(matrix(dss.CktElement.YPrim())[:n, n:])))
    for name in dss.Transformers.AllNames():
        dss.Transformers.Name(name)
        if name.startswith("reg"):
            n = dss.CktElement.NumPhases()
            found.append((*buses(), dss.CktElement.NodeOrder()[:n], np.zeros((n, n))))
    return found


def away_from_source(found: list[tuple]) -> list[tuple]:
    """Each with its end towards the source first, in an order in which that end is always known."""
    known, order, left = {("150", k) for k in (1, 2, 3)}, [], list(found)
    while left:
        before = len(left)
        for branch in list(left):
            a, b, phases, impedance = branch
            if not any((a, k) in known for k in phases):
                a, b = b, a
            if all((a, k) in known for k in phases):
                order.append((a, b, phases, impedance))
                known |= {(b, k) for k in phases}
                left.remove(branch)
        if len(left) == before:
            raise SystemExit(f"not fed from the source: {left}")
    return order


def demand(level: float) -> dict:
    """Volt-amperes that the loads draw at each (bus, phase)."""
    drawn: dict = {}
    for name in dss.Loads.AllNames():
        dss.Loads.Name(name)
        power = level * 1000 * complex(dss.Loads.kW(), dss.Loads.kvar())
        bus, (a, b) = buses()[0], dss.CktElement.NodeOrder()[:2]
        current = np.conj(power / (TURN[a] - (TURN[b] if dss.Loads.IsDelta() else 0)))
        drawn[bus, a] = drawn.get((bus, a), 0) + TURN[a] * np.conj(current)
        if dss.Loads.IsDelta():
            drawn[bus, b] = drawn.get((bus, b), 0) - TURN[b] * np.conj(current)
    return drawn


def capacitors() -> dict:
    """Volt-amperes drawn at nominal voltage (the stray capacitance behind XFM-1 is none of the feeder's)."""
    drawn = {}
    for name in dss.Capacitors.AllNames():
        dss.Capacitors.Name(name)
        n = dss.CktElement.NumPhases()
        if not name.startswith("stray"):
            drawn |= {(buses()[0], k): -1000j * dss.Capacitors.kvar() / n for k in dss.CktElement.NodeOrder()[:n]}
    return drawn


def lindistflow(order: list[tuple], loads: dict, shunts: dict, base: float) -> dict:
    squared = {("150", k): base**2 for k in (1, 2, 3)}
    for _ in range(30):
        power = dict(loads)
        for place, nominal in shunts.items():
            power[place] = power.get(place, 0) + nominal * squared.get(place, base**2) / base**2
        for a, b, phases, _ in reversed(order):
            for k in phases:
                power[a, k] = power.get((a, k), 0) + power.get((b, k), 0)
        for a, b, phases, impedance in order:
            for i, k in enumerate(phases):
                drop = sum(impedance[i, j] * np.conj(TURN[k] / TURN[m] * power.get((b, m), 0)) for j, m in enumerate(phases))
                squared[b, k] = squared[a, k] - 2 * np.real(drop)
    return {f"{bus}.{k}": round(float(np.sqrt(value)) / base, 9) for (bus, k), value in sorted(squared.items())}


def main():
    dss.Basic.AllowForms(False)
    dss.Basic.AllowChangeDir(False)
    dss.Text.Command("ClearAll")
    dss.Text.Command(f'Redirect "{HERE.parent / "opendss" / "ieee123" / "feeder.dss"}"')
    dss.Text.Command("Solve")  # builds the admittances
    order, shunts, base = away_from_source(branches()), capacitors(), 4160 / np.sqrt(3)
    states = [{"load_level": level, "voltage_pu": lindistflow(order, demand(level), shunts, base)} for level in LEVELS]
    (HERE / "expected.json").write_text(json.dumps({"made_with": "numpy", "states": states}, indent=1) + "\n")


main()
