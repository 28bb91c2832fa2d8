"""Runs commands in several surroundings, and compares what they print with the transcripts beside this file.

    transcripts_test.py IMAGEGEN [--update]      --update writes them anew
"""
import argparse
import difflib
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from surroundings import Surroundings, normalised  # noqa: E402

HERE = pathlib.Path(__file__).parent / "transcripts"

COMMANDS = [
    ["--help"],
    ["render", "--help"],
    ["spend", "--help"],
    ["rendr"],
    ["render", "--szie", "10x10"],
    ["render", "in.png"],
    ["render", "in.png", "--json"],
    ["jobs", "watch"],
    ["spend"],
    ["spend", "--json"],
    ["init", "pack"],
    ["init", "pack"],
    ["heroes", "pack/pack.json", "--dry-run"],
    ["heroes", "pack/pack.json"],
    ["heroes", "pack/pack.json"],
    ["heroes", "broken.json"],
    ["heroes", "broken.json", "--json"],
    ["heroes", "utf16.json"],
    ["render", "out/shot-1_1920x800.webp", "--size", "60x25", "-o", "wide.png", "--size", "40x50", "--position", "north",
     "-o", "tall-\u6f22\u00f6.png"],
    ["inspect", "wide.png", "tall-\u6f22\u00f6.png", "missing.png"],
    ["inspect", "wide.png", "--json"],
    ["prompt", "execute", "--intent", "hero", "--user", "J\u00f6rg \u6f22\U0001f642e\u0301", "A red boat on a lake."],
    ["jobs", "list"],
    ["worker", "--until-idle"],
    ["jobs", "list", "--kind", "prompt"],
    ["jobs", "show", "JOB"],
    ["jobs", "watch", "JOB"],
    ["jobs", "watch", "--all"],
    ["jobs", "show", "nobody"],
    ["jobs", "show", "nobody", "--json"],
    ["audit", "JOB"],
    ["spend"],
    ["spend", "--by", "user"],
    ["spend", "--by", "model", "--json"],
    ["prices", "--provider", "openai", "--model", "gpt-image-2", "--size", "1024x1024"],
    ["doctor", "--config", "broken.json"],
]


def locale_with_comma(folder):
    """The folder of a locale whose numbers have a decimal comma; None where none can be made."""
    if not shutil.which("localedef"):
        return None
    made = subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", f"{folder}/de_DE.UTF-8"], capture_output=True,
                          check=False)
    return folder if made.returncode in (0, 1) and pathlib.Path(folder, "de_DE.UTF-8").exists() else None


def all_surroundings(locales):
    utf8 = {"TERM": "xterm", "LANG": "C.UTF-8"}
    yield Surroundings("terminal-60", 60, **utf8)
    yield Surroundings("terminal-200", 200, **utf8)
    yield Surroundings("pipe", None, LANG="C.UTF-8")
    yield Surroundings("no-color", 80, NO_COLOR="1", **utf8)
    yield Surroundings("c-locale", 60, TERM="xterm", LC_ALL="C")
    if locales:
        yield Surroundings("decimal-comma", None, LC_ALL="de_DE.UTF-8", LOCPATH=locales)
    else:
        print("NOT TRIED: a decimal comma; localedef has no de_DE here (Debian: apt install locales)")


def transcript(program, surroundings):
    text, job = [], None
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "broken.json").write_bytes(b'\xef\xbb\xbf{"pack_version": "2.0",\n "\xc3\xb6": oops}')
        pathlib.Path(folder, "utf16.json").write_bytes('{"pack_version": "2.0"}'.encode("utf-16"))
        for arguments in COMMANDS:
            command = [job if word == "JOB" else word for word in arguments]
            code, said = surroundings.run([program, *command], folder)
            if arguments[:2] == ["prompt", "execute"]:
                job = said.strip().splitlines()[-1]
            if job:
                said = said.replace(job, "JOB")
            said = said.replace(folder, "FOLDER")
            text.append(f"$ imagegen {' '.join(arguments)}\n{normalised(said)}[{code}]\n")
    return "\n".join(text)


def too_wide(text, columns):
    """Lines of help and tables that do not fit; examples, and texts that stand as they are, may be longer."""
    help_pages = [part for part in text.split("\n$ ") if "--help" in part.split("\n")[0]]
    lines = [line for page in help_pages for line in page.splitlines() if "imagegen " not in line]
    return [line for line in lines if len(line.replace("\x1b[1m", "").replace("\x1b[0m", "")) > columns]


def check(surroundings, text, update):
    golden = HERE / f"{surroundings.name}.txt"
    if update:
        golden.write_text(text, encoding="utf-8")
        return []
    faults = []
    if "\x1b[J" in text:
        faults.append("a moving line was left behind")
    if surroundings.name in ("pipe", "no-color", "decimal-comma") and "\x1b[" in text:
        faults.append("something is coloured")
    faults += [f"too wide: {line}" for line in too_wide(text, surroundings.columns or 80)]
    expected = golden.read_text(encoding="utf-8")
    faults += difflib.unified_diff(expected.splitlines(), text.splitlines(), golden.name, "now", lineterm="")
    return [f"{surroundings.name}: {fault}" if not fault.startswith(("-", "+", " ", "@")) else fault for fault in faults]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--update", action="store_true")
    asked = parser.parse_args()
    faults = []
    HERE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as locales:
        for surroundings in all_surroundings(locale_with_comma(locales)):
            faults += check(surroundings, transcript(pathlib.Path(asked.program).resolve(), surroundings), asked.update)
    print("\n".join(faults) or "as written")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
