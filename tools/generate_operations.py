#!/usr/bin/env python3
"""Writes what follows from the description of every operation, so that a field stands in one place of the source.

  imagegen operations --json | tools/generate_operations.py            writes the files
  imagegen operations --json | tools/generate_operations.py --check    names those that are stale, and ends with 1
"""
import json
import pathlib
import sys

import operation_docs
import operation_node
import operation_python
from operation_types import Operation

ROOT = pathlib.Path(__file__).resolve().parent.parent


def all_files(operations):
    """Every file that is made, and its text."""
    page = ROOT / "docs/operations.md"
    package = ROOT / "bindings/python/imagegen"
    modules = {"_documents": operation_python.documents(operations), "_operations": operation_python.functions(operations)}
    return {
        page: operation_docs.page(operations, page.read_text()),
        ROOT / "bindings/node/types/operations.d.cts": operation_node.types(operations),
        **{package / folder / name: text for folder, files in modules.items() for name, text in files.items()},
        package / "_namespaces.py": operation_python.groups(operations, is_async=False),
        package / "_async_namespaces.py": operation_python.groups(operations, is_async=True),
    }


def main():
    files = all_files([Operation(one) for one in json.load(sys.stdin)["operations"]])
    stale = [path for path, text in files.items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path.relative_to(ROOT)}: stale; `imagegen operations --json | tools/generate_operations.py` writes it")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(exist_ok=True)
        path.write_text(files[path])
    return 0


if __name__ == "__main__":
    sys.exit(main())
