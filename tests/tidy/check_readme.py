#!/usr/bin/env python3
"""Expects the C++ of the README to stand in examples/01_heroes.cpp, which is built and run: check_readme.py ROOT"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
block = re.search(r"```cpp\n(.*?)```", (root / "README.md").read_text(), re.S)
if not block:
    sys.exit("README.md: expected a block of C++, found none")
if block[1] not in (root / "examples/01_heroes.cpp").read_text():
    sys.exit("README.md: its C++ differs from examples/01_heroes.cpp; make them the same")
links = re.findall(r"\]\((docs/[^)#]+)", (root / "README.md").read_text())
missing = [link for link in links if not (root / link).exists()]
if missing:
    sys.exit(f"README.md: links to files that are not there: {', '.join(missing)}")
print(f"C++ of {len(block[1].splitlines())} lines and {len(links)} links are good")
