"""What gridpact can not use, it refuses with exit code 2 and says where and why, on stderr alone."""

import shutil
import unittest

from program import CASE, ProgramTest, copy_case, gridpact, line_of, small_case

BREAKS = [
    # a pattern, what it becomes, what is said
    (r'^period = "PT1H"', 'period = "one hour"', "ISO 8601"),
    (r'^column = "price_eur_per_mwh"', 'column = "price"', "no column 'price'"),
    (r'^node = "12"', 'node = "99"', "no node '99'"),
    (r"^connection_max_kw = 1200", "connection_max_kw = -1200", "connection_max_kw"),
    (r"^joint_violation_limit = 0.05", "joint_violation_limits = 0.05", "did you mean 'joint_violation_limit'"),
]


class Misuse(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.small = small_case(cls.scratch / "small")
        cls.out = cls.scratch / "out"
        cls.planned = gridpact("plan", cls.small, "--out", cls.out)
        cls.plan = cls.out / "plan.json"

    def refused(self, *arguments: object) -> str:
        result = gridpact(*arguments)
        self.assert_exit(result, 2)
        self.assertEqual(result.stdout, "")
        self.assertNotEqual(result.stderr, "")
        return result.stderr

    def test_usage(self):
        nowhere = self.scratch / "unused"
        for arguments, word in (
            ((), "subcommand"),
            (("plann", CASE), "plann"),
            (("plan",), "CASE"),
            (("plan", CASE, "--method", "magic", "--out", nowhere), "magic"),
            (("plan", CASE, "--frobnicate", "--out", nowhere), "--frobnicate"),
            (("plan", CASE, "--risk", "0.7", "--out", nowhere), "--risk"),
            (("plan", CASE, "--threads", "some", "--out", nowhere), "--threads"),
            (("compare", CASE, "--methods", "det,magic", "--out", nowhere), "magic"),
            (("compare", CASE, "--methods", "", "--out", nowhere), "--methods"),
            (("verify", self.plan, "--scenarios", "0"), "--scenarios"),
            (("verify", self.plan, "--law", "magic"), "magic"),
        ):
            with self.subTest(arguments=arguments):
                self.assertIn(word, self.refused(*arguments))
        self.assert_nothing_written(nowhere)

    def test_a_file_that_is_not_there(self):
        missing = self.scratch / "missing"
        for arguments in (("plan", missing), ("compare", missing), ("verify", missing / "plan.json")):
            with self.subTest(command=arguments[0]):
                self.assertIn(str(missing), self.refused(*arguments))

    def test_all_faults_of_a_case_are_told_at_once_each_with_its_line(self):
        broken = copy_case(self.scratch / "broken", *[(pattern, becomes) for pattern, becomes, _ in BREAKS])
        out = self.scratch / "broken_out"
        told = self.refused("plan", broken, "--out", out).splitlines()
        for _, becomes, word in BREAKS:
            with self.subTest(fault=becomes):
                file = broken / "case.toml"
                # A fault of a section may be told at its head; these are faults of a key.
                where = f"{file}:{line_of(file, becomes)}: error: "
                self.assertTrue([line for line in told if line.startswith(where) and word in line], "\n".join(told))
        self.assert_nothing_written(out)

        # check's verdict is its result; the faults are the same and at the same place.
        result = gridpact("check", broken)
        self.assert_exit(result, 2)
        self.assertRegex(result.stdout, r"^\d+ errors: not usable\n$")
        self.assertEqual(result.stderr.splitlines(), told)

    def test_a_fault_of_a_table_names_its_line(self):
        broken = small_case(self.scratch / "broken_table")
        history = broken / "history" / "net_load.csv"
        lines = history.read_text(encoding="utf-8").splitlines()
        lines[41] = lines[41].rsplit(",", 1)[0] + ",windy"
        history.write_text("\n".join(lines) + "\n", encoding="utf-8")
        out = self.scratch / "broken_table_out"
        self.assertRegex(self.refused("plan", broken, "--out", out), r"net_load\.csv:42: error: .*windy")
        self.assert_nothing_written(out)

    def test_a_plan_of_another_case(self):
        self.assert_exit(self.planned, 0)
        other = self.scratch / "other"
        shutil.copytree(self.small, other)
        with (other / "case.toml").open("a", encoding="utf-8") as file:
            file.write("# another digest\n")
        out = self.scratch / "never.json"
        told = self.refused("verify", self.plan, "--case", other, "--scenarios", 10, "--out", out)
        self.assertRegex(told, r"(?m)^error: the plan was made from other files .*digest [0-9a-f]+.*digest [0-9a-f]+")
        self.assertFalse(out.exists())

    def test_a_plan_that_is_cut_off(self):
        whole = self.plan.read_bytes()
        for length in (0, 1, len(whole) // 2, len(whole) - 3):
            with self.subTest(bytes=length):
                cut = self.scratch / "cut" / "plan.json"
                cut.parent.mkdir(exist_ok=True)
                cut.write_bytes(whole[:length])
                self.assertRegex(self.refused("verify", cut), rf"(?m)^{cut}(:\d+)?: error: ")
                self.assertEqual(list(cut.parent.iterdir()), [cut])


if __name__ == "__main__":
    unittest.main()
