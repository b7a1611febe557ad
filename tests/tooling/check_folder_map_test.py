"""check_folder_map.py finds what is missing on either side."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

import check_folder_map  # noqa: E402

HACKING = """# Hacking

## Folder map

```
README.md        the start
docs/            words
docs/adr/        decisions
src/             code
src/*/           one module each
```
"""
TREE = ["README.md", "docs/adr/0001.md", "src/base/ids.hpp", "src/base/deep/folder/file.hpp"]


class CheckFolderMap(unittest.TestCase):
    def faults(self, text: str, tree: list[str]) -> list[str]:
        return check_folder_map.faults_of(check_folder_map.entries_of(text), tree)

    def test_a_map_of_the_tree_has_no_faults(self):
        self.assertEqual(self.faults(HACKING, TREE), [])

    def test_a_folder_that_is_not_in_the_map(self):
        self.assertEqual(self.faults(HACKING, [*TREE, "docs/guide/start.md"]),
                         ["HACKING.md: docs/guide/ is in the tree but not in the map"])

    def test_a_top_level_file_that_is_not_in_the_map(self):
        self.assertEqual(self.faults(HACKING, [*TREE, "notes.txt"]),
                         ["HACKING.md: notes.txt is in the tree but not in the map"])

    def test_a_line_of_the_map_that_is_not_in_the_tree(self):
        self.assertEqual(self.faults(HACKING, ["README.md", "src/base/ids.hpp"]),
                         ["HACKING.md:7: docs/ is in the map but not in the tree",
                          "HACKING.md:8: docs/adr/ is in the map but not in the tree"])

    def test_a_missing_map(self):
        self.assertEqual(self.faults("# Hacking\n", TREE), ["HACKING.md: has no folder map"])


if __name__ == "__main__":
    unittest.main()
