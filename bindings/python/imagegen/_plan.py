"""What is asked when an operation is called, what is made of its result, and what its end says of time and money."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ._checks import seconds
from ._documents import MAY_BUY
from ._drain import Drain
from ._errors import DeadlineExceededError, Error
from ._types import BytesLike, CallResult, Json, OnProgress

T = TypeVar("T")


@dataclass(frozen=True)
class Plan(Generic[T]):
    """An operation that is to be called, and what is made of its result."""

    operation: str
    request: Mapping[str, Any] | str | None
    inputs: Sequence[BytesLike]
    finish: Callable[[CallResult[Json]], T]
    timeout: float | None = None
    on_progress: OnProgress | None = None
    drain: Drain | None = None


def document(answer: CallResult[Json]) -> Any:
    return answer.result


def nothing(_: CallResult[Json]) -> None:
    return None


def field(name: str) -> Callable[[CallResult[Json]], Any]:
    return lambda answer: answer.result[name]


def first_file(answer: CallResult[Json]) -> Any:
    return answer.files[0]


def whole(answer: CallResult[Json]) -> Any:
    return answer


def with_files(*places: tuple[str, bool]) -> Callable[[CallResult[Json]], Any]:
    """The result with its files in it, each at its path: ``"csv"``, ``"sheet.png"``; ``"images[].data"`` one in each entry. Those
    that are text are given as such. A result that has no files stays as it is."""

    def finish(answer: CallResult[Json]) -> Any:
        made, files = answer.result, list(answer.files)
        for path, is_text in places:
            for holder, name in _holders(made, path, bool(files)):
                if files:
                    file = files.pop(0)
                    holder[name] = str(memoryview(file), "utf-8") if is_text else file
        return made

    return finish


def _holders(made: Json, path: str, make: bool) -> list[tuple[Json, str]]:
    """The objects that a path leads to, and what the file is called there."""
    first, _, rest = path.partition(".")
    if not rest:
        return [(made, first)]
    if first.endswith("[]"):
        return [(entry, rest) for entry in made.get(first[:-2], [])]
    return [(made.setdefault(first, {}), rest)] if make else []


def as_object(value: Mapping[str, object] | str | None) -> Any:
    """A mapping of any kind, or its JSON, as one that can be written."""
    if isinstance(value, str):
        return json.loads(value)
    return None if value is None else dict(value)


def as_list(value: Sequence[object] | None) -> Any:
    """A sequence of any kind as one that can be written. A text is none: the library says what it expected."""
    return value if value is None or isinstance(value, str) else list(value)


def milliseconds(timeout: float | None) -> int | None:
    """The time limit of a request itself, which is an hour at most. None: as the library has it."""
    if timeout is None or not math.isfinite(timeout):
        return None
    return max(1, min(round(timeout * 1000), 3_600_000))


def too_late(operation: str, timeout: float, spent: bool) -> DeadlineExceededError:
    return DeadlineExceededError(
        f"{operation}: expected an end within {timeout:g} s", retryable=not spent, spent=spent, http_status=504, operation=operation
    )


def may_have_spent(operation: str, error: BaseException | None) -> bool:
    """Of a call that was cancelled, and ended with ``error`` or not at all."""
    return error.spent if isinstance(error, Error) else operation in MAY_BUY


def time_limit(operation: str, timeout: float | None) -> float | None:
    """No time left is too late, and no call at all."""
    limit = seconds("timeout", timeout)
    if limit is not None and limit <= 0:
        raise too_late(operation, limit, spent=False)
    return limit


def any_call(
    operation: str,
    request: Mapping[str, Any] | str | None = None,
    *,
    inputs: Sequence[BytesLike] = (),
    timeout: float | None = None,
    on_progress: OnProgress | None = None,
    drain: Drain | None = None,
) -> Plan[CallResult[Json]]:
    """Makes any operation of ``imagegen.operations()``. What takes longer than ``timeout`` seconds is cancelled."""
    return Plan(operation, request, inputs, whole, time_limit(operation, timeout), on_progress, drain)


def plan(
    operation: str,
    finish: Callable[[CallResult[Json]], T],
    request: Mapping[str, Any],
    timeout: float | None,
    inputs: Sequence[BytesLike] = (),
    on_progress: OnProgress | None = None,
    drain: Drain | None = None,
) -> Plan[T]:
    given = {name: value for name, value in request.items() if value is not None}
    return Plan(operation, given, inputs, finish, time_limit(operation, timeout), on_progress, drain)
