"""How the time of a plan grows: with the cars, the periods, the feeder, and with risk. Ratios of one run.

    ./dev bench bench_day_sizes

Usage: bench_day_sizes.py PROGRAM. Variants of the shipped case cases/ieee123 are written into a temporary folder:
10,000 cars instead of 4,400 (each with a charger and an energy that are smaller by as much), and 96 periods of 15 minutes
instead of 24 hours. Where GRIDPACT_SHARED_DATA names EPRI's feeders, the IEEE 8500-node feeder at half its load joins them, with 20
stations of 220 cars, the shipped case's history, generators and plants (planned once, as are 96 periods). Every case is planned
REPETITIONS times, the fastest counts. The figures also go to PROGRAM.json.
"""

import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "cases" / "ieee123"
REPETITIONS = 3
LIMIT_S = 1200
# Three-phase nodes of the 8500-node feeder at medium voltage, from the substation outwards.
NODES_OF_8500 = ("n1142099 m1108529 l2933135 l2673308 m1047507 m1069175 m1186052 p827525 m1069504 m1027002 l3120484 m1047615 "
                 "m1026341 m1026866 m1047580 m1089213 l3160103 l3234149 p827514 e206209 m1089197 n1140521 l3066815 m1069376").split()
STATION = """[[station]]
name = "station_{node}"
node = "{node}"
cars = 220
sessions = "campus"
charger_kw = 7.4
connection_max_kw = 400
deviation_price_eur_per_kw_h = 0.004

"""


def shipped() -> str:
    """The shipped case, readable from any folder."""
    text = (SHIPPED / "case.toml").read_text()
    return re.sub(r'file = "([^"]+)"', lambda found: f'file = "{(SHIPPED / found[1]).resolve()}"', text)


def with_cars(text: str, cars: int, folder: Path) -> str:
    """So many cars, each of which takes less: the feeder could not carry as many of the same."""
    factor = cars / sum(map(int, re.findall(r"(?m)^cars = (\d+)", text)))
    text = re.sub(r"(?m)^cars = (\d+)", lambda found: f"cars = {round(int(found[1]) * factor)}", text)
    text = re.sub(r"(?m)^charger_kw = ([\d.]+)", lambda found: f"charger_kw = {float(found[1]) / factor:.6f}", text)
    for name in re.findall(r'file = "([^"]+sessions[^"]+)"', text):
        with open(name, newline="") as given, open(folder / Path(name).name, "w", newline="") as made:
            rows = csv.DictReader(given)
            writer = csv.DictWriter(made, rows.fieldnames)
            writer.writeheader()
            for row in rows:
                writer.writerow({**row, "energy_kwh": f"{float(row['energy_kwh']) / factor:.6f}"})
        text = text.replace(name, str(folder / Path(name).name))
    return text


def with_quarters(text: str) -> str:
    return text.replace('period = "PT1H"', 'period = "PT15M"').replace("periods = 24", "periods = 96")


def on_8500_nodes(text: str, master: Path, folder: Path) -> str:
    """The shipped day on another feeder: its taps are where the engine's own solution leaves them, its load is one group."""
    (folder / "feeder.dss").write_text(f'redirect "{master}"\nset loadmult=0.5 maxiterations=100\nsolve\n')
    text = re.sub(r'file = "[^"]*feeder.json"', 'file = "feeder.dss"', text)
    text = re.sub(r"\[\[feeder.tap\]\]\nname = .*\nposition = .*\n", "", text)
    text = re.sub(r'\[\[load_group\]\]\nname = "commercial"(.|\n)*?\n\n', "", text, count=1)
    text = re.sub(r"\[\[station\]\](.|\n)*(?=# -+ Risk|\[risk\])", "".join(STATION.format(node=node) for node in NODES_OF_8500[:20]), text)
    plants = iter(NODES_OF_8500[3::2])  # two nodes away from each other
    text = re.sub(r'(?m)^(\[\[(?:generator|renewable)\]\]\n(?:.*\n)*?node = )"[^"]+"', lambda found: f'{found[1]}"{next(plants)}"', text)
    for key, value in (("import_max_kw", 10000), ("voltage_min_pu", 0.9), ("voltage_max_pu", 1.1), ("p_max_kw", 2000)):
        text = re.sub(rf"(?m)^{key} = [\d.]+", f"{key} = {value}", text)
    return text


def run(program: str, folder: Path, methods: list[str]) -> dict | None:
    """Seconds by method and the peak of memory, GB; None if there was no plan, or none within the limit."""
    with open(folder / "out", "w+") as out:
        process = subprocess.Popen([program, folder, *methods], stdout=out)
        begin = time.monotonic()
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - begin > LIMIT_S:
                process.kill()
                os.wait4(process.pid, 0)
                return None
            time.sleep(0.01)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            return None
        out.seek(0)
        return {**json.load(out), "memory_gb": usage.ru_maxrss / 2**20}


def fastest(program: str, name: str, text_in: Callable[[Path], str], methods: list[str], repetitions: int) -> dict | None:
    with tempfile.TemporaryDirectory(prefix=name) as place:
        folder = Path(place)
        (folder / "case.toml").write_text(text_in(folder))
        runs = [run(program, folder, methods) for _ in range(repetitions)]
    if None in runs:
        print(f"{name:24} no plan in {LIMIT_S} s", flush=True)
        return None
    best = {m: {key: min(one[m][key] for one in runs) for key in runs[0][m]} for m in methods}
    best["memory_gb"] = max(one["memory_gb"] for one in runs)
    for method in methods:
        seconds = best[method]
        print(f"{name:24} {method:4} prepare {seconds['prepare']:7.2f} s, solve {seconds['solve']:7.2f} s, "
              f"plan {seconds['plan']:7.2f} s, {best['memory_gb']:.2f} GB", flush=True)
    return best


def main() -> None:
    program = sys.argv[1]
    base = shipped()
    figures = {"ieee123": fastest(program, "ieee123", lambda _: base, ["det", "oba"], REPETITIONS),
               "10000_cars": fastest(program, "10000_cars", lambda folder: with_cars(base, 10000, folder), ["oba"], REPETITIONS),
               "96_periods": fastest(program, "96_periods", lambda _: with_quarters(base), ["oba"], 1)}
    master = Path(os.environ.get("GRIDPACT_SHARED_DATA", "")) / "feeders_opendss" / "ieee8500" / "Master.dss"
    if master.is_file():
        figures["ieee8500"] = fastest(program, "ieee8500", lambda folder: on_8500_nodes(base, master, folder), ["oba"], 1)
    else:
        print("ieee8500: left out, as GRIDPACT_SHARED_DATA names no folder with feeders_opendss/ieee8500")
    of = figures["ieee123"]
    if of:
        for what in ("solve", "plan"):
            print(f"oba / det, {what}: {of['oba'][what] / of['det'][what]:.2f}")
            for name in ("10000_cars", "96_periods"):
                if figures[name]:
                    print(f"{name} / shipped, {what}: {figures[name]['oba'][what] / of['oba'][what]:.2f}")
    Path(f"{program}.json").write_text(json.dumps(figures, indent=1) + "\n")


main()
