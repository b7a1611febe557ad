"""--json leaves one JSON document on stdout and nothing else there; --quiet leaves stderr empty."""

import json
import unittest

from program import ProgramTest, gridpact, small_case


class MachineOutput(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = small_case(cls.scratch / "small")
        cls.out = cls.scratch / "out"
        gridpact("plan", cls.case, "--out", cls.out)

    def answer(self, schema: str, *arguments: object) -> dict:
        result = gridpact(*arguments, "--json", "--quiet")
        self.assert_exit(result, 0)
        self.assertEqual(result.stderr, "")
        document = json.loads(result.stdout)  # fails on anything before or after the document
        self.assertEqual(document["schema"], schema)
        return document

    def test_plan(self):
        told = self.answer("gridpact-plan-summary/1", "plan", self.case, "--out", self.out)
        plan = json.loads((self.out / "plan.json").read_text(encoding="utf-8"))
        self.assertEqual((told["case"], told["method"]), ("small", "oba"))
        self.assertEqual(told["total_eur"], plan["cost"]["total_eur"])

    def test_verify_prints_the_certificate(self):
        path = self.scratch / "certificate.json"
        told = self.answer("gridpact-certificate/1", "verify", self.out / "plan.json", "--scenarios", 1000,
                           "--out", path)
        self.assertEqual(told, json.loads(path.read_text(encoding="utf-8")))

    def test_check(self):
        told = self.answer("gridpact-check/1", "check", self.case)
        self.assertTrue(told["usable"])
        self.assert_of_schema(told, "check")

    def test_check_of_a_case_that_is_not_usable(self):
        broken = small_case(self.scratch / "broken", (r'^node = "12"', 'node = "99"'))
        result = gridpact("check", broken, "--json", "--quiet")
        self.assert_exit(result, 2)
        told = json.loads(result.stdout)
        self.assertFalse(told["usable"])
        faults = [fault for fault in told["faults"] if "no node '99'" in fault["message"]]
        self.assertTrue(faults)
        for fault in faults:
            self.assertEqual((fault["severity"], fault["file"]), ("error", str(broken / "case.toml")))
            self.assertGreater(fault["line"], 0)
        self.assert_of_schema(told, "check")

    def test_compare(self):
        told = self.answer("gridpact-comparison/1", "compare", self.case, "--methods", "det,oba", "--scenarios", 20,
                           "--no-frontier", "--out", self.scratch / "compared")
        self.assertEqual([entry["method"] for entry in told["methods"]], ["det", "oba"])

    def test_quiet_leaves_the_summary(self):
        loud = gridpact("check", self.case)
        quiet = gridpact("check", self.case, "--quiet")
        self.assertNotEqual(loud.stderr, "")
        self.assertEqual((quiet.stdout, quiet.stderr), (loud.stdout, ""))


if __name__ == "__main__":
    unittest.main()
