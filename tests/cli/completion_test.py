"""The completion scripts parse, and bash's completes; the man page has no fault that man would name.

    completion_test.py IMAGEGEN
"""
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

PROGRAM = sys.argv.pop(1) if __name__ == "__main__" else ""


def script(shell):
    return subprocess.run([PROGRAM, "completion", shell], capture_output=True, text=True, check=True).stdout


def completed(*words):
    """What bash offers for the last of the words."""
    line = " ".join(f"'{word}'" for word in words)
    code = f"{script('bash')}\nCOMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _imagegen; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    return subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=True).stdout.split()


class Tried(unittest.TestCase):
    def need(self, program):
        if not shutil.which(program):
            print(f"NOT TRIED: {self.id()}; there is no {program} here (Debian: apt install {program})", flush=True)
            self.skipTest(f"there is no {program} on this machine")


class ChildBash:
    """A bash at a terminal that has read the script, as one that a person types into."""

    def __init__(self, folder):
        pathlib.Path(folder, "rc").write_text(script("bash") + "\nPS1='ready> '\n", encoding="utf-8")
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.chdir(folder)
            path = f"{pathlib.Path(PROGRAM).resolve().parent}:{os.environ['PATH']}"
            os.execvpe("bash", ["bash", "--noprofile", "--rcfile", "rc", "-i"], {"PATH": path, "TERM": "dumb"})

    def __enter__(self):
        self.expect("ready> ")
        return self

    def __exit__(self, *_):
        os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)
        os.close(self.terminal)

    def expect(self, text):
        said = ""
        while text not in said:
            if not select.select([self.terminal], [], [], 60)[0]:
                raise AssertionError(f"expected {text!r}, got {said!r}")
            said += os.read(self.terminal, 65536).decode()

    def completes(self, typed, whole):
        os.write(self.terminal, f"\x15{typed}\t".encode())
        self.expect(whole)


class Completion(Tried):
    def check_parses(self, shell):
        self.need(shell)
        with tempfile.NamedTemporaryFile("w", suffix=f".{shell}") as file:
            file.write(script(shell))
            file.flush()
            ended = subprocess.run([shell, "-n", file.name], capture_output=True, text=True, check=False)
            self.assertEqual((ended.returncode, ended.stderr), (0, ""))

    def test_of_bash_parses(self):
        self.check_parses("bash")

    def test_of_zsh_parses(self):
        self.check_parses("zsh")

    def test_of_fish_parses(self):
        self.check_parses("fish")

    def test_works_while_somebody_types(self):
        with tempfile.TemporaryDirectory() as folder, ChildBash(folder) as bash:
            bash.completes("imagegen jobs wa", "imagegen jobs watch ")
            bash.completes("imagegen render --fit ins", "--fit inside ")
            bash.completes("imagegen render --fit=ins", "--fit=inside ")
            bash.completes("imagegen inspect r", "imagegen inspect rc ")

    def test_offers_commands(self):
        self.assertEqual(completed("imagegen", "re"), ["render", "replay"])
        self.assertEqual(completed("imagegen", "jobs", "w"), ["watch"])

    def test_offers_options_of_the_command(self):
        self.assertIn("--position", completed("imagegen", "render", "in.png", "--po"))
        self.assertEqual(completed("imagegen", "doctor", "--po"), [])

    def test_offers_the_words_of_an_option(self):
        self.assertEqual(completed("imagegen", "render", "--fit", "in"), ["inside"])
        self.assertEqual(completed("imagegen", "spend", "--by", ""), ["user", "day", "model", "provider"])
        self.assertIn("succeeded", completed("imagegen", "jobs", "list", "--job-state", "s"))

    def test_offers_files_where_a_file_is_meant(self):
        self.assertIn(__file__, completed("imagegen", "mask", "inspect", __file__[:-3]))
        self.assertIn(__file__, completed("imagegen", "inspect", __file__[:-3]))
        self.assertIn(__file__, completed("imagegen", "heroes", "--config", __file__[:-3]))

    def test_every_command_of_the_help_can_be_completed(self):
        told = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout
        for command in completed("imagegen", ""):
            self.assertIn(f"  {command} ", told)


class ManPage(Tried):
    def formatted(self, *command):
        """The page as a formatter makes it, and what that complains of."""
        self.need(command[0])
        page = subprocess.run([PROGRAM, "man"], capture_output=True, check=True).stdout
        with tempfile.NamedTemporaryFile(suffix=".1") as file:
            file.write(page)
            file.flush()
            ended = subprocess.run([*command, file.name], capture_output=True, text=True, check=False,
                                   env={"PATH": os.environ["PATH"], "MANWIDTH": "80", "LC_ALL": "C.UTF-8"})
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return ended.stdout, ended.stderr

    def test_has_no_fault_that_groff_names(self):
        self.assertEqual(self.formatted("groff", "-man", "-Tutf8", "-ww", "-z")[1], "")

    def test_is_read_by_man(self):
        text, complaints = self.formatted("man", "--warnings=w", "--local-file")
        self.assertEqual(complaints, "")
        self.assertIn("imagegen - make pictures", text)

    def test_has_a_section_for_every_command(self):
        page = subprocess.run([PROGRAM, "man"], capture_output=True, text=True, check=True).stdout
        self.assertTrue(page.startswith(".TH IMAGEGEN 1"))
        for command in ("render", "jobs watch", "spend settle"):
            self.assertIn(f'.SS "imagegen {command} ', page)
        self.assertIn("IMAGEGEN_STORE", page)


class Help(unittest.TestCase):
    def test_names_the_variables_and_fields_that_docs_configuration_has(self):
        page = (pathlib.Path(__file__).parents[2] / "docs/configuration.md").read_text(encoding="utf-8")
        rows = re.findall(r"^\| (`[\w.]+`(?:, `[\w.]+`)*) \| (`\w+`(?:, `\w+`)*)", page, re.M)
        documented = {pair for fields, variables in rows
                      for pair in zip(re.findall(r"[\w.]+", fields), re.findall(r"\w+", variables))}
        told = "".join(subprocess.run([PROGRAM, *command, "--help"], capture_output=True, text=True, check=True,
                                      env={"COLUMNS": "1000"}).stdout
                       for command in (["doctor"], ["heroes"], ["prompt", "enhance"]))
        pairs = re.findall(r"\[environment (\w+), configuration ([\w.]+)\]", told)
        self.assertGreater(len(pairs), 5)
        for variable, field in pairs:
            self.assertIn((field, variable), documented)


if __name__ == "__main__":
    unittest.main()
