"""gridpact check tells what it read, and the exact flow that proves that it read the feeder rightly."""

import json
import re
import unittest

import feeders
from program import CASE, ROOT, ProgramTest, gridpact


class Check(ProgramTest):
    def flow(self, path: str) -> tuple[float, float, str]:
        result = gridpact("check", path)
        self.assert_exit(result, 0)
        self.assert_only_notes(result.stderr)
        self.assertTrue(result.stdout.endswith("\nusable\n"), result.stdout)
        found = re.search(r"losses (\S+) kW, lowest voltage (\S+) pu at node (\S+)", result.stdout)
        self.assertIsNotNone(found, result.stdout)
        return float(found[1]), float(found[2]), found[3]

    def test_the_feeder_as_published(self):
        # M. E. Baran, F. F. Wu (1989): 202.677 kW and 0.91309 pu.
        self.assertEqual(self.flow(f"{CASE}/feeder.toml"), (202.677, 0.91309, "18"))
        volts_pu, losses_kw = feeders.sweep()
        self.assertAlmostEqual(losses_kw, 202.677, delta=0.0006)
        self.assertAlmostEqual(min(volts_pu.values()), 0.91309, delta=0.000006)

    def test_the_case_s_source_voltage_counts(self):
        losses_kw, lowest_pu, node = self.flow(CASE)
        expected_pu, expected_losses_kw = feeders.sweep(1.03)
        self.assertAlmostEqual(losses_kw, expected_losses_kw, delta=0.0006)
        self.assertAlmostEqual(lowest_pu, min(expected_pu.values()), delta=0.000006)
        self.assertEqual(node, "18")

    def test_what_was_read_is_told(self):
        told = gridpact("check", CASE).stdout
        self.assertRegex(told, r"24 × PT1H from 2016-11-15T00:00:00\+01:00 \(Europe/Berlin\)")
        self.assertRegex(told, r"33 nodes.* 32 branches")
        self.assertRegex(told, r"3715\.0 kW \+ j2300\.0 kvar")
        cars = [int(cars) for cars in re.findall(r"(?m)^  station \S+ +(\d+) cars", told)]
        self.assertEqual((len(cars), sum(cars)), (4, 1250))

    def script(self, name: str, text: str):
        path = self.scratch / name
        path.write_text(text, encoding="utf-8")
        return path

    def test_an_opendss_script_element_by_element(self):
        street = self.script("street.dss", feeders.STREET)
        result = gridpact("check", street)
        self.assert_exit(result, 0)
        self.assertRegex(result.stdout, r"(?m)^  OpenDSS line +1 read, 1 read with assumptions, 1 dropped$")
        self.assertRegex(result.stdout, r"(?m)^  OpenDSS energymeter +1 dropped$")
        self.assertTrue(result.stdout.endswith("\nusable\n"), result.stdout)
        for note in ("line.lateral assumed: the script states no rating", "line.off dropped: disabled"):
            self.assertIn(f"{street}: note: {note}", result.stderr)

        told = json.loads(gridpact("check", street, "--json").stdout)
        fates = {(entry["class"], entry["name"]): entry["fate"] for entry in told["elements"]}
        stated = re.findall(r"(?m)^new (?!circuit|linecode)(\w+)\.(\w+)", feeders.STREET)
        self.assertEqual(set(fates), {("vsource", "source"), *stated})
        special = {("line", "lateral"): "assumed", ("line", "off"): "dropped", ("energymeter", "m"): "dropped"}
        self.assertEqual({key: fate for key, fate in fates.items() if fate != "read"}, special)
        for entry in told["elements"]:
            self.assertEqual(entry["remarks"] == [], entry["fate"] == "read", entry)
        self.assert_of_schema(told, "check")

    def test_many_elements_with_one_remark_are_told_together_unless_asked_for(self):
        spans = [f"new line.s{i} bus1=far bus2=b{i} r1=0.1 x1=0.1 r0=0.1 x0=0.1 length=1" for i in range(50)]
        text = feeders.STREET.replace("set voltagebases", "\n".join([*spans, "set voltagebases"]))
        script = self.script("long.dss", text)
        brief, full = gridpact("check", script), gridpact("check", script, "--details")
        self.assertRegex(brief.stderr, r"note: 51 line elements assumed: the script states no rating .*"
                                       r" \(lateral, s0, s1, ...\)")
        self.assertLess(len(brief.stderr.splitlines()), 10)
        self.assertEqual(brief.stdout, full.stdout)
        for i in range(50):
            self.assertIn(f"note: line.s{i} assumed: the script states no rating", full.stderr)

    def test_a_broken_script(self):
        (self.scratch / "parts").mkdir()
        self.script("parts/more.dss", "! more\nnew load.more bus1=far kv=12.47 kw=twenty\n"
                    "new load.other buss1=far kw=3\n")
        script = self.script("broken.dss", feeders.STREET.replace("linecode=pole", "linecode=poll")
                             + "redirect parts/more.dss\n")
        result = gridpact("check", script)
        self.assert_exit(result, 2)
        self.assertEqual(result.stdout, "3 errors: not usable\n")
        for where, says in ((f"{script}:10", '"poll" not found'), (f"{self.scratch}/parts/more.dss:2", '"twenty"'),
                            (f"{self.scratch}/parts/more.dss:3", '"buss1"')):
            self.assertTrue([line for line in result.stderr.splitlines()
                             if line.startswith(f"{where}: error: ") and says in line], result.stderr)
        told = json.loads(gridpact("check", script, "--json").stdout)
        self.assertEqual((told["usable"], told["nominal_flow"], told["elements"]), (False, None, []))
        self.assertEqual(sorted(fault["line"] for fault in told["faults"]), [2, 3, 10])
        self.assert_of_schema(told, "check")

    def test_a_feeder_without_a_flow_says_why(self):
        script = self.script("heavy.dss", feeders.STREET.replace("kw=900", "kw=900000"))
        self.assertRegex(gridpact("check", script).stdout, r"(?m)^  nominal flow +no solution, .* at node '")
        told = json.loads(gridpact("check", script, "--json").stdout)
        self.assertIsNone(told["nominal_flow"]["losses_kw"])
        self.assertIn("at node", told["nominal_flow"]["why_not"])
        self.assert_of_schema(told, "check")

    def test_nothing_is_changed(self):
        def files():
            return {path: path.stat().st_mtime_ns for path in (ROOT / CASE).rglob("*")}

        before = files()
        gridpact("check", CASE)
        self.assertEqual(files(), before)


if __name__ == "__main__":
    unittest.main()
