"""The types of documents are those of what operations take and give: no key is missing, and none is promised in vain."""

from __future__ import annotations

import inspect
import sys
import typing
from typing import Any

import pytest
from conftest import ROOT, picture
from typed_answers import Checked, faults, plan_makers

import imagegen

sys.path.insert(0, str(ROOT / "tools"))
from operation_types import Operation, alternatives  # type: ignore[import-not-found]  # noqa: E402

OPERATIONS = {one["name"]: Operation(one) for one in imagegen.operations()}
MAKERS = plan_makers()
GIVE_OBJECTS = {"images.decode", "images.encode", "images.render"}  # an Image, a file, Rendered


def sample(schema: dict[str, Any], whole: bool) -> Any:
    """A value of a schema: with every field that there may be, or with those only that there must be."""
    kind = alternatives(schema)[0]
    if "const" in kind:
        return kind["const"]
    if "enum" in kind:
        return kind["enum"][0]
    if kind.get("type") == "array":
        return [sample(kind.get("items", {}), whole)]
    if kind.get("type") == "object":
        needed = kind.get("required", [])
        return {name: sample(inner, whole) for name, inner in kind.get("properties", {}).items() if whole or name in needed}
    if kind.get("type") == "file":
        return imagegen.encode(memoryview(bytes(12)).cast("B", (2, 2, 3)), "png")
    plain = {"string": "text", "integer": 1, "number": 1.5, "boolean": True, "null": None}
    return plain.get(kind.get("type", ""), "anything")


def every_alternative(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [schema | {"anyOf": [one]} if "anyOf" in schema else one for one in alternatives(schema)]


def answered_type(operation: str) -> Any:
    return typing.get_args(typing.get_type_hints(MAKERS[operation])["return"])[0]


@pytest.mark.parametrize("whole", [True, False], ids=["all there may be", "all there must be"])
@pytest.mark.parametrize("name", sorted(MAKERS.keys() - GIVE_OBJECTS))
def test_an_answer_has_the_type_of_its_method(name: str, whole: bool) -> None:
    given = OPERATIONS[name].given()
    kind = answered_type(name)
    if given is None:
        assert kind is type(None)
    else:
        assert not list(faults(sample(given, whole), kind, name))


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_a_request_has_an_argument_for_each_field_and_the_type_has_its_keys(name: str) -> None:
    if name == "images.encode":  # its options are checked by name
        return
    hints = typing.get_type_hints(MAKERS[name])
    takes = inspect.signature(MAKERS[name]).parameters
    for field, schema in OPERATIONS[name].fields.items():
        argument = {"timeoutMs": "timeout", "from": "since"}.get(field) or "".join(
            f"_{letter.lower()}" if letter.isupper() else letter for letter in field
        )
        assert argument in takes, f"{name} has no argument {argument}"
        for one in alternatives(schema) if field != "timeoutMs" else []:
            for inner in [one, *([one["items"]] if one.get("type") == "array" else [])]:
                title = inner.get("title")
                if title:
                    kind = getattr(imagegen._documents, title)
                    assert not list(faults(sample(inner, True), kind, f"{name}.{field}"))
                    assert title in str(hints[argument]), f"{name}({argument}) does not say {title}"


def test_the_options_of_an_encoder_are_those_of_the_operation() -> None:
    from imagegen import _images

    words = {_images.camel(name) for name in _images._OPTIONS}
    assert words == OPERATIONS["images.encode"].fields.keys() - {"width", "height", "channels", "format"}


def test_real_answers_about_pictures_have_their_types(answers_have_their_types: Checked) -> None:
    with imagegen.Runtime() as runtime:
        found = runtime.images.inspect(picture(), thumb_hash=True)
        (made,) = runtime.images.render(picture(), [{"width": 8, "height": 6, "format": "png", "colours": 4}])
        (refused,) = runtime.images.render(picture(), [{"width": 8, "height": 6, "format": "png", "bitDepth": 12}])
    assert not list(faults(found, imagegen._documents.Inspected, "inspected"))
    for rendered in (made, refused):
        assert not list(faults(rendered.document, imagegen._documents.RenditionMade, "rendered"))
    assert answers_have_their_types.operations >= {"images.inspect", "images.render"}
