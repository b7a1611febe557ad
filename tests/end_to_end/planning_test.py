"""Plan the shipped case and verify the plan; the same question has the same answer, to the byte."""

import csv
import hashlib
import json
import subprocess
import unittest
from pathlib import Path

from program import CASE, RESULTS, ProgramTest, command, gridpact

COMPONENTS = ["energy import", "energy export", "generation", "starts", "reserve", "station reserve", "curtailment",
              "deviations", "battery wear", "reserve sold"]


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Planning(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one = cls.scratch / "one"
        cls.two = cls.scratch / "two"
        cls.planned = gridpact("plan", CASE, "--out", cls.one, "--threads", 1)
        cls.planned_again = gridpact("plan", CASE, "--out", cls.two, "--threads", 2)

    def test_a_plan_is_made_with_all_its_files_and_no_others(self):
        self.assert_exit(self.planned, 0)
        self.assert_only_notes(self.planned.stderr)
        self.assertEqual({path.name for path in self.one.iterdir()} - {"certificate.json"}, RESULTS)
        plan = json.loads((self.one / "plan.json").read_text(encoding="utf-8"))
        self.assertEqual((plan["schema"], plan["method"], plan["horizon"]["periods"]), ("gridpact-plan/1", "oba", 24))
        self.assertLessEqual(plan["promised_violation"], 0.05)
        self.assertIn("<html", (self.one / "report.html").read_text(encoding="utf-8"))
        self.assertGreater(len(table(self.one / "limits.csv")), 0)

    def test_stdout_is_the_summary_with_a_total_that_adds_up(self):
        lines = [line for line in self.planned.stdout.splitlines() if line]
        self.assertRegex(lines[0], r"^ieee33 planned with oba at a joint violation limit of 5 % per period")
        eur = {}
        for line, name in zip(lines[1:12], [*COMPONENTS, "total"], strict=True):
            self.assertRegex(line, rf"^  {name} +-?\d+\.\d\d EUR")
            eur[name] = float(line.removeprefix(f"  {name}").split()[0])
        self.assertAlmostEqual(sum(eur[name] for name in COMPONENTS), eur["total"], delta=0.005 * 11)
        plan = json.loads((self.one / "plan.json").read_text(encoding="utf-8"))
        self.assertAlmostEqual(plan["cost"]["total_eur"], eur["total"], delta=0.005)
        self.assertLessEqual(plan["lower_bound_eur"], plan["cost"]["total_eur"])
        self.assertRegex(lines[12], r"^  promised violation \d")
        self.assertRegex(lines[13], r"^  limits that may break, by what their errors justify: \d+ by moments\+")
        self.assertEqual(lines[14:], [f"Plan    {self.one}/plan.json", f"Report  {self.one}/report.html"])

    def test_the_cars_charge_what_their_stations_draw(self):
        cars: dict[tuple[str, str], float] = {}
        for row in table(self.one / "cars.csv"):
            key = (row["station"], row["time"])
            cars[key] = cars.get(key, 0.0) + float(row["charge_kw"])
        schedule = table(self.one / "schedule.csv")
        self.assertEqual(len(schedule), 24)
        for row in schedule:
            for station in ("laboratory_6", "laboratory_23", "campus_13", "campus_29"):
                with self.subTest(station=station, time=row["time"]):
                    self.assertAlmostEqual(cars.get((station, row["time"]), 0.0),
                                           float(row[f"station.{station}.charge_kw"]), delta=0.01)

    def test_the_number_of_threads_changes_no_byte_of_the_plan(self):
        self.assert_exit(self.planned_again, 0)
        for name in sorted(RESULTS):
            self.assertTrue((self.one / name).read_bytes() == (self.two / name).read_bytes(), f"{name} differs")

    def test_the_plan_is_certified_and_the_number_of_threads_changes_no_byte_of_that(self):
        certificates = []
        for threads in (1, 2):
            result = gridpact("verify", self.one / "plan.json", "--scenarios", 300, "--seed", 7, "--threads", threads)
            self.assert_exit(result, 0)
            self.assert_only_notes(result.stderr)
            self.assertRegex(result.stdout, r"(?m)^CERTIFIED: ")
            certificates.append((self.one / "certificate.json").read_bytes())
        self.assertTrue(certificates[0] == certificates[1], "certificate.json differs")
        certificate = json.loads(certificates[0])
        self.assertEqual({key: certificate[key] for key in ("certified", "partial", "scenarios", "seed")},
                         {"certified": True, "partial": False, "scenarios": 300, "seed": 7})
        self.assertEqual(certificate["plan_digest"], hashlib.sha256((self.one / "plan.json").read_bytes()).hexdigest())
        self.assertLessEqual(certificate["worst_period"]["upper"], 0.05)

    def test_verify_and_audit_work_from_the_plans_own_folder(self):
        for name, arguments, line in (("verify", ("plan.json", "--scenarios", 300, "--seed", 7), "CERTIFIED: "),
                                      ("audit", ("certificate.json",), "REPRODUCED: ")):
            with self.subTest(command=name):
                result = subprocess.run(command(name, *arguments), cwd=self.one, capture_output=True, encoding="utf-8")
                self.assert_exit(result, 0)
                self.assertRegex(result.stdout, rf"(?m)^{line}")

    def test_another_seed_replays_other_days(self):
        out = self.scratch / "other_seed.json"
        self.assert_exit(gridpact("verify", self.one / "plan.json", "--scenarios", 300, "--seed", 8, "--out", out), 0)
        self.assert_exit(gridpact("verify", self.one / "plan.json", "--scenarios", 300, "--seed", 7), 0)
        other = json.loads(out.read_text(encoding="utf-8"))
        certificate = json.loads((self.one / "certificate.json").read_text(encoding="utf-8"))
        self.assertNotEqual(other["cost_mean_eur"], certificate["cost_mean_eur"])

    def test_a_plan_that_ignores_the_errors_is_not_certified(self):
        folder = self.scratch / "det"
        self.assert_exit(gridpact("plan", CASE, "--method", "det", "--out", folder), 0)
        result = gridpact("verify", folder / "plan.json", "--scenarios", 300, "--seed", 7)
        self.assert_exit(result, 1)
        self.assertRegex(result.stdout, r"(?m)^NOT CERTIFIED: ")
        self.assertFalse(json.loads((folder / "certificate.json").read_text(encoding="utf-8"))["certified"])


if __name__ == "__main__":
    unittest.main()
