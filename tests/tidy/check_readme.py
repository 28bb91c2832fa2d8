#!/usr/bin/env python3
"""Expects the C++ of the README to stand in examples/01_heroes.cpp, which is built and run, its links to lead somewhere, and
no page to name a folder to npm so that it is read as a repository of GitHub: check_readme.py ROOT"""
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
for page in [root / "README.md", *sorted(root.glob("docs/*.md")), *sorted(root.glob("bindings/*/README.md"))]:
    # "a/b" is the repository b of the user a; a folder begins with "./", "../" or "/".
    if repository := re.search(r"npm (?:install|i|add) (?:-\S+ )*([\w-]+/[\w./-]+)", page.read_text()):
        sys.exit(f"{page.relative_to(root)}: npm takes {repository[1]} for a repository; write ./{repository[1]}")
print(f"C++ of {len(block[1].splitlines())} lines and {len(links)} links are good")
