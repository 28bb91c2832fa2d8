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
import xml.etree.ElementTree


def describe(header, library, out):
    """Only what the header names, and nothing that depends on where it was built."""
    # abidw knows the header by its whole path.
    options = ["--header-file", str(pathlib.Path(header).resolve()), "--drop-private-types", "--exported-interfaces-only",
               "--drop-undefined-syms", "--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--no-elf-needed"]
    subprocess.run(["abidw", *options, "--out-file", str(out), library], check=True)
    text = re.sub(r"path='[^']*/", "path='", pathlib.Path(out).read_text(encoding="utf-8"))
    if "var-decl name='struct_size'" not in text:
        sys.exit(f"{library}: abidw has found no struct of {header}: was it built with that header and with -g?")
    pathlib.Path(out).write_text(text, encoding="utf-8")


def structs(description):
    """{name: (size in bits, [(field, offset in bits)])} of the structs that are no mere names."""
    found = {}
    for struct in xml.etree.ElementTree.parse(description).iter("class-decl"):
        fields = [(field.find("var-decl").get("name"), int(field.get("layout-offset-in-bits")))
                  for field in struct.iter("data-member")]
        if struct.get("name", "").startswith("imagegen_") and fields:
            found[struct.get("name")] = int(struct.get("size-in-bits")), fields
    return found


def moved_fields(old, new):
    """abidiff leaves types of fields to be compared; where they are is looked at here, because its rule of growth at the
    end lets a field pass that was put before the last one."""
    for name, (size, fields) in old.items():
        size_now, fields_now = new.get(name, (0, []))
        if fields_now[:len(fields)] != fields:
            yield f"struct {name}: expected the fields {fields}, then perhaps more, got {fields_now}"
        if size_now != size and fields[0][0] != "struct_size":
            yield f"struct {name}: it has no struct_size and was {size} bits large; now it has {size_now}"


def numbers(header):
    """What a compiled caller has in it: constants, by name."""
    text = re.sub(r"/\*.*?\*/", "", pathlib.Path(header).read_text(encoding="utf-8"), flags=re.S)
    return dict(re.findall(r"\b(IMAGEGEN_\w+) = (\d+)", text))


def faults(folder, header, library):
    now = numbers(header)
    for name, number in numbers(folder / "imagegen.h").items():
        if now.get(name) != number:
            yield f"{name} was {number} and is {now.get(name, 'gone')}"
    released = folder / "libimagegen.abi.xml"
    with tempfile.TemporaryDirectory() as scratch:
        current = pathlib.Path(scratch) / "current.abi.xml"
        describe(header, library, current)
        yield from moved_fields(structs(released), structs(current))
        command = ["abidiff", "--no-added-syms", "--suppressions", str(folder.parent / "growth.abignore"),
                   str(released), str(current)]
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
