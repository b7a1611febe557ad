"""./dev answers without building, and reads its package lists as people write them."""

import importlib.machinery
import importlib.util
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
loader = importlib.machinery.SourceFileLoader("dev", str(ROOT / "dev"))
spec = importlib.util.spec_from_loader("dev", loader)
assert spec is not None
dev = importlib.util.module_from_spec(spec)
loader.exec_module(dev)


def run_dev(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, ROOT / "dev", *arguments], capture_output=True, text=True)


class CommandLine(unittest.TestCase):
    def test_help_names_every_command(self):
        result = run_dev("help")
        self.assertEqual(result.returncode, 0)
        for name in dev.COMMANDS:
            self.assertIn(f"\n  {name}", result.stdout)

    def test_an_unknown_command_is_answered_with_the_nearest(self):
        result = run_dev("biuld")
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stderr,
                         "dev: there is no command 'biuld'; did you mean 'build'? See ./dev help.\n")

    def test_clean_refuses_what_it_does_not_know(self):
        self.assertEqual(run_dev("clean", "everything").returncode, 2)


class DebianPackages(unittest.TestCase):
    def test_the_list_may_have_comments_and_empty_lines(self):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as listing:
            listing.write("# Tools\n\ng++   # the compiler\nninja-build\n")
            listing.flush()
            self.assertEqual(dev.names_in(Path(listing.name)), ["g++", "ninja-build"])

    def test_without_root_and_sudo_the_command_to_run_is_printed(self):
        with (mock.patch.object(dev, "missing_debian_packages", return_value=["g++", "cmake"]),
              mock.patch.object(dev.shutil, "which", side_effect=lambda name: None if name == "sudo" else name),
              mock.patch.object(dev.os, "geteuid", return_value=1000),
              mock.patch.object(dev.sys, "stderr") as stderr,
              self.assertRaises(SystemExit) as stopped):
            dev.set_up_debian()
        self.assertEqual(stopped.exception.code, 2)
        written = "".join(call.args[0] for call in stderr.write.call_args_list)
        self.assertIn("\n    apt-get update && apt-get install -y --no-install-recommends g++ cmake\n", written)

    def test_nothing_is_asked_of_apt_when_all_is_there(self):
        with (mock.patch.object(dev, "missing_debian_packages", return_value=[]),
              mock.patch.object(dev, "run_quietly") as run_quietly):
            dev.set_up_debian()
        run_quietly.assert_not_called()


class PythonPackages(unittest.TestCase):
    def test_every_version_is_pinned(self):
        for listing in (dev.PYTHON_LIST, dev.VALIDATION_LIST):
            for requirement in dev.names_in(listing):
                self.assertRegex(requirement, r"^[\w.-]+==[\w.]+$")

    def test_an_environment_is_made_again_only_if_its_list_has_changed(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(dev, "run_quietly") as run_quietly:
            venv, listing = Path(folder) / "venv", Path(folder) / "list.txt"
            (venv / "bin").mkdir(parents=True)
            (venv / "bin" / "python").touch()
            for text, made in (("a==1\n", True), ("a==1\n", False), ("a==2\n", True)):
                run_quietly.reset_mock()
                listing.write_text(text)
                self.assertEqual(dev.set_up_environment(venv, listing), venv / "bin" / "python")
                self.assertEqual(run_quietly.called, made)


class Pins(unittest.TestCase):
    def test_the_npm_lock_file_names_content_and_no_place(self):
        text = (dev.WEB / "package-lock.json").read_text()
        self.assertIn('"integrity": "sha512-', text)
        self.assertNotIn("http", text)


if __name__ == "__main__":
    unittest.main()
