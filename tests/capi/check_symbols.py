#!/usr/bin/env python3
"""Checks that a library exports what the C header declares, and nothing else: check_symbols.py HEADER LIBRARY"""
import pathlib
import re
import subprocess
import sys


def readelf(option, library):
    command = ["readelf", "--wide", option, library]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def declared(header):
    """{function: the version node of the ABI that it came with}, which is the one that its comment names."""
    text = pathlib.Path(header).read_text(encoding="utf-8")
    found, since = {}, "?"
    for version, name in re.findall(r"@since\s+(?:\* )?ABI (\d+\.\d+)|^IMAGEGEN_API[^;]*?\b(imagegen_\w+)\(", text, re.M):
        since = version or since
        if name:
            found[name] = f"IMAGEGEN_{since}"
    return found


def exported(library):
    """Names with their versions, of all that is defined and can be seen."""
    for line in readelf("--dyn-syms", library).splitlines():
        # Num: Value Size Type Bind Visibility Index Name@@VERSION
        fields = line.split()
        if len(fields) < 8 or not fields[0].rstrip(":").isdigit() or fields[6] in ("UND", "ABS") or fields[4] == "LOCAL":
            continue
        name, _, version = fields[7].partition("@@")
        yield name, version


def faults(header, library):
    symbols = dict(exported(library))
    wanted = declared(header)
    if len(wanted) < 30:
        yield f"the header declares {len(wanted)} functions: it was not understood"
    yield from (f"{name} is declared and not exported" for name in sorted(wanted.keys() - symbols.keys()))
    yield from (f"{name} is exported and not declared" for name in sorted(symbols.keys() - wanted.keys()))
    for name, version in symbols.items():
        if version != wanted.get(name, version):
            yield f"{name}: expected version {wanted[name]}, got {version or 'none'}"
    dynamic = readelf("--dynamic", library)
    if "Library soname: [libimagegen.so.1]" not in dynamic:
        yield "expected SONAME libimagegen.so.1"
    if not re.search(r"\(FLAGS_1\).*\bNODELETE\b", dynamic):
        yield "expected the flag NODELETE: its threads may still run when a host unloads it"


def main():
    found = list(faults(*sys.argv[1:3]))
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
