"""gridpact fleet tells what a file of sessions is like, in words, as JSON and as a page."""

import json
import unittest

from program import CASE, ProgramTest, gridpact


class Fleet(ProgramTest):
    def test_the_shipped_sessions(self):
        out = self.scratch / "caltech"
        result = gridpact("fleet", f"{CASE}/history/sessions_caltech.csv", "--time-zone", "America/Los_Angeles",
                          "--out", out, "--json")
        self.assert_exit(result, 0)
        told = json.loads(result.stdout)
        self.assertEqual(told["sessions"] + sum(entry["rows"] for entry in told["dropped"]), told["rows"])
        self.assertAlmostEqual(told["most_kwh"][-1], told["least_kwh"][-1])
        self.assertTrue(0 < told["idle_share"] < 1)
        page = (out / "fleet.html").read_text(encoding="utf-8")
        self.assertNotIn("{{", page.split("<script>")[0])
        self.assertIn("charts.arrivals", page)

    def test_every_dropped_row_has_its_reason(self):
        path = self.scratch / "mine.csv"
        path.write_text("in;out;kWh\n1.2.2024 08:00;1.2.2024 16:00;12,5\n1.2.2024 08:00;1.2.2024 07:00;12,5\n"
                        "2.2.2024 08:00;;12,5\n13.2.2024 08:00;13.2.2024 12:00;-1\n", encoding="utf-8")
        result = gridpact("fleet", path, "--arrival", "in", "--departure", "out", "--energy", "kWh",
                          "--out", self.scratch / "mine")
        self.assert_exit(result, 0)
        self.assertIn("1 of 4 rows", result.stdout)
        for reason in ("leaves at 1.2.2024 07:00", "no departure", "'-1' is not a number of kWh above 0"):
            self.assertIn(reason, result.stdout)

    def test_wishes_beyond_the_charger_are_listed_by_car(self):
        path = self.scratch / "hungry.csv"
        path.write_text("arrival,departure,energy_kwh\n2024-02-01 08:00,2024-02-01 12:00,20\n"
                        "2024-02-01 09:00,2024-02-01 12:00,5\n", encoding="utf-8")
        arguments = ("fleet", path, "--arrival", "arrival", "--charger-kw", "3", "--out", self.scratch / "hungry")
        result = gridpact(*arguments)
        self.assert_exit(result, 0)
        self.assertIn("20.0 kWh in 4.00 h, can have 12.0", result.stdout)
        lowered = json.loads(gridpact(*arguments, "--json").stdout)["lowered_wishes"]
        self.assertEqual([(car["day"], car["wanted_kwh"], car["deliverable_kwh"]) for car in lowered],
                         [("2024-02-01", 20, 12)])
        self.assertIn("Wishes lowered", (self.scratch / "hungry" / "fleet.html").read_text(encoding="utf-8"))

    def test_local_times_in_gridpacts_own_columns_are_the_drivers_clock(self):
        path = self.scratch / "local.csv"
        path.write_text("arrival,departure,energy_kwh\n2024-07-01 08:00,2024-07-01 12:00,9\n"
                        "2024-07-01 09:30,2024-07-01 12:00,5\n", encoding="utf-8")
        for flags, hour, told in (((), 8, "the clock of Europe/Oslo"), (("--utc",), 10, "read as UTC")):
            result = gridpact("fleet", path, "--time-zone", "Europe/Oslo", *flags, "--out", self.scratch / "local",
                              "--json")
            self.assert_exit(result, 0)
            self.assertIn(told, result.stderr)
            arrivals = json.loads(result.stdout)["arrivals_workday"]
            self.assertEqual((sum(arrivals), arrivals[hour]), (2, 1))
        path.write_text("arrival,departure,energy_kwh\n2024-07-01T08:00+02:00,2024-07-01T12:00+02:00,9\n"
                        "2024-07-01 09:30,2024-07-01 12:00,5\n", encoding="utf-8")
        mixed = gridpact("fleet", path, "--out", self.scratch / "local")
        self.assert_exit(mixed, 0)
        self.assertIn("not a time with its offset from UTC", mixed.stdout)

    def test_columns_that_are_not_there_are_told(self):
        path = self.scratch / "other.csv"
        path.write_text("a,b\n1,2\n", encoding="utf-8")
        result = gridpact("fleet", path)
        self.assert_exit(result, 2)
        self.assertIn("no column 'arrival'", result.stderr)


if __name__ == "__main__":
    unittest.main()
