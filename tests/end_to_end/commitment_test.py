"""Plan and verify a case whose engines may stand still."""

import csv
import itertools
import json
import unittest

from program import ProgramTest, copy_case, gridpact

LEAST_KW, START_EUR, MIN_UP, MIN_DOWN = 350, 12, 4, 3
COMMITMENT = (f'commitment = {{ on_before = false, start_cost_eur = {START_EUR}, min_up = "PT{MIN_UP}H", '
              f'min_down = "PT{MIN_DOWN}H" }}')


def may_stand_still(name: str) -> tuple[str, str]:
    """The engine without its reserve, with a least power, and with a commitment."""
    return (rf'(^name = "{name}"\n(?:.+\n)+?)reserve = .*',
            rf"\1p_min_kw = {LEAST_KW}\ncost_c_eur_per_h = 3\n{COMMITMENT}")


class UnitCommitment(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = copy_case(cls.scratch / "case", (r'^name = "ieee33"', 'name = "engines"'),
                         (r"^\[\[(sessions|station)\]\]\n(.+\n)+", ""), (r"^peak_reduction = .*\n", ""),
                         may_stand_still("engine_18"), may_stand_still("engine_33"),
                         (r"participation = 0.64", "participation = 0.88"))
        cls.case = case
        cls.out = cls.scratch / "plan"
        cls.planned = gridpact("plan", case, "--method", "det", "--out", cls.out)

    def units(self) -> list[dict]:
        plan = json.loads((self.out / "plan.json").read_text(encoding="utf-8"))
        return [unit for unit in plan["generators"] if "on" in unit]

    def test_units_run_as_they_may_and_each_start_is_paid(self):
        self.assert_exit(self.planned, 0)
        plan = json.loads((self.out / "plan.json").read_text(encoding="utf-8"))
        self.assert_of_schema(plan, "plan")
        self.assertLessEqual(plan["gap"], 1e-3)
        self.assertEqual([unit["name"] for unit in self.units()], ["engine_18", "engine_33"])
        starts = 0
        for unit in self.units():
            stretches = [(on, len(list(hours))) for on, hours in itertools.groupby([0, *unit["on"]])]
            self.assertEqual({on for on, _ in stretches}, {0, 1})  # neither all day nor never
            starts += sum(on == 1 for on, _ in stretches)
            for on, hours in stretches[1:-1]:
                self.assertGreaterEqual(hours, MIN_UP if on else MIN_DOWN)
            for on, p_kw in zip(unit["on"], unit["p_kw"], strict=True):
                self.assertGreaterEqual(p_kw, LEAST_KW * on - 1e-3)
                self.assertLessEqual(p_kw, 800 * on + 1e-3)
        self.assertAlmostEqual(plan["cost"]["start_eur"], START_EUR * starts)
        self.assertRegex(self.planned.stdout, rf"(?m)^  starts +{START_EUR * starts:.2f} EUR")

    def test_the_tables_and_the_report_say_who_runs(self):
        with (self.out / "schedule.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for unit in self.units():
            self.assertEqual([float(row[f"generator.{unit['name']}.on"]) for row in rows], unit["on"])
        self.assertNotIn("generator.engine_25.on", rows[0])
        report = (self.out / "report.html").read_text(encoding="utf-8")
        self.assertTrue("<td>off</td>" in report, "the report's schedule says nowhere that a unit is off")

    def test_the_plan_is_certified_and_another_commitment_is_refused(self):
        result = gridpact("verify", self.out / "plan.json", "--scenarios", 300, "--seed", 3)
        self.assertIn("days of law", result.stdout)
        self.assert_of_schema(json.loads((self.out / "certificate.json").read_text(encoding="utf-8")), "certificate")
        plan = json.loads((self.out / "plan.json").read_text(encoding="utf-8"))
        plan["generators"][0]["on"] = [1 - on for on in plan["generators"][0]["on"]]
        other = self.scratch / "plan" / "other.json"
        other.write_text(json.dumps(plan), encoding="utf-8")
        refused = gridpact("verify", other, "--scenarios", 10)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("engine_18", refused.stderr)

    def test_check_says_that_they_may(self):
        self.assertIn("or off; a start costs 12 EUR", gridpact("check", self.case).stdout)


if __name__ == "__main__":
    unittest.main()
