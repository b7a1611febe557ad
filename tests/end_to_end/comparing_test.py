"""Compare the methods on the shipped case: what is safer costs more."""

import csv
import json
import unittest

from program import CASE, RESULTS, ProgramTest, gridpact

METHODS = ["det", "icc", "ba", "oba"]


class Comparing(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.out = cls.scratch / "out"
        cls.result = gridpact("compare", CASE, "--methods", ",".join(METHODS), "--scenarios", 100, "--no-frontier",
                              "--out", cls.out, "--json", "--quiet")

    def test_every_method_has_its_row_and_oba_its_files(self):
        self.assert_exit(self.result, 0)
        self.assertEqual({path.name for path in self.out.iterdir()},
                         RESULTS | {"comparison.csv", "certificate.json"})
        self.assertEqual(json.loads((self.out / "plan.json").read_text(encoding="utf-8"))["method"], "oba")

    def test_costs_rise_with_what_is_asked_of_the_plan(self):
        with (self.out / "comparison.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["method"] for row in rows], METHODS)
        self.assertTrue(all(None not in row and None not in row.values() for row in rows), "ragged rows")
        total = {row["method"]: float(row["total_eur"]) for row in rows}
        # Each ignores no limit that the one before keeps; the plans are optimal within 0.2 %.
        for cheaper, dearer in (("det", "icc"), ("icc", "oba"), ("oba", "ba")):
            self.assertLessEqual(total[cheaper], total[dearer] * 1.002, f"{cheaper} and {dearer}")
        for row in rows:
            self.assertLessEqual(float(row["lower_bound_eur"]), float(row["total_eur"]) * (1 + 1e-9))
            self.assertLessEqual(float(row["measured_lower"]), float(row["measured_violation"]))
            self.assertLessEqual(float(row["measured_violation"]), float(row["measured_upper"]))

    def test_json_says_the_same_as_the_table_and_is_alone(self):
        self.assertEqual(self.result.stderr, "")
        told = json.loads(self.result.stdout)
        self.assertEqual(told["schema"], "gridpact-comparison/1")
        with (self.out / "comparison.csv").open(encoding="utf-8", newline="") as file:
            totals = {row["method"]: float(row["total_eur"]) for row in csv.DictReader(file)}
        self.assertEqual({entry["method"]: entry["cost"]["total_eur"] for entry in told["methods"]}, totals)


if __name__ == "__main__":
    unittest.main()
