"""A case whose feeder is an OpenDSS script: planned and replayed like the same feeder in gridpact's own format."""

import json
import unittest

import feeders
from program import ProgramTest, gridpact, small_case


class OpenDssCase(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = small_case(cls.scratch / "own")
        cls.case = small_case(cls.scratch / "case", (r'^file = "feeder.toml"', 'file = "feeder.dss"'))
        (cls.case / "feeder.toml").unlink()
        (cls.case / "feeder.dss").write_text(feeders.opendss(feeders.published()), encoding="utf-8")
        cls.planned = gridpact("plan", cls.case, "--out", cls.scratch / "out")

    def test_the_plan_is_that_of_the_balanced_feeder(self):
        self.assert_exit(self.planned, 0)
        plan = json.loads((self.scratch / "out" / "plan.json").read_text(encoding="utf-8"))
        self.assert_exit(gridpact("plan", self.own, "--out", self.scratch / "own_out"), 0)
        own = json.loads((self.scratch / "own_out" / "plan.json").read_text(encoding="utf-8"))
        self.assertGreater(plan["cost"]["total_eur"], 0)
        # Each plan is optimal within its gap.
        self.assertAlmostEqual(plan["cost"]["total_eur"], own["cost"]["total_eur"],
                               delta=(plan["gap"] + own["gap"] + 1e-3) * own["cost"]["total_eur"])

    def test_the_plan_is_replayed_and_certified(self):
        result = gridpact("verify", self.scratch / "out" / "plan.json", "--scenarios", 300)
        self.assert_exit(result, 0)
        self.assertRegex(result.stdout, r"(?m)^CERTIFIED: ")

    def test_another_script_is_another_case(self):
        script = self.case / "feeder.dss"
        before = script.read_text(encoding="utf-8")
        try:
            script.write_text(before.replace("kw=100 ", "kw=101 ", 1), encoding="utf-8")
            result = gridpact("verify", self.scratch / "out" / "plan.json", "--scenarios", 10,
                              "--out", self.scratch / "never.json")
        finally:
            script.write_text(before, encoding="utf-8")
        self.assert_exit(result, 2)
        self.assertIn("the plan was made from other files", result.stderr)

    def test_faults_of_the_script_are_told_at_their_lines(self):
        broken = small_case(self.scratch / "broken", (r'^file = "feeder.toml"', 'file = "feeder.dss"'),
                            (r'^node = "12"', 'node = "99"'))
        text = feeders.opendss(feeders.published())
        (broken / "feeder.dss").write_text(text.replace("new line.2-3 bus1=2", "new line.2-3 bus1=2 linecode=none"),
                                           encoding="utf-8")
        result = gridpact("plan", broken, "--out", self.scratch / "broken_out")
        self.assert_exit(result, 2)
        self.assertRegex(result.stderr, r'(?m)feeder\.dss:4: error: .*"none" not found')
        self.assert_nothing_written(self.scratch / "broken_out")


if __name__ == "__main__":
    unittest.main()
