"""One exception class for each status of the library."""

from __future__ import annotations

import json
from typing import Any, ClassVar, Mapping, NamedTuple, Sequence


class Fault(NamedTuple):
    """What is wrong with one field of a document: ``("export_plan[3].width", "expected 1..16383, got 0")``."""

    path: str
    message: str


class Error(Exception):
    """What every failure of the library is. Hosts raise its subclasses too, in the methods of their parts.

    ``message`` is safe to log; ``provider_text`` may quote users, so it is not. ``retryable``: the same call may simply be made
    again, after ``retry_after`` seconds where that is given. ``spent``: money was, or may have been, spent. ``http_status`` and
    ``body`` are what an HTTP route answers. ``delivery`` is for providers: "not_sent", "answered" or "unknown".
    """

    code: ClassVar[str] = "INTERNAL"
    status: ClassVar[int] = 1

    def __init__(
        self,
        message: str = "",
        *,
        retryable: bool = False,
        retry_after: float | None = None,
        spent: bool = False,
        http_status: int = 500,
        body: Mapping[str, Any] | None = None,
        faults: Sequence[Fault] = (),
        provider_text: str = "",
        operation: str = "",
        delivery: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.retryable = retryable
        self.retry_after = retry_after
        self.spent = spent
        self.http_status = http_status
        self.body: dict[str, Any] = dict(body) if body is not None else {"ok": False, "error": self.code}
        self.faults = tuple(faults)
        self.provider_text = provider_text
        self.operation = operation
        self.delivery = delivery

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class InternalError(Error):
    """A defect of the library, or an exception in a host's method."""


class InvalidArgumentError(Error):
    """The message names the field; ``faults`` has them all."""

    code, status = "INVALID_ARGUMENT", 2


class NotFoundError(Error):
    code, status = "NOT_FOUND", 3


class AlreadyExistsError(Error):
    code, status = "ALREADY_EXISTS", 4


class PermissionDeniedError(Error):
    """Missing, wrong or insufficient credentials."""

    code, status = "PERMISSION_DENIED", 5


class UnsupportedError(Error):
    code, status = "UNSUPPORTED", 6


class LimitExceededError(Error):
    code, status = "LIMIT_EXCEEDED", 7


class CorruptDataError(Error):
    code, status = "CORRUPT_DATA", 8


class CancelledError(Error):
    code, status = "CANCELLED", 9


class DeadlineExceededError(Error):
    code, status = "DEADLINE_EXCEEDED", 10


class UnavailableError(Error):
    """The network or a server failed; another time it may work."""

    code, status = "UNAVAILABLE", 11


class RateLimitedError(Error):
    code, status = "RATE_LIMITED", 12


class QuotaExceededError(Error):
    """The account has no credit left."""

    code, status = "QUOTA_EXCEEDED", 13


class ContentRefusedError(Error):
    """By the provider's moderation."""

    code, status = "CONTENT_REFUSED", 14


class BadAnswerError(Error):
    """A server, or a host's method, answered outside its contract."""

    code, status = "BAD_ANSWER", 15


class BudgetExceededError(Error):
    code, status = "BUDGET_EXCEEDED", 16


class StorageFailedError(Error):
    code, status = "STORAGE_FAILED", 17


class ConflictError(Error):
    """Well-formed, but not in the state that the thing is in."""

    code, status = "CONFLICT", 18


class LeaseLostError(Error):
    code, status = "LEASE_LOST", 19


class OutcomeUnknownError(Error):
    """Something may have been bought; it is not bought again without being told to."""

    code, status = "OUTCOME_UNKNOWN", 20


CLASSES: dict[str, type[Error]] = {
    kind.code: kind
    for kind in (
        InternalError,
        InvalidArgumentError,
        NotFoundError,
        AlreadyExistsError,
        PermissionDeniedError,
        UnsupportedError,
        LimitExceededError,
        CorruptDataError,
        CancelledError,
        DeadlineExceededError,
        UnavailableError,
        RateLimitedError,
        QuotaExceededError,
        ContentRefusedError,
        BadAnswerError,
        BudgetExceededError,
        StorageFailedError,
        ConflictError,
        LeaseLostError,
        OutcomeUnknownError,
    )
}


def error_from_document(document: Mapping[str, Any], operation: str = "") -> Error:
    """The exception that an error document of the library stands for."""
    milliseconds = document.get("retryAfterMs")
    return CLASSES.get(document.get("code", ""), InternalError)(
        document.get("message", ""),
        retryable=document.get("retryable", False),
        retry_after=None if milliseconds is None else milliseconds / 1000,
        spent=document.get("spent", False),
        delivery=document.get("delivery"),
        http_status=document.get("httpStatus", 500),
        body=document.get("body"),
        faults=[Fault(fault["path"], fault["message"]) for fault in document.get("faults", ())],
        provider_text=document.get("providerText", ""),
        operation=operation,
    )


def error_from_json(text: str) -> Error:
    return error_from_document(json.loads(text))


def rejection_of(error: BaseException, where: str) -> dict[str, Any]:
    """What the library is told when a host's method has raised ``error``."""
    if not isinstance(error, Error):
        return {"code": "INTERNAL", "message": _plain_text(f"{where} raised {type(error).__name__}: {error}")[:1000]}
    document: dict[str, Any] = {"code": error.code, "message": _plain_text(error.message), "retryable": error.retryable is True}
    if (milliseconds := _plain_milliseconds(error.retry_after)) is not None:
        document["retryAfterMs"] = milliseconds
    if isinstance(error.delivery, str):
        document["delivery"] = error.delivery
    if error.provider_text:
        document["providerText"] = _plain_text(error.provider_text)
    return document


def _plain_text(text: object) -> str:
    """What a host has put where a text belongs, without halves of surrogate pairs, and not without end."""
    try:
        return str(text)[:4096].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    except Exception:  # of its own __str__()
        return f"<{type(text).__name__}>"


def _plain_milliseconds(seconds: object) -> int | None:
    """Nothing for what is no number of seconds: a wait that makes no sense must not cost the error its code."""
    if not isinstance(seconds, (int, float)) or seconds != seconds or seconds == float("inf"):
        return None
    return max(0, round(min(seconds, 1e9) * 1000)) if seconds > 0 else 0
