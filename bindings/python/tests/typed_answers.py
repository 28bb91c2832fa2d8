"""Whether a value is what its type says, and nothing else: keys that a TypedDict lacks are wrong, and so are missing ones."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import types
import typing
from collections.abc import Callable, Iterator
from typing import Any

from imagegen import _async_namespaces, _namespaces
from imagegen._binding import async_method, method
from imagegen._plan import Plan


def faults(value: Any, kind: Any, path: str) -> Iterator[str]:
    """Each with its path."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return
    if typing.is_typeddict(kind):
        yield from _faults_of_document(value, kind, path)
    elif origin in (typing.Union, types.UnionType):
        found = [list(faults(value, one, path)) for one in arguments]
        if all(found):
            yield from min(found, key=len)
    elif origin is typing.Literal:
        if not any(value == one and type(value) is type(one) for one in arguments):
            yield f"{path}: expected one of {arguments}, got {value!r}"
    elif origin is list:
        if not isinstance(value, list):
            yield f"{path}: expected a list, got {value!r}"
        else:
            for number, entry in enumerate(value):
                yield from faults(entry, arguments[0], f"{path}[{number}]")
    elif not _is_plain(value, origin or kind):
        yield f"{path}: expected {kind}, got {value!r}"


def _is_plain(value: Any, kind: Any) -> bool:
    if kind in (None, type(None)):
        return value is None
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, (int, float) if kind is float else kind)


def _faults_of_document(value: Any, kind: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: expected a {kind.__name__}, got {value!r}"
        return
    hints = typing.get_type_hints(kind)
    for name in sorted(kind.__required_keys__ - value.keys()):
        yield f"{path}.{name}: expected by {kind.__name__}, and not there"
    for name, inner in value.items():
        if name not in hints:
            yield f"{path}.{name}: {kind.__name__} lacks this key"
        else:
            yield from faults(inner, hints[name], f"{path}.{name}")


class Checked:
    """While it is in use, every answer of a typed method is compared with the type that it is said to have."""

    def __init__(self) -> None:
        self.operations: set[str] = set()  # those that have answered
        self._before: list[tuple[Any, Any]] = []

    def __enter__(self) -> Checked:
        for module in (_namespaces, _async_namespaces):
            for kind in vars(module).values():
                for one in vars(kind).values() if isinstance(kind, type) else []:
                    if isinstance(one, (method, async_method)):
                        self._before.append((one, one._make))
                        one._make = self._checked(one._make)
        return self

    def __exit__(self, *_: object) -> None:
        for one, make in self._before:
            one._make = make

    def _checked(self, make: Callable[..., Plan[Any]]) -> Callable[..., Plan[Any]]:
        (kind,) = typing.get_args(typing.get_type_hints(make)["return"])

        @functools.wraps(make)
        def checked(*arguments: Any, **options: Any) -> Plan[Any]:
            plan = make(*arguments, **options)

            def finish(answer: Any) -> Any:
                made = plan.finish(answer)
                self.operations.add(plan.operation)
                found = list(faults(made, kind, plan.operation))
                assert not found, "\n".join(found)
                return made

            return dataclasses.replace(plan, finish=finish)

        return checked


def plan_makers() -> dict[str, Callable[..., Plan[Any]]]:
    """The function behind each typed method, by the operation."""
    found: dict[str, Callable[..., Plan[Any]]] = {}
    for title, kind in vars(_namespaces).items():
        for name, one in vars(kind).items() if isinstance(kind, type) else []:
            if isinstance(one, method):
                group = "runtime" if title == "Namespaces" else title.lower()
                found[f"{group}.{name}"] = inspect.unwrap(one._make)
    return found
