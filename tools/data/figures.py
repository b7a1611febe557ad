"""The figures of the history as a document: errors of the forecasts, prices, plan days, charging sessions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecast import Year, copies

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
PLAN_MONTHS = (10, 11, 12)


def table(head: list[str], rows: list[list]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def measures(error: np.ndarray, mask: np.ndarray) -> list[str]:
    """MAE, RMSE, bias, lag-1 autocorrelation over neighbouring hours of the mask, kurtosis (3 for a Gaussian)."""
    e = error[mask]
    centred = error - e.mean()
    pairs = mask[1:] & mask[:-1]
    lag1 = np.sum((centred[1:] * centred[:-1])[pairs]) / np.sum((centred[1:] ** 2)[pairs])
    kurtosis = np.mean((e - e.mean()) ** 4) / np.var(e) ** 2
    return [f"{np.abs(e).mean():.4f}", f"{np.sqrt(np.mean(e**2)):.4f}", f"{e.mean():+.4f}", f"{lag1:.2f}", f"{kurtosis:.1f}"]


def series_names(series: pd.DataFrame) -> list[str]:
    return [column.removesuffix("_actual") for column in series if column.endswith("_actual")]


def error_of(series: pd.DataFrame, name: str) -> np.ndarray:
    """Actual less forecast."""
    return (series[f"{name}_actual"] - series[f"{name}_forecast"]).to_numpy()


def forecast_errors(series: pd.DataFrame, year: Year, naive: dict) -> str:
    light = year.rows(year.elevation_deg) > 0.0
    rows = []
    for name in series_names(series):
        actual = series[f"{name}_actual"].to_numpy()
        methods = {"model": series[f"{name}_forecast"].to_numpy(), **naive[name]}
        for method, made in methods.items():
            for hours, mask in (("all", np.ones(len(actual), bool)), ("daylight", light)):
                rows.append([name, method, hours, *measures(actual - made, mask)])
    return table(["series", "forecast", "hours", "MAE", "RMSE", "bias", "lag-1 autocorrelation", "kurtosis"], rows)


def error_by_hour(series: pd.DataFrame, year: Year) -> str:
    names = series_names(series)
    rows = [
        [h, *(f"{error_of(series, name)[year.hour == h].std():.3f}" for name in names)] for h in range(24)
    ]
    return table(["hour", *names], rows)


def error_correlation(series: pd.DataFrame) -> str:
    names = series_names(series)
    matrix = np.corrcoef([error_of(series, name) for name in names])
    return table(["", *names], [[a, *(f"{v:.2f}" for v in row)] for a, row in zip(names, matrix)])


def copied_days(series: pd.DataFrame, year: Year) -> str:
    twins = {name: copies(series[f"{name}_actual"].to_numpy(), year) for name in series_names(series)}
    day = lambda d: str(year.hours[year.position[d, 0]].date())
    rows = []
    for name, twin in twins.items():
        days = np.flatnonzero(twin < 0)
        if len(days):
            rows.append([name, len(days), f"{day(days[0])} to {day(days[-1])}",
                         f"{day(days[0] + twin[days[0]])} to {day(days[-1] + twin[days[-1]])}"])
    return table(["series", "days", "copies", "of"], rows)


def price_by_hour(price: pd.Series) -> str:
    late = price[price.index.month.isin(PLAN_MONTHS)]
    rows = []
    for h in range(24):
        parts = (price, late)
        rows.append([h, *(f"{part[part.index.hour == h].mean():.1f}" for part in parts)])
    return table(["hour", "2016", "October to December"], rows)


def plan_days(series: pd.DataFrame, year: Year, price: pd.Series) -> str:
    """Working days of the last quarter with wind, sun and a wide price, best first."""
    rows = []
    for d in range(year.days):
        hours = year.position[d]
        date = year.hours[hours[0]]
        if date.month not in PLAN_MONTHS or year.day_type[d] > 4:
            continue
        p = price.to_numpy()[hours]
        wind = series[["wind_1_forecast", "wind_2_forecast"]].to_numpy()[hours].mean()
        wind_actual = series[["wind_1_actual", "wind_2_actual"]].to_numpy()[hours].mean()
        sun = series[["pv_1_forecast", "pv_2_forecast"]].to_numpy()[hours].mean(axis=1).max()
        sun_actual = series[["pv_1_actual", "pv_2_actual"]].to_numpy()[hours].mean(axis=1).max()
        load = series[["load_residential_forecast", "load_commercial_forecast"]].to_numpy()[hours].max()
        if wind > 0.30 and sun > 0.12:
            spread = p.max() - p.min()
            rows.append([date.date(), WEEKDAYS[date.weekday()], f"{p.min():.1f}", f"{p.mean():.1f}", f"{p.max():.1f}",
                         int(p.argmin()), int(p.argmax()), f"{spread:.1f}", f"{wind:.2f}", f"{wind_actual:.2f}",
                         f"{sun:.2f}", f"{sun_actual:.2f}", f"{load:.2f}"])
    rows.sort(key=lambda row: -float(row[7]))
    head = ["day", "", "lowest EUR/MWh", "mean", "highest", "hour of lowest", "hour of highest", "spread",
            "wind forecast, mean", "wind actual", "PV forecast, highest", "PV actual", "load forecast, highest"]
    return table(head, rows[:12])


def session_days(stays: pd.DataFrame, working_fridays: bool) -> str:
    """Number and energy of the sessions per day, by weekday of arrival."""
    arrival = pd.to_datetime(stays["arrival"].str.slice(0, 19))
    by_day = pd.DataFrame({"count": 1, "energy": stays["energy_kwh"].to_numpy()}).groupby(arrival.dt.date.to_numpy()).sum()
    by_day = by_day.reindex(pd.date_range("2019-05-01", "2019-12-31").date, fill_value=0)
    dates = pd.DatetimeIndex(by_day.index)
    kinds = [(WEEKDAYS[k], dates.day_of_week == k) for k in range(7)]
    if working_fridays:
        even = ((dates - pd.Timestamp("2019-05-03")).days // 7) % 2 == 0
        friday = dates.day_of_week == 4
        kinds[4:5] = [("Fri, on", friday & even), ("Fri, off", friday & ~even)]
    working = np.any([mask for name, mask in kinds if name not in ("Fri, off", "Sat", "Sun")], axis=0)
    count = by_day["count"].to_numpy()
    kinds.append(("working, ordinary", working & (count > 0.6 * np.median(count[working]))))
    rows = []
    for name, mask in kinds:
        n, e = by_day["count"][mask], by_day["energy"][mask]
        rows.append([name, int(mask.sum()), f"{n.mean():.1f}", f"{n.var():.1f}", f"{n.var() / n.mean():.2f}",
                     n.min(), n.max(), f"{e.mean():.0f}", f"{e.std():.0f}", f"{e.std() / e.mean():.2f}"])
    return table(["weekday", "days", "sessions, mean", "variance", "variance / mean (Poisson: 1)", "least", "most",
                  "energy kWh, mean", "sd", "sd / mean"], rows)


def session_shape(stays: dict[str, pd.DataFrame]) -> str:
    rows = []
    for site, s in stays.items():
        arrival = pd.to_datetime(s["arrival"], utc=True)
        stay = (pd.to_datetime(s["departure"], utc=True) - arrival).dt.total_seconds() / 3600
        power = s["energy_kwh"] / stay
        asked = pd.to_datetime(s["requested_departure"].replace("", None), utc=True)
        early = (pd.to_datetime(s["departure"], utc=True) - asked).dt.total_seconds() / 3600
        clock = s["arrival"].str.slice(11, 13).astype(int)
        quantiles = lambda v: " / ".join(f"{q:.1f}" for q in v.dropna().quantile([0.05, 0.5, 0.95]))
        rows.append([site, len(s), s["charger"].nunique(), int(clock.mode()[0]), quantiles(stay), quantiles(s["energy_kwh"]),
                     f"{s['requested_energy_kwh'].notna().mean():.3f}", quantiles(early), f"{power.max():.2f}",
                     int((power > 6.7).sum())])
    return table(["site", "sessions", "chargers", "busiest hour of arrival", "stay h, 5 / 50 / 95 %", "energy kWh, 5 / 50 / 95 %",
                  "share with a driver's request", "leaves later than asked h, 5 / 50 / 95 %",
                  "highest energy / stay kW", "of these above 6.7 kW"], rows)


def dropped_rows(dropped: dict[str, pd.DataFrame]) -> str:
    rows = [
        [site, row.session_id, row.arrival.isoformat(timespec="minutes"), f"{row.stay_h:.1f}",
         f"{getattr(row, 'energy'):.1f}", row.reason]
        for site, left in dropped.items()
        for row in left.rename(columns={"delivered_energy (kWh)": "energy"}).itertuples()
    ]
    return table(["site", "session of the source", "arrival", "stay h", "energy kWh", "reason"], rows)


def document(series, year, naive, price, stays, dropped) -> str:
    parts = [
        "# Figures of the history\n\nWritten by `tools/data/make_history.py` with the data; error = actual - forecast, "
        "in per unit of the series' nominal. Daylight: the sun is up in the middle of the hour.\n",
        "## Errors of the day-ahead forecasts and of naive ones\n\n" + forecast_errors(series, year, naive),
        "## Standard deviation of the error by local hour\n\n" + error_by_hour(series, year),
        "## Correlation of the errors in the same hour\n\n" + error_correlation(series),
        "## Days that copy other days in the source\n\n" + copied_days(series, year),
        "## Mean day-ahead price by local hour, EUR/MWh\n\n" + price_by_hour(price),
        "## Working days of the last quarter with wind, sun and a wide price\n\n"
        "Mean forecast of the two wind series above 0.30 and highest hourly forecast of the two PV series above 0.12, "
        "by spread of the price.\n\n" + plan_days(series, year, price),
        "## Charging sessions\n\n" + session_shape(stays),
        "### Caltech, by weekday of arrival\n\nOrdinary: above 0.6 of the median of the working days, which leaves out holidays.\n\n" + session_days(stays["caltech"], working_fridays=False),
        "### JPL, by weekday of arrival\n\nEvery second Friday is a day off at JPL; 3 May 2019 was a working one.\n\n"
        + session_days(stays["jpl"], working_fridays=True),
        "### Rows left out\n\n" + dropped_rows(dropped),
    ]
    return "\n".join(parts)
