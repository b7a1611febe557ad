"""verify --scenario tells what happened on one day of a certificate: what the certificate counted for it, to the bit."""

import json
import re
import shlex
import unittest

from program import CASE, ProgramTest, gridpact

RUN = ("--scenarios", 60, "--seed", 7, "--law", "heavy")


class Replay(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The forecast taken as truth: limits of every kind break.
        gridpact("plan", CASE, "--method", "det", "--out", cls.scratch)
        cls.plan = cls.scratch / "plan.json"
        cls.verified = gridpact("verify", cls.plan, *RUN)
        cls.certificate = json.loads((cls.scratch / "certificate.json").read_text(encoding="utf-8"))

    def day(self, scenario: int, *run: object) -> dict:
        result = gridpact("verify", self.plan, *(run or RUN), "--scenario", scenario, "--json", "--quiet")
        self.assert_exit(result, 0)
        self.assertEqual(result.stderr, "")
        told = json.loads(result.stdout)
        self.assert_of_schema(told, "replay")
        self.assertEqual((told["schema"], told["scenario"]), ("gridpact-replay/1", scenario))
        return told

    def test_the_worst_day_is_as_bad_as_the_certificate_says(self):
        limit = next(limit for limit in self.certificate["limits"] if limit["kind"] == "voltage")
        period = self.day(limit["worst_scenario"])["periods"][limit["worst_period"]]
        excess = [breach["excess"] for breach in period["breaches"]
                  if (breach["kind"], breach["place"]) == ("voltage", limit["place"])]
        self.assertEqual(excess, [limit["worst_excess"]])

    def test_a_certificate_of_one_day_says_what_the_day_was(self):
        run = ("--scenarios", 1, "--seed", 9)
        path = self.scratch / "one.json"
        self.assert_exit(gridpact("verify", self.plan, *run, "--out", path), 1)
        certificate = json.loads(path.read_text(encoding="utf-8"))
        day = self.day(0, *run)
        self.assertEqual(day["cost_eur"], certificate["cost_mean_eur"])
        for key in ("energy_wanted_kwh", "energy_undelivered_kwh", "law", "seed", "case_digest"):
            self.assertEqual(day[key], certificate[key])
        self.assertEqual(day["periods_violated"], certificate["periods"]["count"])
        self.assertEqual([bool(period["breaches"]) for period in day["periods"]],
                         [share["count"] == 1 for share in certificate["by_period"]])
        broken = sorted((breach["kind"], breach["place"]) for period in day["periods"] for breach in period["breaches"])
        counted = sorted((limit["kind"], limit["place"]) for limit in certificate["limits"]
                         for _ in range(limit["periods_violated"]))
        self.assertEqual(broken, counted)
        self.assertEqual(sum(station["cars_short"] for station in certificate["stations"]), day["cars_short"])
        least = min(period["worst_voltage"]["voltage_pu"] for period in day["periods"])
        self.assertGreaterEqual(least, min(row[0] for row in certificate["voltage_quantiles_pu"]))

    def test_the_command_that_verify_prints_replays_the_worst_day(self):
        told = re.search(r"(?m)^Worst day    gridpact (.*)$", self.verified.stdout)
        self.assertIsNotNone(told, self.verified.stdout)
        result = gridpact(*shlex.split(told[1]))
        self.assert_exit(result, 0)
        worst = self.certificate["limits"][0]
        self.assertIn(f"Scenario {worst['worst_scenario']} of law heavy, seed 7, ", result.stdout)
        self.assertRegex(result.stdout, rf"(?m)^    broken: {worst['kind']} at {worst['place']} by "
                                        rf"{worst['worst_excess']:.3f}")
        page = (self.scratch / "certificate.html").read_text(encoding="utf-8")
        self.assertIn(f"--law heavy --scenario {worst['worst_scenario']}</pre>", page)

    def test_a_number_beyond_the_run_is_refused(self):
        before = sorted(self.scratch.iterdir())
        for scenario, word in ((60, "the run has 60, numbered 0 to 59"), (-1, "--scenario"), ("x", "--scenario")):
            with self.subTest(scenario=scenario):
                result = gridpact("verify", self.plan, *RUN, "--scenario", scenario)
                self.assert_exit(result, 2)
                self.assertEqual(result.stdout, "")
                self.assertIn(word, result.stderr)
        self.assertEqual(sorted(self.scratch.iterdir()), before)

    def test_a_folder_is_no_place_for_a_certificate(self):
        result = gridpact("verify", self.plan, *RUN, "--out", self.scratch)
        self.assert_exit(result, 2)
        self.assertRegex(result.stderr, r"is a folder.*--out")


if __name__ == "__main__":
    unittest.main()
