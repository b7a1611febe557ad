"""gridpact fit: the model as a document of its schema, and a page that loads nothing."""

import json
import unittest

from program import CASE, ProgramTest, gridpact


class Fitting(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = cls.scratch / "fit"
        cls.fitted = gridpact("fit", CASE, "--days", 60, "--out", cls.folder)
        cls.document = json.loads((cls.folder / "fit.json").read_text(encoding="utf-8"))

    def test_succeeds_and_says_what_it_found(self):
        self.assert_exit(self.fitted, 0)
        self.assert_only_notes(self.fitted.stderr)
        self.assertRegex(self.fitted.stdout, r"^ieee33: 6 sources learned from \d+ days")
        self.assertIn("KL radius", self.fitted.stdout)

    def test_document_is_of_its_schema(self):
        self.assert_of_schema(self.document, "fit")

    def test_fitted_law_was_tested_on_days_not_seen(self):
        held_out = self.document["net_load"]["held_out"]
        fitted = held_out["scores"][0]
        self.assertEqual(fitted["law"], "fitted")
        self.assertGreater(held_out["tested_days"], 50)
        for level, covered in zip(held_out["interval_levels"], fitted["coverage"]):
            self.assertAlmostEqual(level, covered, delta=0.08)

    def test_stations_say_how_large_their_history_is(self):
        for station in self.document["stations"]:
            self.assertGreater(station["cars"], station["sessions_a_day"])
            for early, late in zip(station["earliest_kwh"], station["latest_kwh"]):
                self.assertGreaterEqual(early["p50"], late["p50"])
            self.assertAlmostEqual(station["earliest_kwh"][-1]["p50"], station["latest_kwh"][-1]["p50"], places=6)

    def test_page_holds_all_that_it_shows(self):
        page = (self.folder / "fit.html").read_text(encoding="utf-8")
        for chart in ("fit_density", "fit_quantiles", "fit_coverage", "fit_pit", "fit_correlation", "fit_drift"):
            self.assertIn(f'data-chart="{chart}"', page)
        for outside in ('src="http', 'href="http', "@import"):
            self.assertNotIn(outside, page)


if __name__ == "__main__":
    unittest.main()
