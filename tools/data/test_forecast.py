"""Checks on the committed history that no forecast knows what it could not know.

    python tools/data/test_forecast.py        (needs numpy and pandas)
"""

import unittest
from pathlib import Path

import numpy as np
import pandas as pd

import forecast

TABLE = Path(__file__).resolve().parents[2] / "cases" / "ieee33" / "history" / "net_load.csv"
DAYS = (0, 20, 86, 150, 303, 365)  # of them 26 March and 30 October, when the clock changes


class ForecastTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        table = pd.read_csv(TABLE)
        hours = pd.DatetimeIndex(pd.to_datetime(table["time"], utc=True)).tz_convert("Europe/Berlin")
        cls.table, cls.year = table, forecast.make_year(hours)

    def methods(self):
        year = self.year
        return {
            "load_commercial": lambda y: forecast.forecast_load(y, year),
            "pv_2": lambda y: forecast.forecast_pv(y, year)[0],
            "wind_1": lambda y: forecast.forecast_wind(y, [y], year),
        }

    def test_the_future_does_not_change_a_forecast(self):
        """Replacing all that happens from the issue on, to the end of the day, leaves the day's forecast as it was."""
        year, random = self.year, np.random.default_rng(1)
        copied = forecast.copies(self.table["wind_1_actual"].to_numpy(), year) != 0
        for name, method in self.methods().items():
            actual = self.table[f"{name}_actual"].to_numpy()
            before = method(actual)
            for day in DAYS:
                if name == "wind_1" and copied[day]:
                    continue
                unknown = year.day == day
                if day > 0 and year.block[day - 1] == year.block[day]:
                    unknown |= (year.day == day - 1) & (year.hour >= forecast.ISSUE_HOUR)
                changed = actual.copy()
                changed[unknown] = random.random(unknown.sum())
                with self.subTest(series=name, day=day):
                    np.testing.assert_array_equal(method(changed)[year.day == day], before[year.day == day])

    def test_the_past_does(self):
        """The hour before the issue matters, so the check above is not vacuous."""
        year = self.year
        for name, method in self.methods().items():
            actual = self.table[f"{name}_actual"].to_numpy()
            changed = actual.copy()
            changed[(year.day == 199) & (year.hour == forecast.ISSUE_HOUR - 1)] += 0.3
            after, before = (method(y)[year.day == 200] for y in (changed, actual))
            self.assertGreater(np.abs(after - before).max(), 1e-3, name)

    def test_no_day_trains_on_itself_or_its_copy(self):
        year = self.year
        twin = forecast.copies(self.table["wind_1_actual"].to_numpy(), year)
        self.assertGreater((twin != 0).sum(), 50)
        tested = np.zeros(year.days, int)
        for test, train in forecast.folds(year, twin):
            tested[test] += 1
            self.assertEqual(set(train) & set(test), set())
            self.assertEqual(set(train) & set((test + twin[test])[twin[test] != 0]), set())
        self.assertTrue((tested == 1).all())

    def test_the_sun_stands_where_it_should(self):
        """Solstice noon at 51.3 N: 90 - 51.3 +- 23.44 degrees; equinox sunrise due east."""
        elevation = self.year.elevation_deg
        self.assertAlmostEqual(elevation[172].max(), 90 - 51.3 + 23.44, delta=0.6)
        self.assertAlmostEqual(elevation[356].max(), 90 - 51.3 - 23.44, delta=0.6)

    def test_days_of_23_and_25_hours(self):
        lengths = np.bincount(self.year.day)
        self.assertEqual((lengths[86], lengths[303], lengths.sum()), (23, 25, 8784))


if __name__ == "__main__":
    unittest.main()
