"""Plan the unbalanced 123-node case and replay the plan: every phase of every node goes the way of the 33-node case.

With the forecast taken as truth (det), which must not be certified, and with the case's own risk (oba), which must."""

import csv
import json
import unittest

from program import ProgramTest, gridpact

CASE = "cases/ieee123"


class Ieee123(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.out = cls.scratch / "out"
        cls.planned = gridpact("plan", CASE, "--method", "det", "--out", cls.out)

    def test_a_plan_is_made_that_draws_what_4400_cars_want(self):
        self.assert_exit(self.planned, 0)
        self.assert_only_notes(self.planned.stderr)
        plan = json.loads((self.out / "plan.json").read_text(encoding="utf-8"))
        self.assertLess(plan["linear_error_pu"], 1e-4)
        with (self.out / "schedule.csv").open(encoding="utf-8", newline="") as file:
            schedule = list(csv.DictReader(file))
        self.assertEqual(len(schedule), 24)
        charged_kwh = sum(float(value) for row in schedule for key, value in row.items()
                          if key.startswith("station.") and key.endswith(".charge_kw"))
        # 3,750 cars of 8 to 9 kWh, 650 of 14 to 15 kWh.
        self.assertGreater(charged_kwh, 38000)
        self.assertLess(charged_kwh, 44000)
        for row in schedule:
            self.assertLessEqual(float(row["substation.import_kw"]), 3500 + 1e-6)

    def test_the_replay_refuses_a_plan_that_takes_the_forecast_as_truth(self):
        result = gridpact("verify", self.out / "plan.json", "--scenarios", 50, "--seed", 7)
        self.assert_exit(result, 1)
        certificate = json.loads((self.out / "certificate.json").read_text(encoding="utf-8"))
        self.assertEqual((certificate["certified"], certificate["scenarios"]), (False, 50))

    def test_the_plan_with_the_cases_own_risk_is_proven_near_its_best_and_certified(self):
        out = self.scratch / "oba"
        self.assert_exit(gridpact("plan", CASE, "--out", out), 0)
        plan = json.loads((out / "plan.json").read_text(encoding="utf-8"))
        self.assertEqual((plan["method"], plan["risk"]["joint_violation_limit"]), ("oba", 0.05))
        self.assertLessEqual(plan["gap"], 1e-3)
        self.assertLess(plan["linear_error_pu"], 1e-4)
        self.assert_exit(gridpact("verify", out / "plan.json", "--scenarios", 500, "--seed", 7), 0)


if __name__ == "__main__":
    unittest.main()
