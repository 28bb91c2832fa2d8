from __future__ import annotations

import pytest
from conftest import run_python

import imagegen
from imagegen import _check_version, _native


def test_package_and_library_are_of_one_version() -> None:
    assert _native.__version__ == imagegen.__version__


def test_the_import_refuses_a_library_of_another_major_version() -> None:
    other = """
import sys, types
sys.modules["imagegen._native"] = other = types.ModuleType("imagegen._native")
other.__version__ = "9.0.0"
try: import imagegen
except ImportError as error: print(error)
"""
    ended = run_python(other)
    assert ended.stderr == ""
    assert imagegen.__version__ in ended.stdout and "9.0.0" in ended.stdout


def test_a_library_of_another_major_version_is_refused_with_both_named() -> None:
    _check_version("1.9.0", "1.0.3")
    with pytest.raises(ImportError, match=r"1\.4\.2.*2\.0\.0"):
        _check_version("2.0.0", "1.4.2")
