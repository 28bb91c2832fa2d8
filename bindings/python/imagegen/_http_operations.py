"""What each typed method for HTTP asks for: see _operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ._documents import HttpAnswer, Identity
from ._plan import Plan, as_object, document, plan
from ._types import BytesLike


def http_answer(
    method: str,
    path: str,
    *,
    headers: Mapping[str, str | Sequence[str]] | None = None,
    identity: Identity | None = None,
    body: BytesLike | None = None,
    timeout: float | None = None,
) -> Plan[HttpAnswer]:
    """Answers an HTTP request by the routes of all operations. ``path`` has the query with it; both as they came."""
    request = {"method": method, "path": path, "headers": as_object(headers), "identity": as_object(identity)}
    return plan("http.answer", document, request, timeout, () if body is None else (body,))
