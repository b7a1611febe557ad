"""The tables of docs/validation come from what the tests record, and nothing else of the page changes."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

import validation_table  # noqa: E402

REPORT = {"testsuites": [
    {"name": "Ieee/OpenDssExport", "testsuite": [
        {"name": "IsWhereTheEngineStops/ieee13", "value_param": "ieee13", "voltage_digits": "5.0e-01 (tolerance 5.0e-01) at 633.1"},
        {"name": "IsWhereTheEngineStops/slow", "value_param": "slow", "losses": "1.0e-09 (tolerance 1.0e-06) at line.a b"},
        {"name": "DiffersByTheEnginesStopAlone/slow", "value_param": "slow", "stop_pu": "2.0e-04 (tolerance 3.0e-04) at b.1",
         "worst_nodes": "b.1 100 100.1 100.4 100.4;", "nodes": "8", "nodes_beyond": "3"},
        {"name": "HasTheTapsThatControlsFind/slow"}]},
    {"name": "EpriExport", "testsuite": [{"name": "Ieee13IsThatOf50Hertz", "voltage_pu": "1.3e-05 (tolerance 2.0e-05) at 675.3"}]},
]}


class ValidationTable(unittest.TestCase):
    def test_each_kind_of_test_has_a_table_with_a_column_for_each_quantity(self):
        lines = validation_table.tables_of(REPORT)
        self.assertIn("| of | voltage_digits | losses |", lines)
        self.assertIn("| ieee13 | 5.0e-01 of 5.0e-01 |  |", lines)
        self.assertIn("| slow |  | 1.0e-09 of 1.0e-06 |", lines)
        self.assertEqual(sum(line.startswith("### ") for line in lines), 3)

    def test_what_records_nothing_has_no_row(self):
        self.assertNotIn("HasTheTapsThatControlsFind", "\n".join(validation_table.tables_of(REPORT)))

    def test_the_worst_nodes_of_an_export(self):
        lines = validation_table.nodes_of(REPORT)
        self.assertTrue(lines[0].startswith("`slow`: 3 of 8 nodes"))
        self.assertEqual(lines[-1], "| b.1 | 100 | 100.1 | 100.4 | 100.4 |")

    def test_only_what_is_between_the_markers_is_replaced(self):
        page = "before\n<!-- t: ./dev validate --table -->\nold\n<!-- end of t -->\nafter\n"
        self.assertEqual(validation_table.put(page, "t", ["new"]), page.replace("old", "new"))

    def test_the_page_has_both_markers(self):
        page = validation_table.PAGE.read_text()
        for name in (validation_table.TABLES, validation_table.NODES):
            self.assertEqual(page.count(f"<!-- {name}: ./dev validate --table -->"), 1)
            self.assertEqual(page.count(f"<!-- end of {name} -->"), 1)


if __name__ == "__main__":
    unittest.main()
