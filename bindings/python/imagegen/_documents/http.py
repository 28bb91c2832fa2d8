"""Documents of the operations http.*. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from typing import TypedDict

from .base import Json


class _Identity(TypedDict):
    user: str  # blank: nobody is signed in


class Identity(_Identity, total=False):
    roles: list[str]


class _HttpCall(TypedDict):
    method: str
    path: str  # with the query, percent-encoded as it came


class HttpCall(_HttpCall, total=False):
    headers: Json
    identity: Identity | None  # who is signed in; null: nobody
    body: str


class HttpIncident(TypedDict):
    id: str
    error: Json


class _HttpAnswer(TypedDict):
    status: int
    headers: Json
    body: str


class HttpAnswer(_HttpAnswer, total=False):
    incident: HttpIncident  # to log, and not to send
