"""Ctrl-C ends a run at once with exit code 130, and what it leaves behind is whole and claims nothing."""

import json
import signal
import time
import unittest

from program import CASE, ProgramTest, gridpact, small_case, start


class Interrupt(ProgramTest):
    def interrupted(self, after_s: float, number: signal.Signals, *arguments: object) -> str:
        """Stdout of a run that `number` ended."""
        with start(*arguments) as process:
            time.sleep(after_s)
            self.assertIsNone(process.poll(), "it ended before it could be interrupted")
            process.send_signal(number)
            sent = time.monotonic()
            stdout, stderr = process.communicate(timeout=60)
        self.assertLess(time.monotonic() - sent, 5.0)
        self.assertEqual(process.returncode, 130, stderr)
        return stdout

    def test_verify_leaves_a_partial_certificate(self):
        folder = self.scratch / "out"
        # One thread and many days: it must not be done before it is interrupted.
        self.assert_exit(gridpact("plan", small_case(self.scratch / "small"), "--out", folder), 0)
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number.name):
                stdout = self.interrupted(0.8, number, "verify", folder / "plan.json", "--scenarios", 200_000,
                                          "--threads", 1)
                certificate = json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
                self.assertEqual((certificate["partial"], certificate["certified"]), (True, False))
                self.assertLess(certificate["scenarios"], 200_000)
                self.assertIn("INTERRUPTED", stdout)
                self.assertRegex(stdout, r"(?m)^NOT CERTIFIED")
                self.assertEqual([path.name for path in folder.glob(".*")], [])
                (folder / "certificate.json").unlink()

    def test_plan_and_compare_leave_nothing(self):
        for command in ("plan", "compare"):
            with self.subTest(command=command):
                folder = self.scratch / command
                self.assertEqual(self.interrupted(1.0, signal.SIGINT, command, CASE, "--out", folder), "")
                self.assert_nothing_written(folder)

    def test_a_killed_run_leaves_what_was_there_and_no_half_file(self):
        folder = self.scratch / "killed"
        self.assert_exit(gridpact("plan", small_case(self.scratch / "case"), "--out", folder), 0)
        gridpact("verify", folder / "plan.json", "--scenarios", 50)
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        for arguments in (("verify", folder / "plan.json", "--scenarios", 200_000, "--threads", 1),
                          ("plan", CASE, "--out", folder)):
            with self.subTest(command=arguments[0]), start(*arguments) as process:
                time.sleep(0.8)
                self.assertIsNone(process.poll(), "it ended before it could be killed")
                process.kill()
                process.communicate(timeout=60)
                self.assertEqual({path.name: path.read_bytes() for path in folder.iterdir()}, before)


if __name__ == "__main__":
    unittest.main()
