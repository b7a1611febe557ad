"""check_headers.py leaves out a header only if a source of its own module includes it before anything else."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

import check_headers  # noqa: E402


class FirstInclude(unittest.TestCase):
    def test_comments_may_come_before_it(self):
        text = '// Formulas: (1) and (2).\n\n/* several\n   lines */\n#include "gridpact/base/a.hpp"\n'
        self.assertEqual(check_headers.first_include(text), "gridpact/base/a.hpp")

    def test_what_could_help_the_header_may_not(self):
        header = '#include "gridpact/base/a.hpp"\n'
        for before in ("#include <string>\n", "#define A 1\n", "namespace std { class string; }\n", "#if 0\n"):
            with self.subTest(before):
                self.assertIsNone(check_headers.first_include(before + header))

    def test_is_not_the_one_of_a_comment(self):
        self.assertIsNone(check_headers.first_include('// #include "gridpact/base/a.hpp"\n#include <string>\n'))


class StillToCompile(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.commands: list[dict[str, str]] = []
        for name in ("base/a", "base/b"):
            path = f"build/gridpact_base_verify_interface_header_sets/gridpact/{name}.hpp.cxx"
            self.add(self.root / path, f"{name}.o", f"#include <gridpact/{name}.hpp>\n", write=False)

    def add(self, path: Path, output: str, text: str, write: bool = True):
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.commands.append({"file": str(path), "command": f"c++ -o {output} -c {path}"})

    def left(self) -> dict[str, str]:
        headers, total = check_headers.still_to_compile(self.commands)
        self.assertEqual(total, 2)
        return headers

    def test_is_each_header_with_its_object(self):
        self.assertEqual(self.left(), {"gridpact/base/a.hpp": "base/a.o", "gridpact/base/b.hpp": "base/b.o"})

    def test_is_not_a_header_that_comes_first_in_a_source_of_its_module(self):
        self.add(self.root / "src/gridpact/base/a.cpp", "a.cpp.o", '#include "gridpact/base/a.hpp"\n')
        self.assertEqual(set(self.left()), {"gridpact/base/b.hpp"})

    def test_is_a_header_that_comes_first_elsewhere_or_later(self):
        text = '#include "gridpact/base/a.hpp"\n'
        self.add(self.root / "src/gridpact/model/case.cpp", "case.cpp.o", text)
        self.add(self.root / "tests/base/a_test.cpp", "a_test.cpp.o", text)
        self.add(self.root / "src/gridpact/base/b.cpp", "b.cpp.o", "#include <string>\n" + text)
        self.assertEqual(set(self.left()), {"gridpact/base/a.hpp", "gridpact/base/b.hpp"})


if __name__ == "__main__":
    unittest.main()
