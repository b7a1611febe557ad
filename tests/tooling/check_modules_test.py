"""check_modules.py finds each kind of fault, and nothing in a correct tree."""

import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import check_modules  # noqa: E402

TABLE = """
[modules.base]
uses = []
third_party = []
[modules.network]
uses = ["base"]
third_party = ["eigen"]
[modules.program]
uses = ["base"]
third_party = ["highs"]
[modules.verify]
uses = ["base", "network"]
third_party = []
forbidden = ["gridpact/network/linear*.hpp"]
[third_party.eigen]
headers = ["Eigen/*"]
targets = ["Eigen3::Eigen"]
[third_party.highs]
headers = ["interfaces/highs_c_api.h"]
targets = ["Highs::Highs"]
at_most_files = 1
"""

TREE = {
    "docs/architecture/modules.toml": TABLE,
    "src/gridpact/base/CMakeLists.txt": "gridpact_module(base SOURCES units.cpp)\n",
    "src/gridpact/base/units.hpp": "#pragma once\n#include <vector>\n",
    "src/gridpact/base/units.cpp": '#include "gridpact/base/units.hpp"\n',
    "src/gridpact/network/CMakeLists.txt":
        "gridpact_module(\n  network # of branches\n  SOURCES flow.cpp\n  USES base\n  LINKS Eigen3::Eigen)\n",
    "src/gridpact/network/flow.hpp": '#pragma once\n#include "gridpact/base/units.hpp"\n',
    "src/gridpact/network/linear_model.hpp": "#pragma once\n",
    "src/gridpact/network/flow.cpp": '#include <Eigen/Dense>\n#include "gridpact/network/flow.hpp"\n',
}


