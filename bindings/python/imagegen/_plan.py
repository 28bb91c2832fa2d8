"""What is asked when an operation is called, what is made of its result, and what its end says of time and money."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ._checks import seconds
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


def whole(answer: CallResult[Json]) -> Any:
    return answer


# Of what they were at when they were left nobody knows whether it was paid for.
_MAY_BUY = frozenset({"heroes.generate", "http.answer", "prompts.enhance", "provider.submit", "provider.resume", "worker.run"})


def too_late(operation: str, timeout: float, spent: bool) -> DeadlineExceededError:
    return DeadlineExceededError(
        f"{operation}: expected an end within {timeout:g} s", retryable=not spent, spent=spent, http_status=504, operation=operation
    )


def may_have_spent(operation: str, error: BaseException | None) -> bool:
    """Of a call that was cancelled, and ended with ``error`` or not at all."""
    return error.spent if isinstance(error, Error) else operation in _MAY_BUY


def time_limit(operation: str, timeout: float | None) -> float | None:
    """No time left is too late, and no call at all."""
    limit = seconds("timeout", timeout)
    if limit is not None and limit <= 0:
        raise too_late(operation, limit, spent=False)
    return limit


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
