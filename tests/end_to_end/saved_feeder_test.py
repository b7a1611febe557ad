"""gridpact feeder save: a feeder that was read once has the same flow, digit by digit, without its reader."""

import json
import unittest

import feeders
from program import CASE, ProgramTest, gridpact


class SavedFeeder(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files = feeders.write(cls.scratch / "baran")
        cls.files["street"] = cls.scratch / "street.dss"
        cls.files["street"].write_text(feeders.STREET, encoding="utf-8")

    def flow(self, path: object) -> dict:
        result = gridpact("flow", path, "--json", "--quiet")
        self.assert_exit(result, 0)
        return json.loads(result.stdout)

    def save(self, path: object, name: str):
        out = self.scratch / f"{name}.json"
        result = gridpact("feeder", "save", path, out)
        self.assert_exit(result, 0)
        self.assertRegex(result.stdout, rf"^{out}: \d+ nodes, \d+ branches, \d+ loads\n$")
        return out

    def test_the_flow_is_the_same_without_the_script(self):
        for name in ("street", "dss"):
            with self.subTest(script=name):
                saved = self.save(self.files[name], name)
                before = self.flow(self.files[name])
                self.files[name].rename(self.scratch / "away")  # what is saved needs nothing else
                try:
                    self.assertEqual(self.flow(saved), before)
                finally:
                    (self.scratch / "away").rename(self.files[name])
                self.assert_of_schema(json.loads(saved.read_text(encoding="utf-8")), "feeder2")

    def test_balanced_feeders_and_cases_are_saved_too(self):
        for name, path in (("toml", self.files["toml"]), ("m", self.files["m"]), ("case", CASE),
                           ("pandapower", self.files["pandapower.json"])):
            with self.subTest(file=name):
                saved = self.save(path, name)
                before, after = self.flow(path), self.flow(saved)
                for one, other in zip(before["voltages"], after["voltages"], strict=True):
                    self.assertEqual(one["node"], other["node"])
                    self.assertAlmostEqual(one["voltage_pu"], other["voltage_pu"], delta=1e-12)
                again = self.save(saved, f"{name}_again")
                self.assertEqual(again.read_bytes(), saved.read_bytes())

    def test_a_broken_script_saves_nothing(self):
        broken = self.scratch / "broken.dss"
        broken.write_text(feeders.STREET.replace("linecode=pole", "linecode=poll"), encoding="utf-8")
        out = self.scratch / "never.json"
        result = gridpact("feeder", "save", broken, out)
        self.assert_exit(result, 2)
        self.assertRegex(result.stderr, r'broken\.dss:10: error: .*"poll" not found')
        self.assertFalse(out.exists())


if __name__ == "__main__":
    unittest.main()
