"""Documents of the operations persons.*. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from typing import TypedDict

from .base import Json


class EraseRequest(TypedDict, total=False):
    user: str  # a user's id, exactly
    character: str  # a character's id, exactly
    cancelJobs: bool  # cancel the person's jobs that are queued or run, and wait for them; else refuse
    dryRun: bool  # only tell what would go
    patienceMs: int  # how long to wait for jobs that were cancelled


class EraseFailure(TypedDict):
    what: str  # "object images/1.webp", "job j-1"
    code: str
    message: str
    retryable: bool


class _EraseReport(TypedDict):
    dryRun: bool  # nothing went: it would go
    complete: bool  # nothing that is known is left
    foundNothing: bool
    cancelled: int  # jobs that were queued or ran
    jobs: int  # of which a stub is left
    purchases: int  # whose texts went
    assets: int  # records of files
    spooled: int  # pictures of the spool
    records: Json  # others, by their collection
    removed: list[str]  # keys of files that went
    shared: list[str]  # keys of files that somebody else has too, and that stay
    live: list[str]  # in a dry run: jobs that are queued or run
    left: list[str]  # what may be the person's too and stays, a sentence each
    failed: list[EraseFailure]


class EraseReport(_EraseReport, total=False):
    user: str
    character: str
