"""run_clang_tidy.py runs clang-tidy again when, and only when, something that it depends on has changed."""

import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

import run_clang_tidy  # noqa: E402


class Fingerprint(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "src").mkdir()
        self.source = self.root / "src" / "a.cpp"
        self.header = self.root / "src" / "a.hpp"
        self.settings = self.root / ".clang-tidy"
        for path in (self.source, self.header, self.settings):
            path.write_text("before")
        patch = mock.patch.object(run_clang_tidy, "ROOT", self.root)
        patch.start()
        self.addCleanup(patch.stop)

    def fingerprint(self, version: str = "19", options: str = "-O2") -> str:
        command = {"file": str(self.source), "command": f"c++ {options} a.cpp"}
        return run_clang_tidy.fingerprint(version, command, [self.source, self.header])

    def test_is_the_same_when_nothing_has_changed(self):
        self.assertEqual(self.fingerprint(), self.fingerprint())

    def test_changes_with_everything_that_it_depends_on(self):
        before = self.fingerprint()
        self.assertNotEqual(before, self.fingerprint(version="20"))
        self.assertNotEqual(before, self.fingerprint(options="-O0"))
        for path in (self.source, self.header, self.settings):
            with self.subTest(path.name):
                path.write_text("after")
                self.assertNotEqual(before, self.fingerprint())
                path.write_text("before")


if __name__ == "__main__":
    unittest.main()
