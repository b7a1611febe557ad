"""Runs gridpact as its users do, and makes the cases that the tests run it on."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CASE = "cases/ieee33"  # the tests run at the root of the repository, like the README's examples
RESULTS = {"plan.json", "schedule.csv", "cars.csv", "limits.csv", "nodes.csv", "report.html"}


def command(*arguments: object) -> list[str]:
    return [os.environ["GRIDPACT_PROGRAM"], *map(str, arguments)]


def gridpact(*arguments: object) -> subprocess.CompletedProcess:
    return subprocess.run(command(*arguments), cwd=ROOT, capture_output=True, encoding="utf-8",
                          stdin=subprocess.DEVNULL)


def start(*arguments: object) -> subprocess.Popen:
    # A shell gives background jobs a SIGINT that is ignored, and programs that they start inherit that.
    return subprocess.Popen(command(*arguments), cwd=ROOT, encoding="utf-8", stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


def copy_case(folder: Path, *changes: tuple[str, str]) -> Path:
    """A copy of the shipped case with each (pattern, replacement) applied to case.toml; each must match."""
    shutil.copytree(ROOT / CASE, folder)
    text = (folder / "case.toml").read_text(encoding="utf-8")
    for pattern, replacement in changes:
        text, count = re.subn(pattern, replacement, text, flags=re.MULTILINE)
        assert count > 0, f"case.toml of {CASE} has nothing like {pattern}"
    (folder / "case.toml").write_text(text, encoding="utf-8")
    return folder


def small_case(folder: Path, *changes: tuple[str, str]) -> Path:
    """Four hours without cars: planned in a fraction of a second."""
    return copy_case(folder, (r"^periods = 24", "periods = 4"), (r'^name = "ieee33"', 'name = "small"'),
                     (r"^peak_reduction = .*\n", ""),
                     (r"^\[\[(sessions|station)\]\]\n(.+\n)+", ""), *changes)


def line_of(path: Path, text: str) -> int:
    """The only line that starts with `text`, counted from 1."""
    found = [n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if line.startswith(text)]
    assert len(found) == 1, f"{path} has {len(found)} lines that start with {text}"
    return found[0]


class ProgramTest(unittest.TestCase):
    maxDiff = 2000
    scratch: Path

    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="gridpact_")
        cls.addClassCleanup(holder.cleanup)
        cls.scratch = Path(holder.name)

    def assert_exit(self, result: subprocess.CompletedProcess, code: int):
        self.assertEqual(result.returncode, code, f"{result.args}\n{result.stdout}\n{result.stderr}")

    def faults_of_schema(self, document: object, name: str) -> list[str]:
        """Skips the test where the validator is not installed."""
        try:
            import jsonschema
        except ImportError:
            self.skipTest("the Python package jsonschema is not there")
        schema = json.loads((ROOT / "docs" / "formats" / f"{name}.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        return [f"/{'/'.join(map(str, fault.absolute_path))}: {fault.message[:200]}"
                for fault in jsonschema.Draft202012Validator(schema).iter_errors(document)]

    def assert_of_schema(self, document: object, name: str):
        self.assertEqual(self.faults_of_schema(document, name), [])

    def assert_only_notes(self, stderr: str):
        """What the case's reading assumed may be told; nothing else goes to stderr when all is well."""
        for line in stderr.splitlines():
            self.assertRegex(line, r"^\S+:\d+: note: ")

    def assert_nothing_written(self, folder: Path):
        self.assertEqual(sorted(folder.rglob("*")) if folder.exists() else [], [])