class CheckModules(unittest.TestCase):
    def faults(self, changed: dict[str, str]) -> list[str]:
        """The faults of TREE with some files changed or added."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {**TREE, **changed}.items():
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return check_modules.check(Path(folder))

    def assert_fault(self, expected: str, files: dict[str, str]) -> None:
        self.assertEqual(self.faults(files), [expected])

    def test_a_correct_tree_has_no_faults(self):
        self.assertEqual(self.faults({}), [])

    def test_a_module_may_not_use_one_outside_its_list(self):
        self.assert_fault(
            "src/gridpact/base/units.cpp:1: module base may not use network (docs/architecture/modules.toml)",
            {"src/gridpact/base/units.cpp": '#include "gridpact/network/flow.hpp"\n'})

    def test_a_header_of_a_used_module_may_be_forbidden(self):
        self.assert_fault(
            "src/gridpact/verify/judge.cpp:2: module verify may not include "
            "gridpact/network/linear_model.hpp (docs/architecture/modules.toml)",
            {"src/gridpact/verify/CMakeLists.txt": "gridpact_module(verify SOURCES judge.cpp USES network)",
             "src/gridpact/verify/judge.cpp":
                 '#include "gridpact/network/flow.hpp"\n#include "gridpact/network/linear_model.hpp"\n'})

    def test_a_library_outside_the_list(self):
        self.assert_fault(
            "src/gridpact/base/units.cpp:1: module base may not use eigen (docs/architecture/modules.toml)",
            {"src/gridpact/base/units.cpp": "#include <Eigen/Dense>\n"})

    def test_an_unknown_library(self):
        self.assert_fault(
            "src/gridpact/network/flow.cpp:1: <lapacke/lapacke.h> belongs to no library of "
            "docs/architecture/modules.toml",
            {"src/gridpact/network/flow.cpp": "#include <lapacke/lapacke.h>\n"})

    def test_a_third_party_header_in_a_header(self):
        self.assert_fault(
            "src/gridpact/network/flow.hpp:2: <Eigen/Dense> in a public header: third-party headers belong "
            "in .cpp files, or in detail/",
            {"src/gridpact/network/flow.hpp": "#pragma once\n#  include <Eigen/Dense>\n"})

    def test_a_header_in_detail_may_include_third_party_headers(self):
        self.assertEqual(self.faults({
            "src/gridpact/network/detail/nodal.hpp": "#pragma once\n#include <Eigen/Dense>\n",
            "src/gridpact/network/flow.cpp": '#include "gridpact/network/detail/nodal.hpp"\n'}), [])

    def test_a_header_in_detail_is_for_its_module_alone(self):
        faults = self.faults({
            "src/gridpact/network/detail/nodal.hpp": "#pragma once\n",
            "src/gridpact/network/flow.hpp": '#pragma once\n#include "gridpact/network/detail/nodal.hpp"\n',
            "src/gridpact/verify/CMakeLists.txt": "gridpact_module(verify SOURCES judge.cpp USES network)",
            "src/gridpact/verify/judge.cpp": '#include "gridpact/network/detail/nodal.hpp"\n'})
        self.assertEqual(faults, [
            "src/gridpact/network/flow.hpp:2: a public header may not include gridpact/network/detail/nodal.hpp",
            "src/gridpact/verify/judge.cpp:1: gridpact/network/detail/nodal.hpp is for the module network alone"])

    def test_a_library_in_more_files_than_allowed(self):
        faults = self.faults({
            "src/gridpact/program/CMakeLists.txt":
                "gridpact_module(program SOURCES a.cpp b.cpp USES base LINKS Highs::Highs)",
            "src/gridpact/program/a.cpp": "#include <interfaces/highs_c_api.h>\n",
            "src/gridpact/program/b.cpp": "#include <interfaces/highs_c_api.h>\n"})
        self.assertEqual(faults, [
            "src/gridpact/program: highs appears in 2 files, 1 at most: "
            "src/gridpact/program/a.cpp, src/gridpact/program/b.cpp"])

    def test_an_include_that_is_not_written_from_the_root(self):
        self.assert_fault(
            'src/gridpact/base/units.cpp:1: "units.hpp" is not written as "gridpact/<module>/<name>.hpp"',
            {"src/gridpact/base/units.cpp": '#include "units.hpp"\n'})

    def test_an_include_that_does_not_exist(self):
        self.assert_fault("src/gridpact/base/units.cpp:1: gridpact/base/unit.hpp does not exist",
                          {"src/gridpact/base/units.cpp": '#include "gridpact/base/unit.hpp"\n'})

    def test_a_header_without_guard(self):
        self.assert_fault("src/gridpact/base/units.hpp:1: no #pragma once",
                          {"src/gridpact/base/units.hpp": "#include <vector>\n"})

    def test_cmake_may_not_use_or_link_more_than_the_table(self):
        faults = self.faults({
            "src/gridpact/base/CMakeLists.txt":
                "gridpact_module(base SOURCES units.cpp USES network LINKS Eigen3::Eigen)\n"})
        self.assertEqual(faults, [
            "src/gridpact/base/CMakeLists.txt: module base may not use network (docs/architecture/modules.toml)",
            "src/gridpact/base/CMakeLists.txt: module base may not link Eigen3::Eigen "
            "(docs/architecture/modules.toml)"])

    def test_a_source_that_is_not_built(self):
        self.assert_fault("src/gridpact/base/CMakeLists.txt: ids.cpp is in the folder but not built",
                          {"src/gridpact/base/ids.cpp": "\n"})

    def test_a_folder_that_is_no_module(self):
        self.assert_fault("src/gridpact/utils: is no module of docs/architecture/modules.toml",
                          {"src/gridpact/utils/things.hpp": "#pragma once\n"})

    def test_a_table_whose_order_is_not_the_order_of_use(self):
        self.assert_fault(
            "docs/architecture/modules.toml: base uses network, which is not a module further up",
            {"docs/architecture/modules.toml": TABLE.replace("uses = []", 'uses = ["network"]', 1)})


if __name__ == "__main__":
    unittest.main()
