"""Documents of the operations worker.*. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from typing import Literal, TypedDict



class WorkerResult(TypedDict):
    drained: bool
    jobs: int  # that ended here: the sum of those that follow
    succeeded: int
    partlySucceeded: int
    failed: int
    cancelled: int


class _WorkerProgress(TypedDict):
    stage: str  # working, written, notDone or word


class WorkerProgress(_WorkerProgress, total=False):
    jobId: str
    kind: str
    state: Literal["queued", "running", "succeeded", "partly_succeeded", "failed", "cancelled"]
    attempt: int
    error: str
    text: str  # the word, for people
    database: str  # of working: where the jobs are
    concurrency: int  # of working
