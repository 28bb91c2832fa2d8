"""Documents of the operations runtime.*. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from typing import Literal, TypedDict



class FirstProvider(TypedDict):
    name: str
    model: str


class Formats(TypedDict):
    read: list[str]
    write: list[str]


class RuntimeDescription(TypedDict):
    version: str
    provider: FirstProvider  # who is asked where nothing else is said
    providers: list[str]
    store: str
    threads: int
    formats: Formats


class Finding(TypedDict):
    verdict: Literal["good", "warning", "broken"]  # warning: it works, and somebody should look at it
    subject: str  # "provider", "store" ...
    text: str


class Examination(TypedDict):
    ok: bool  # nothing is broken
    findings: list[Finding]
