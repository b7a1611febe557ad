"""./dev validate compares what a make.py writes with what is stored, and changes nothing unless it is told to."""

import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

import validate  # noqa: E402

SCRIPT = """\
import json
from pathlib import Path
here = Path(__file__).parent
length = float((here.parents[2] / "cases" / "length.txt").read_text())
(here / "expected.json").write_text(json.dumps({"made_with": "a ruler", "area": [length * length, 1.0]}))
"""


class Validate(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.square = self.root / "tests" / "validation" / "square"
        self.square.mkdir(parents=True)
        (self.root / "cases").mkdir()
        (self.root / "cases" / "length.txt").write_text("3")
        (self.square / "make.py").write_text(SCRIPT)

    def validate(self, *arguments: str) -> tuple[int, str, str]:
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
            code = validate.main(list(arguments), self.root)
        return code, out.getvalue(), err.getvalue()

    def store(self, text: str) -> None:
        (self.square / "expected.json").write_text(text)

    def test_a_result_that_is_made_again_within_rounding(self):
        self.store('{"made_with": "a ruler", "area": [9.000001, 1.0]}')
        code, out, err = self.validate()
        self.assertEqual((code, err), (0, ""))
        self.assertIn("tests/validation/square/make.py: 1 files, reproduced, largest difference 1.1e-07", out)

    def test_another_number_is_a_difference_with_its_place_and_nothing_is_changed(self):
        stored = '{"made_with": "a ruler", "area": [9.1, 1.0]}'
        self.store(stored)
        code, out, err = self.validate()
        self.assertEqual(code, 1)
        self.assertIn("NOT reproduced", out)
        self.assertIn("tests/validation/square/expected.json.area[0] differs by 1.1e-02", err)
        self.assertEqual((self.square / "expected.json").read_text(), stored)

    def test_another_shape_another_word_or_no_file_is_a_difference(self):
        for stored, words in (('{"area": [9, 1]}', "only one of both has made_with"),
                              ('{"made_with": "a rod", "area": [9, 1]}', "'a rod' is stored, 'a ruler' was made"),
                              ('{"made_with": "a ruler", "area": [9]}', "1 values are stored, 2 were made"),
                              ('{"made_with": "a ruler", "area": [9, "1"]}', "'1' is stored, 1.0 was made")):
            self.store(stored)
            code, _, err = self.validate()
            self.assertEqual(code, 1)
            self.assertIn(words, err)
        (self.square / "expected.json").unlink()
        self.assertIn("expected.json is not stored", self.validate()[2])

    def test_write_keeps_what_was_made(self):
        self.store("{}")
        self.assertEqual(self.validate("--write")[0], 0)
        self.assertEqual(self.validate("square")[0], 0)

    def test_numbers_in_tables_may_be_rounded_differently_and_words_not(self):
        def of(one: str, other: str) -> float:
            return max(validate.text_differences(one, other, "table.csv"))[0]
        self.assertEqual(of("a,b\nx,1\n", "a,b\nx,1.000\n"), 0.0)
        self.assertAlmostEqual(of("x,1e3\n", "x,1001\n"), 1e-3, places=5)
        with self.assertRaises(validate.Difference):
            of("x,1\n", "y,1\n")

    def test_a_script_that_fails_is_shown(self):
        (self.square / "make.py").write_text("raise SystemExit('no ruler')")
        code, _, err = self.validate()
        self.assertEqual(code, 1)
        self.assertIn("no ruler", err)

    def test_a_folder_without_a_script_is_named(self):
        with self.assertRaisesRegex(SystemExit, "has no circle with a make.py; it has square"):
            self.validate("circle")


if __name__ == "__main__":
    unittest.main()
