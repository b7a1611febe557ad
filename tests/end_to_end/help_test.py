"""--help of the program and of each command names the exit codes; --version names the version."""

import re
import unittest

from program import ROOT, ProgramTest, gridpact

COMMANDS = ["plan", "verify", "audit", "compare", "fit", "check", "fleet", "flow", "feeder", "demo"]


class Help(ProgramTest):
    def test_help_names_every_exit_code(self):
        for command in ([], *[[name] for name in COMMANDS]):
            with self.subTest(command=command):
                result = gridpact(*command, "--help")
                self.assert_exit(result, 0)
                self.assertEqual(result.stderr, "")
                codes = result.stdout.split("Exit codes:")[1]
                for code, word in ((0, "success"), (1, "not certified"), (2, "bad input"), (3, "fault"),
                                   (130, "interrupted")):
                    self.assertRegex(codes, rf"\b{code}\b[^0-9]*{word}")

    def test_help_names_every_command(self):
        commands = re.findall(r"(?m)^  ([a-z]+) ", gridpact("--help").stdout.split("Subcommands:")[1])
        self.assertEqual(commands, COMMANDS)

    def test_version_is_the_project_s(self):
        build = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
        version = re.search(r"project\(\s*gridpact\s+VERSION (\S+)", build)
        result = gridpact("--version")
        self.assert_exit(result, 0)
        self.assertEqual(result.stdout, f"gridpact {version[1]}\n")


if __name__ == "__main__":
    unittest.main()
