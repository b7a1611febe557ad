"""gridpact flow: the same feeder in any format has the same flow, that of a sweep and of the OpenDSS engine."""

import cmath
import csv
import json
import math
import re
import unittest

import feeders
from program import CASE, ProgramTest, gridpact


class Flow(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.baran = feeders.write(cls.scratch / "baran")
        cls.street = cls.scratch / "street.dss"
        cls.street.write_text(feeders.STREET, encoding="utf-8")

    def answer(self, *arguments: object) -> dict:
        result = gridpact("flow", *arguments, "--json", "--quiet")
        self.assert_exit(result, 0)
        self.assertEqual(result.stderr, "")
        return json.loads(result.stdout)

    def test_every_format_has_the_flow_of_a_sweep(self):
        expected_pu, expected_losses_kw = feeders.sweep()
        for ending in feeders.FORMATS:
            with self.subTest(format=ending):
                told = self.answer(self.baran[ending])
                self.assertAlmostEqual(told["losses_kw"], expected_losses_kw, delta=1e-5)
                voltages = [row for row in told["voltages"] if row["node"] in expected_pu]
                phases = 3 if ending == "dss" else 1
                self.assertEqual(len(voltages), phases * len(expected_pu))
                for row in voltages:  # the script's source has an impedance of 1e-6 ohm
                    self.assertAlmostEqual(row["voltage_pu"], expected_pu[row["node"]], delta=1e-7)

    def test_a_case_is_solved_with_its_own_source_voltage(self):
        told = self.answer(CASE)
        highest = max(row["voltage_pu"] for row in told["voltages"])
        self.assertAlmostEqual(highest, 1.03, delta=1e-12)
        self.assertEqual(told["losses_kw"], self.answer(f"{CASE}/case.toml")["losses_kw"])
        self.assertLess(told["losses_kw"], self.answer(self.baran["toml"])["losses_kw"])

    def test_the_summary(self):
        for ending in feeders.FORMATS:
            with self.subTest(format=ending):
                result = gridpact("flow", self.baran[ending])
                self.assert_exit(result, 0)
                for line in result.stderr.splitlines():
                    self.assertRegex(line, r"^\S+: note: |^\S+:\d+: note: ")
                self.assertRegex(result.stdout, r"(?m)^  losses +202\.677 kW \(5\.17 % of the source power\)$")
                self.assertRegex(result.stdout, r"(?m)^Lowest voltages\n  18(\.\d)? +0\.91309 pu ")
                self.assertNotIn("-0.000", result.stdout)

    def test_the_document_keeps_its_own_balance(self):
        told = self.answer(self.street)
        at_source = told["source_kw"] - sum(row["loss_kw"] for row in told["branches"] if row["kind"] != "source")
        self.assertAlmostEqual(told["losses_kw"], sum(kind["loss_kw"] for kind in told["losses_by_kind"]), delta=1e-6)
        # Constant power as stated; current and impedance follow the voltage across them.
        volts = {(row["node"], row["phase"]): cmath.rect(row["voltage_v"], math.radians(row["angle_deg"]))
                 for row in told["voltages"]}
        homes = 250 * abs(volts["end", 2]) / 7200
        pair = 150 * (abs(volts["far", 1] - volts["far", 3]) / 12470) ** 2
        self.assertAlmostEqual(at_source, 900 + homes + pair, delta=1e-5)
        for branch in told["branches"]:
            self.assertAlmostEqual(branch["loss_kw"], sum(end["kw"] for end in branch["terminals"]), delta=1e-9)
            # One voltage level: no current is referred to another.
            ends_a = [end["current_a"] for end in branch["terminals"]]
            self.assertAlmostEqual(branch["current_a"], max(ends_a), delta=1e-9)

    def test_documents_are_of_their_schema(self):
        for arguments in ([self.street, "--engine", "opendss"], [self.street, "--controls", "follow"],
                          [self.baran["m"]], ["cases/ieee123"]):
            with self.subTest(arguments=arguments):
                self.assert_of_schema(self.answer(*arguments), "flow")

    def test_the_schema_refuses_what_lacks_a_key_or_has_another(self):
        told = self.answer(self.street)
        for key in told:
            self.assertNotEqual(self.faults_of_schema({k: v for k, v in told.items() if k != key}, "flow"), [], key)
        self.assertNotEqual(self.faults_of_schema({**told, "losses_mw": 1.0}, "flow"), [])
        voltages = [{**row, "voltage_pu": -row["voltage_pu"]} for row in told["voltages"]]
        self.assertNotEqual(self.faults_of_schema({**told, "voltages": voltages}, "flow"), [])

    def test_the_tables_say_what_the_document_says(self):
        told = self.answer(self.street, "--csv", self.scratch / "tables")
        rows = {}
        for name in ("voltages", "flows", "losses"):
            with (self.scratch / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                rows[name] = list(csv.DictReader(file))
        self.assertEqual([(row["node"], int(row["phase"]), float(row["voltage_pu"])) for row in rows["voltages"]],
                         [(row["node"], row["phase"], row["voltage_pu"]) for row in told["voltages"]])
        self.assertEqual([(row["branch"], float(row["loss_kw"])) for row in rows["losses"]],
                         [(row["name"], row["loss_kw"]) for row in told["branches"]])
        self.assertEqual([(row["branch"], row["end"], row["node"], float(row["kw"])) for row in rows["flows"]],
                         [(branch["name"], end["end"], end["node"], end["kw"])
                          for branch in told["branches"] for end in branch["terminals"]])

    def test_opendss_has_the_same_voltages(self):
        for script, node_phases in ((self.street, 10), (self.baran["dss"], 99)):
            with self.subTest(script=script.name):
                second = self.answer(script, "--engine", "opendss")["second_opinion"]
                self.assertEqual((second["compared"], second["remarks"]), (node_phases, []))
                self.assertLess(second["largest_difference_pu"], 1e-8)
                result = gridpact("flow", script, "--engine", "opendss")
                self.assertRegex(result.stdout, rf"largest difference +\S+ pu at \S+ \({node_phases} node-phases")

    def test_controls_bring_each_phase_into_its_band(self):
        high = self.scratch / "high.dss"
        high.write_text(feeders.STREET.replace("vreg=122", "vreg=124"), encoding="utf-8")
        self.assertEqual({row["step"] for row in self.answer(high)["tap_changers"]}, {0})
        told = self.answer(high, "--controls", "follow")
        self.assertRegex(told["controls"], r"^following their controls: [1-9]\d* moves$")
        self.assertEqual([row["name"] for row in told["tap_changers"]], [f"regcontrol.c{x}" for x in "abc"])
        for row in told["tap_changers"]:
            self.assertGreater(row["step"], 0)
            self.assertAlmostEqual(row["tap"], 1 + row["step"] * 0.2 / 32, delta=1e-12)
        seen = [row["voltage_v"] / 60 for row in told["voltages"] if row["node"] == "head"]
        self.assertEqual(len(seen), 3)
        for volts in seen:
            self.assertTrue(123 <= volts <= 125, seen)

    def test_less_load_loses_less(self):
        losses = [self.answer(self.street, "--load-multiplier", factor)["losses_kw"] for factor in (0, 0.5, 1)]
        self.assertEqual(losses, sorted(losses))

    def test_a_demand_that_can_not_be_carried(self):
        heavy = self.scratch / "heavy.dss"
        heavy.write_text(feeders.STREET.replace("kw=900", "kw=900000"), encoding="utf-8")
        result = gridpact("flow", heavy)
        self.assert_exit(result, 1)
        self.assertEqual(result.stdout, "")
        self.assertRegex(result.stderr, rf"(?m)^{re.escape(str(heavy))}: error: no flow: .* at node '\S+'")

    def test_what_can_not_be_asked_for(self):
        for arguments, says in (
            ([self.baran["m"], "--engine", "opendss"], "needs an OpenDSS script"),
            ([self.street, "--engine", "opendss", "--controls", "follow"], "--controls fixed"),
            ([self.street, "--engine", "opendss", "--load-multiplier", "2"], "LoadMult"),
            ([self.scratch / "nowhere.dss"], "does not exist"),
            ([self.scratch], "no case.toml"),
        ):
            with self.subTest(arguments=arguments):
                result = gridpact("flow", *arguments)
                self.assert_exit(result, 2)
                self.assertEqual(result.stdout, "")
                self.assertIn(says, result.stderr)


if __name__ == "__main__":
    unittest.main()
