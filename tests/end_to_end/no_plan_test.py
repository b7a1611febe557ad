"""Where no plan keeps all limits, gridpact says what falls short, when and by how much, and leaves no files."""

import re
import unittest

from program import ProgramTest, copy_case, gridpact, small_case

TINY_OFFERS = (r"\b(up|down)_max_kw( ?= ?)\d+", r"\g<1>_max_kw\g<2>1")


class NoPlan(ProgramTest):
    def test_reserve_offers_that_are_far_too_small(self):
        out = self.scratch / "out"
        result = gridpact("plan", copy_case(self.scratch / "tight", TINY_OFFERS), "--out", out)
        self.assert_exit(result, 1)
        self.assertEqual(result.stdout, "")
        self.assertRegex(result.stderr, r"(?m)^error: no plan keeps all limits with method oba\b")
        self.assertIn("what would have to give, cheapest first:", result.stderr)
        shown = [float(kw) for kw in re.findall(r"(?m)^error: \d\d:00[:,].* falls? (\d+\.\d) kW short", result.stderr)]
        self.assertEqual(len(shown), 12)  # the cheapest, and the dearest of the rest
        self.assertEqual(shown, sorted(shown))
        self.assertGreater(shown[0], 0.0)
        rest = re.search(r"(?m)^error: \.\.\. (\d+) more, and then$", result.stderr)
        self.assertGreaterEqual(int(rest.group(1)), 12)
        self.assertRegex(result.stderr, r"(?m)^error: \d\d:00: the providers' reserve offers fall \d{3,}\.\d kW short$")
        self.assertIn("no risk level helps", result.stderr)
        self.assert_nothing_written(out)

    def test_an_earlier_plan_is_left_as_it_was(self):
        out = self.scratch / "earlier"
        self.assert_exit(gridpact("plan", small_case(self.scratch / "small"), "--out", out), 0)
        before = {path.name: path.read_bytes() for path in out.iterdir()}
        tight = small_case(self.scratch / "small_tight", TINY_OFFERS)
        result = gridpact("plan", tight, "--out", out, "--json", "--quiet")
        self.assert_exit(result, 1)
        self.assertEqual(result.stdout, "")
        self.assertIn("no plan keeps all limits", result.stderr)
        self.assertEqual({path.name: path.read_bytes() for path in out.iterdir()}, before)

    def test_compare_tells_why_a_method_has_no_plan(self):
        out = self.scratch / "compared"
        tight = small_case(self.scratch / "compared_tight", TINY_OFFERS)
        result = gridpact("compare", tight, "--methods", "det,oba", "--scenarios", 10, "--no-frontier", "--out", out)
        self.assert_exit(result, 0)  # det has a plan
        told = (out / "comparison.csv").read_text(encoding="utf-8")
        self.assertIn("no plan keeps all limits with method oba", told)


if __name__ == "__main__":
    unittest.main()
