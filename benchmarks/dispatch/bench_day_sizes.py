"""How the time of a plan grows: with the cars, the periods, the feeder, and with risk. Ratios of one run.

    ./dev bench bench_day_sizes

Usage: bench_day_sizes.py PROGRAM. Variants of the shipped case cases/ieee123 are written into a temporary folder:
10,000 cars instead of 4,400 (each with a charger and an energy that are smaller by as much), and 96 periods of 15 minutes
instead of 24 hours. Every case is planned REPETITIONS times (96 periods once), the fastest counts; a run that takes
longer than LIMIT_S is said to take "more than" that. The figures also go to PROGRAM.json.
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


def run(program: str, folder: Path, methods: list[str]) -> dict | None:
    """Seconds by method and the peak of memory, GB; None if it took longer than the limit."""
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
            raise SystemExit(f"{folder.name}: no plan; see above")
        out.seek(0)
        return {**json.load(out), "memory_gb": usage.ru_maxrss / 2**20}


def fastest(program: str, name: str, text_in: Callable[[Path], str], methods: list[str], repetitions: int) -> dict | None:
    with tempfile.TemporaryDirectory(prefix=name) as place:
        folder = Path(place)
        (folder / "case.toml").write_text(text_in(folder))
        runs = [run(program, folder, methods) for _ in range(repetitions)]
    if None in runs:
        print(f"{name:24} more than {LIMIT_S} s")
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
    of = figures["ieee123"]
    if of:
        for what in ("solve", "plan"):
            print(f"oba / det, {what}: {of['oba'][what] / of['det'][what]:.2f}")
            for name in ("10000_cars", "96_periods"):
                if figures[name]:
                    print(f"{name} / shipped, {what}: {figures[name]['oba'][what] / of['oba'][what]:.2f}")
    Path(f"{program}.json").write_text(json.dumps(figures, indent=1) + "\n")


main()
