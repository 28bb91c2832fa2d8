"""Documents of the operations jobs.*. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from .spend import Purchase


class Job(TypedDict):
    id: str
    kind: str  # "prompt", "heroes" ...
    state: Literal["queued", "running", "succeeded", "partly_succeeded", "failed", "cancelled"]
    declinedSince: str | None  # since when no worker could do it; else null
    owner: str
    priority: int
    attempt: int  # how often it was begun
    cancelRequested: bool
    worker: str  # who has it while it runs
    error: str  # why it failed, or cannot be done for now; else empty
    created: str
    updated: str
    input: Any  # as its kind has it
    output: Any  # as its kind has it


class JobPage(TypedDict):
    jobs: list[Job]
    next: str  # empty: the last page


class JobEvent(TypedDict):
    number: int  # from 1
    time: str
    event: str  # "created", "claimed", "image_bought" ...
    detail: Any
    hash: str  # covers the event and the hash before it


class _JobEvents(TypedDict):
    events: list[JobEvent]
    intact: bool  # nobody has changed the record since


class JobEvents(_JobEvents, total=False):
    fault: str


class ReplayedFile(TypedDict):
    name: str
    sameRequest: bool
    sameFile: bool
    recordedSha256: str
    replayedSha256: str
    fault: str


class Replay(TypedDict):
    jobId: str
    same: bool
    files: list[ReplayedFile]


class _JobAudit(TypedDict):
    jobId: str
    intact: bool  # nobody has changed the record since
    events: list[JobEvent]
    purchases: list[Purchase]


class JobAudit(_JobAudit, total=False):
    fault: str
