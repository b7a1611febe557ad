"""check_links.py follows relative links and headings, and nothing else."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

import check_links  # noqa: E402

GUIDE = "# The guide\n\n## What `it` costs, per kWh\n\n## Twice\n\n## Twice\n"


class CheckLinks(unittest.TestCase):
    def faults(self, text: str) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "docs").mkdir()
            (root / "docs" / "guide.md").write_text(GUIDE)
            (root / "README.md").write_text(text)
            return check_links.check(root, [root / "README.md"])

    def test_links_that_lead_somewhere(self):
        self.assertEqual(
            self.faults("# Here\n[a](docs/guide.md) [b](docs/guide.md#what-it-costs-per-kwh) [c](#here)\n"
                        "[d](docs/guide.md#twice-1) [e](mailto:somebody) [f]: docs\n[f]: docs/guide.md\n"), [])

    def test_a_link_to_nothing(self):
        self.assertEqual(self.faults("one\n[two](docs/guid.md)\n"),
                         ["README.md:2: docs/guid.md does not exist"])

    def test_a_link_to_a_heading_that_is_not_there(self):
        self.assertEqual(self.faults("[a](docs/guide.md#prices)"),
                         ["README.md:1: docs/guide.md#prices: there is no such heading"])

    def test_code_is_not_read(self):
        self.assertEqual(self.faults("`[a](b.md)`\n```\n[a](b.md)\n```\n"), [])


if __name__ == "__main__":
    unittest.main()
