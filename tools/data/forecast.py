"""Day-ahead forecasts of load, PV and wind made from the past of the series alone.

Every forecast of local day D is issued at 12:00 local time on day D-1. It may use the hourly means up to the hour that
starts at 11:00 on D-1, the calendar, the position of the sun, and parameters. The parameters of a day come from the
rest of the year only (cross-fitting): the year is cut into 24 half-month blocks B, and for the days of B every
parameter is fitted without

  - the days of B themselves,
  - the `GUARD_DAYS` days after B, because their inputs hold actuals of B,
  - any day that is a copy of a day of B, and the guard days of the copies (see `copies`).

Notation: y[d, h] actual of local day d and wall-clock hour h, c[d, h] climatology, r = y - c, f forecast.
All fits are ridge regressions  min_w |X w - y|^2 + lambda n |w|^2  on standardised columns with a free intercept.

  load   c: per hour, day type (Mon .. Sun; holiday as Sunday) + two annual harmonics, also times weekend.
         r[d, h] on: last known r of hour h (d-1 before noon, else d-2), r of d-7 and d-14, the mean r of the last
         6, 24 and 168 known hours.                            f = c + r^
  wind   c: annual and daily harmonic. r[d, h] on: the last known hour, the means of the last 3, 6, 24 and 72 known
         hours, the trend over 3 hours, and the last 3-hour mean of all wind profiles of the source, each
         times (1, u, u^2) with u = h/23.                      f = clip(c + r^, 0, 1)
  PV     clear-sky output s = G w, G = sun terms below, w by asymmetric least squares (weight 0.95 above, 0.05
         below). c = s K[y] / K[s], the season's usual share of s in that UTC hour. Clearness
         k = sum y / sum c - 1 over the last 6 known hours, the last 24, the 24 before them, the last 168.
         y - c on c k.                                         f = clip(c + r^, 0, 1), 0 at night

The beam on a fixed plane is linear in the sun's direction (e, n, z), so  G = b (e, n, z), b^2 (e, n, z), z  with the
clear-sky attenuation  b = 0.7^(m^0.678), air mass m = 1 / (z + 0.50572 (6.07995 + elevation)^-1.6364)
(Meinel & Meinel 1976; Kasten & Young 1989); the plane's tilt and direction need not be known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

GUARD_DAYS = 15
WRAP_DAYS = 364  # whole weeks: a lag that reaches before 1 January lands on the same weekday in December
ISSUE_HOUR = 12
LATITUDE_DEG, LONGITUDE_DEG = 51.3, 9.5  # the middle of Germany; the source names no site
NIGHT_ELEVATION_DEG = -3.0
RIDGE = {"climatology": 1e-4, "load": 0.1, "wind": 0.3, "pv": 0.1}

# Holidays of all German states in 2016.
HOLIDAYS = ("01-01", "03-25", "03-28", "05-01", "05-05", "05-16", "10-03", "12-25", "12-26")
HALF_HOLIDAYS = ("12-24", "12-31")  # shops close at noon: treated as Saturdays


@dataclass(frozen=True)
class Year:
    """The hours of one local year. `position[d, h]` is the row of wall-clock hour h on day d.

    The hour that the change to summer time skips points to the hour after it; of the hour that comes twice in
    autumn the table holds the first (the second gets the forecast of the first).
    """

    hours: pd.DatetimeIndex
    day: np.ndarray
    hour: np.ndarray
    position: np.ndarray
    day_type: np.ndarray  # 0 Monday .. 6 Sunday
    block: np.ndarray  # half-month of each day
    elevation_deg: np.ndarray  # [d, h], middle of the hour
    sun: np.ndarray  # [d, h, 7], the terms G

    @property
    def days(self) -> int:
        return len(self.day_type)

    def table(self, values: np.ndarray) -> np.ndarray:
        """Hourly rows -> [day, wall-clock hour]."""
        return np.asarray(values, float)[self.position]

    def rows(self, table: np.ndarray) -> np.ndarray:
        """[day, wall-clock hour] -> hourly rows."""
        return table[self.day, self.hour]


def make_year(hours: pd.DatetimeIndex) -> Year:
    dates = hours.strftime("%m-%d").to_numpy()
    day = hours.day_of_year.to_numpy() - 1
    hour = hours.hour.to_numpy()
    days = int(day.max()) + 1
    position = np.full((days, 24), -1)
    for row in range(len(hours) - 1, -1, -1):
        position[day[row], hour[row]] = row
    for d, h in np.argwhere(position < 0):
        position[d, h] = position[d, h + 1]
    first = position[:, 0]
    day_type = hours.day_of_week.to_numpy()[first].copy()
    day_type[np.isin(dates[first], HOLIDAYS)] = 6
    half = np.isin(dates[first], HALF_HOLIDAYS) & (day_type < 5)
    day_type[half] = 5
    block = (hours.month.to_numpy()[first] - 1) * 2 + (hours.day.to_numpy()[first] > 15)
    elevation, sun = sun_terms(hours)
    return Year(hours, day, hour, position, day_type, block, elevation[position], sun[position])


def sun_terms(hours: pd.DatetimeIndex) -> tuple[np.ndarray, np.ndarray]:
    """Elevation [deg] and the terms G at the middle of each hour (low-precision almanac, 0.01 deg)."""
    n = hours.as_unit("s").asi8 / 86400.0 + 0.5 / 24 - 10957.5  # days since J2000.0
    anomaly = np.radians(357.528 + 0.9856003 * n)
    longitude = np.radians(280.460 + 0.9856474 * n + 1.915 * np.sin(anomaly) + 0.020 * np.sin(2 * anomaly))
    tilt = np.radians(23.439 - 4e-7 * n)
    right_ascension = np.arctan2(np.cos(tilt) * np.sin(longitude), np.cos(longitude))
    declination = np.arcsin(np.sin(tilt) * np.sin(longitude))
    sidereal = np.radians(15 * (18.697374558 + 24.06570982441908 * n) + LONGITUDE_DEG)
    angle = sidereal - right_ascension
    latitude = np.radians(LATITUDE_DEG)
    up = np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(angle)
    east = -np.cos(declination) * np.sin(angle)
    north = np.cos(latitude) * np.sin(declination) - np.sin(latitude) * np.cos(declination) * np.cos(angle)
    elevation = np.degrees(np.arcsin(up))
    above = np.maximum(elevation, 0.0)
    air_mass = 1.0 / (np.maximum(up, 0.0) + 0.50572 * (above + 6.07995) ** -1.6364)
    beam = np.where(elevation > 0.0, 0.7 ** (air_mass**0.678), 0.0)
    terms = [beam * east, beam * north, beam * up, beam**2 * east, beam**2 * north, beam**2 * up]
    return elevation, np.stack([*terms, np.maximum(up, 0.0)], axis=-1)


def copies(values: np.ndarray, year: Year) -> np.ndarray:
    """For each day the lag in days to the day that it repeats or that repeats it (0: none).

    The wind profiles of the source repeat themselves for about a month; a day must not be forecast with parameters
    that saw its copy. Compared is elapsed time, not the wall clock, as a copy may span the change to summer time.
    A day is a copy if at least 20 of its hourly means that are not 0 are met within 1e-4 and vary by more than 0.05.
    """
    twin = np.zeros(year.days, int)
    spread = np.ptp(year.table(values), axis=1)
    for lag in range(1, 60):
        met = np.zeros(len(values), bool)
        met[24 * lag :] = (np.abs(values[24 * lag :] - values[: -24 * lag]) < 1e-4) & (values[24 * lag :] > 1e-3)
        found = np.flatnonzero((np.bincount(year.day, met, year.days) >= 20) & (spread > 0.05))
        twin[found], twin[found - lag] = -lag, lag
    return twin


def folds(year: Year, twin: np.ndarray):
    """Yields (test days, training days) per half-month block."""
    for b in range(24):
        test = np.flatnonzero(year.block == b)
        copied = (test + twin[test])[twin[test] != 0]
        held_out = np.concatenate([test, copied - 1, copied, copied + 1]) % year.days
        barred = (held_out[:, None] + np.arange(GUARD_DAYS + 1)) % year.days
        yield test, np.setdiff1d(np.arange(year.days), barred)


def ridge(x: np.ndarray, y: np.ndarray, penalty: float):
    """Fits on rows; returns the predicting function."""
    mean, scale = x.mean(axis=0), x.std(axis=0)
    scale = np.where(scale > 1e-12, scale, 1.0)
    z = (x - mean) / scale
    gram = z.T @ z + penalty * len(z) * np.eye(z.shape[1])
    weights = np.linalg.solve(gram, z.T @ (y - y.mean()))
    return lambda other: y.mean() + ((other - mean) / scale) @ weights


def back(table: np.ndarray, lag: int) -> np.ndarray:
    """Row d holds the row of day d - lag; before 1 January the year wraps by whole weeks."""
    index = np.arange(len(table)) - lag
    return table[np.where(index < 0, index + WRAP_DAYS, index)]


def known_hours(table: np.ndarray, count: int) -> np.ndarray:
    """[day, count]: the last `count` hours before the issue of the forecast of each day, oldest first."""
    weeks = -(-(count + ISSUE_HOUR) // 24) + 1
    past = np.concatenate([back(table, lag) for lag in range(weeks, 0, -1)], axis=1)
    end = past.shape[1] - (24 - ISSUE_HOUR)
    return past[:, end - count : end]


def same_hour(table: np.ndarray) -> np.ndarray:
    """[day, hour]: the last known value of the same wall-clock hour."""
    before_noon = np.arange(24) < ISSUE_HOUR
    return np.where(before_noon, back(table, 1), back(table, 2))


def annual(year: Year, orders: int) -> np.ndarray:
    angle = 2 * np.pi * np.arange(year.days) / year.days
    return np.stack([f(k * angle) for k in range(1, orders + 1) for f in (np.cos, np.sin)], axis=-1)


def forecast_load(values: np.ndarray, year: Year) -> np.ndarray:
    y = year.table(values)
    types = np.eye(7)[year.day_type]
    season = annual(year, 2)
    weekend = (year.day_type >= 5).astype(float)[:, None]
    calendar = np.concatenate([types, season, season * weekend], axis=1)
    result = np.empty_like(y)
    for test, train in folds(year, np.zeros(year.days, int)):
        climate = np.stack(
            [ridge(calendar[train], y[train, h], RIDGE["climatology"])(calendar) for h in range(24)], axis=1
        )
        r = y - climate
        week = known_hours(r, 168)
        recent = [same_hour(r), back(r, 7), back(r, 14)]
        means = np.stack([week[:, -6:].mean(1), week[:, -24:].mean(1), week.mean(1)], axis=1)
        for h in range(24):
            x = np.concatenate([np.stack([v[:, h] for v in recent], axis=1), means], axis=1)
            result[test, h] = climate[test, h] + ridge(x[train], r[train, h], RIDGE["load"])(x[test])
    return np.maximum(year.rows(result), 0.0)


def flat(table: np.ndarray, days: np.ndarray) -> np.ndarray:
    """[day, hour, column] -> rows of the given days."""
    return table[days].reshape(-1, table.shape[2])


def forecast_wind(values: np.ndarray, neighbours: list[np.ndarray], year: Year) -> np.ndarray:
    y = year.table(values)
    angle = 2 * np.pi * np.arange(24) / 24
    daily = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    season = annual(year, 1)
    calendar = np.concatenate(
        [np.repeat(season[:, None], 24, 1), np.repeat(daily[None], year.days, 0),
         season[:, None, :1] * daily[None], season[:, None, 1:] * daily[None]], axis=2)
    u = np.arange(24) / 23.0
    horizon = np.stack([np.ones(24), u, u**2], axis=1)
    nearby = np.stack([known_hours(year.table(v), 3).mean(1) for v in neighbours], axis=1)
    result = np.empty_like(y)
    for test, train in folds(year, copies(values, year)):
        climate = ridge(flat(calendar, train), y[train].ravel(), RIDGE["climatology"])(
            flat(calendar, np.arange(year.days))).reshape(y.shape)
        last = known_hours(y, 72)
        own = np.stack([last[:, -1], last[:, -3:].mean(1), last[:, -6:].mean(1), last[:, -24:].mean(1),
                        last.mean(1), last[:, -1] - last[:, -4]], axis=1)
        state = np.concatenate([own, nearby], axis=1)
        x = (state[:, None, :, None] * horizon[None, :, None, :]).reshape(year.days, 24, -1)
        x = np.concatenate([x, np.repeat(horizon[None], year.days, 0)], axis=2)
        fit = ridge(flat(x, train), (y - climate)[train].ravel(), RIDGE["wind"])
        result[test] = climate[test] + fit(flat(x, test)).reshape(len(test), 24)
    return np.clip(year.rows(result), 0.0, 1.0)


def clear_sky(y: np.ndarray, sun: np.ndarray, train: np.ndarray, up: np.ndarray) -> np.ndarray:
    """Upper envelope s = G w by asymmetric least squares over the training days' daylight."""
    rows = up[train]
    g, target = sun[train][rows], y[train][rows]
    weight = np.full(len(target), 0.5)
    for _ in range(30):
        gram = g.T @ (weight[:, None] * g) + 1e-6 * len(g) * np.eye(g.shape[1])
        w = np.linalg.solve(gram, g.T @ (weight * target))
        weight = np.where(target > g @ w, 0.95, 0.05)
    return np.where(up, np.maximum(sun @ w, 1e-3), 0.0)


