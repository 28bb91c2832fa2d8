#!/usr/bin/env python3
"""Holds a library against an ABI that was released, or records one.

  check_abi.py FOLDER HEADER LIBRARY            prints what differs from capi/abi/1.0, ends with 1 when something does
  check_abi.py --record FOLDER HEADER LIBRARY   writes the header and libimagegen.abi.xml of a new release there

LIBRARY has debug information, as the target imagegen_abi has.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile


def describe(header, library, out):
    """Only what the header names, and nothing that depends on where or with which flags it was built."""
    command = ["abidw", "--header-file", str(header), "--drop-private-types", "--exported-interfaces-only",
               "--drop-undefined-syms", "--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--no-elf-needed",
               "--no-architecture", "--out-file", str(out), library]
    subprocess.run(command, check=True)
    text = re.sub(r"path='[^']*/(capi/src/)?", r"path='\1", pathlib.Path(out).read_text(encoding="utf-8"))
    pathlib.Path(out).write_text(text, encoding="utf-8")


def numbers(header):
    """What a compiled caller has in it: constants, by name."""
    text = re.sub(r"/\*.*?\*/", "", pathlib.Path(header).read_text(encoding="utf-8"), flags=re.S)
    return dict(re.findall(r"\b(IMAGEGEN_\w+) = (\d+)", text))


def faults(folder, header, library):
    now = numbers(header)
    for name, number in numbers(folder / "imagegen.h").items():
        if now.get(name) != number:
            yield f"{name} was {number} and is {now.get(name, 'gone')}"
    with tempfile.TemporaryDirectory() as scratch:
        current = pathlib.Path(scratch) / "current.abi.xml"
        describe(header, library, current)
        command = ["abidiff", "--no-added-syms", "--suppressions", str(folder.parent / "growth.abignore"),
                   str(folder / "libimagegen.abi.xml"), str(current)]
        compared = subprocess.run(command, capture_output=True, text=True)
    if compared.returncode != 0:
        yield f"abidiff ends with {compared.returncode}:\n{compared.stdout}{compared.stderr}"


def main():
    arguments = sys.argv[1:]
    if arguments[0] == "--record":
        folder, header, library = pathlib.Path(arguments[1]), arguments[2], arguments[3]
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(header, folder / "imagegen.h")
        describe(header, library, folder / "libimagegen.abi.xml")
        return 0
    found = list(faults(pathlib.Path(arguments[0]), *arguments[1:]))
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
