from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

PYTHON = ROOT / "bindings/python"
EXAMPLES = sorted((ROOT / "examples/python").glob("*.py"))


def mypy(*targets: Path, folder: Path) -> None:
    checked = subprocess.run(
        [
            sys.executable,
            *("-m", "mypy", "--strict", "--config-file", str(ROOT / "pyproject.toml")),
            *("--cache-dir", str(folder), "--warn-unused-ignores"),
            *map(str, targets),
        ],
        cwd=PYTHON,  # where the package is found with its stubs
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_package_and_what_its_users_see(tmp_path: Path) -> None:
    mypy(PYTHON / "imagegen", PYTHON / "tests/typing_cases.py", folder=tmp_path)


def test_the_tests(tmp_path: Path) -> None:
    mypy(*sorted((PYTHON / "tests").glob("*.py")), folder=tmp_path)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_examples(example: Path, cache: Path) -> None:
    mypy(example, folder=cache)


def test_the_package_says_that_it_is_typed() -> None:
    import imagegen

    assert Path(imagegen.__file__).with_name("py.typed").exists()
    assert Path(imagegen.__file__).with_name("_native.pyi").exists()


def test_stubtest_has_nothing_to_say(tmp_path: Path) -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "imagegen", "--mypy-config-file", str(ROOT / "pyproject.toml")],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "MYPYPATH": str(PYTHON)},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_stub_names_what_the_extension_has() -> None:
    import ast

    from imagegen import _native

    stub = ast.parse((PYTHON / "imagegen/_native.pyi").read_text())
    parts = [node for node in stub.body if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")]
    named = {node.name for node in parts} | {"__version__"}
    assert named == {name for name in dir(_native) if not name.startswith("__") or name == "__version__"}
    for node in parts:
        if isinstance(node, ast.ClassDef):
            methods = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
            assert methods <= set(dir(getattr(_native, node.name)))