def sun_climatology(values: np.ndarray, sky: np.ndarray, year: Year, test: np.ndarray) -> np.ndarray:
    """c = s K[y] / K[s], K a Gaussian-weighted sum (25 days) over the rows of the same UTC hour outside the test days.

    Scaling by s removes the drift of sunrise over the weeks; UTC, because the sun knows no summer time.
    """
    clock = year.hours.tz_convert("UTC").hour.to_numpy()
    known = ~np.isin(year.day, test)
    sums = np.zeros((2, 24, year.days))
    for total, series in zip(sums, (values, sky)):
        np.add.at(total, (clock[known], year.day[known]), series[known])
    gap = np.abs(np.arange(year.days)[:, None] - np.arange(year.days))
    kernel = np.exp(-0.5 * (np.minimum(gap, year.days - gap) / 25.0) ** 2)
    real, ideal = (total @ kernel for total in sums)
    return sky * real[clock, year.day] / np.maximum(ideal[clock, year.day], 1e-9)


def forecast_pv(values: np.ndarray, year: Year) -> tuple[np.ndarray, np.ndarray]:
    """Returns the forecast and, as its baseline, the climatology."""
    y = year.table(values)
    up = year.elevation_deg > NIGHT_ELEVATION_DEG
    result, baseline = np.zeros_like(y), np.zeros_like(y)
    for test, train in folds(year, np.zeros(year.days, int)):
        sky = year.rows(clear_sky(y, year.sun, train, up))
        c = year.table(sun_climatology(values, sky, year, test))
        real, usual = known_hours(y, 168), known_hours(c, 168)
        windows = (slice(-6, None), slice(-24, None), slice(-48, -24), slice(0, None))
        ratio = [real[:, w].sum(axis=1) / np.maximum(usual[:, w].sum(axis=1), 0.05) for w in windows]
        k = np.clip(np.stack(ratio, axis=1), 0.0, 3.0) - 1.0
        x = c[..., None] * k[:, None, :]
        fit = ridge(x[train][up[train]], (y - c)[train][up[train]], RIDGE["pv"])
        change = fit(x[test].reshape(-1, x.shape[2])).reshape(len(test), 24)
        result[test] = np.where(up[test], c[test] + change, 0.0)
        baseline[test] = c[test]
    return np.clip(year.rows(result), 0.0, 1.0), year.rows(baseline)


def climatology(values: np.ndarray, year: Year, load: bool) -> np.ndarray:
    """Baseline for load and wind: mean of the hour over the training days within 45 days (load: of the same kind)."""
    y = year.table(values)
    result = np.empty_like(y)
    kind = np.where(year.day_type < 5, 0, year.day_type) if load else np.zeros(year.days, int)
    twin = np.zeros(year.days, int) if load else copies(values, year)
    for test, train in folds(year, twin):
        for d in test:
            gap = np.abs(train - d)
            near = train[(np.minimum(gap, year.days - gap) <= 45) & (kind[train] == kind[d])]
            result[d] = y[near].mean(axis=0)
    return year.rows(result)


def yesterday(values: np.ndarray, year: Year) -> np.ndarray:
    """Baseline: the last known value of the same wall-clock hour."""
    return year.rows(same_hour(year.table(values)))


def last_week(values: np.ndarray, year: Year) -> np.ndarray:
    return year.rows(back(year.table(values), 7))
