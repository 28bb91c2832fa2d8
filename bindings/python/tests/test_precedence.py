from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from conftest import ROOT

import imagegen

FIXTURE = json.loads((ROOT / "tests/fixtures/precedence.json").read_text())
LAYERS = ("overrides", "environment", "document")
CASES = [
    pytest.param(field, layers, id=f"{field['document']}: {', '.join(layers) or 'nobody'}")
    for field in FIXTURE["fields"]
    for count in range(4)
    for layers in itertools.combinations(LAYERS, count)
]


def document(field: dict[str, Any], value: Any) -> dict[str, Any]:
    *path, last = field["document"].split(".")
    inner = {last: value}
    for name in reversed(path):
        inner = {name: inner}
    return inner


def merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    both = {name: merged(one[name], other[name]) for name in one.keys() & other.keys() if isinstance(one[name], dict)}
    return {**one, **other, **both}


@pytest.mark.parametrize(("field", "layers"), CASES)
def test_the_first_layer_that_says_something_counts(
    field: dict[str, Any], layers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    values = field["values"]
    config = FIXTURE["always"]
    if "document" in layers:
        config = merged(config, document(field, values["document"]))
    if "environment" in layers:
        monkeypatch.setenv(field["environment"], str(values["environment"]))
    overrides = document(field, values["overrides"]) if "overrides" in layers else None
    with imagegen.Runtime(config, environment=True, overrides=overrides) as runtime:
        told: Any = runtime.describe()
    for name in field["told"].split("."):
        told = told[name]
    if layers:
        assert told == values[layers[0]]
    else:
        assert told not in values.values()


def test_every_fault_is_told_with_its_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGEGEN_THREADS", "many")
    with pytest.raises(imagegen.InvalidArgumentError) as failure:
        imagegen.Runtime({"stor": "x"}, environment=True, overrides={"threads": 0})
    for path in ("stor: unknown field", "IMAGEGEN_THREADS: expected", "overrides.threads: expected"):
        assert path in str(failure.value)
