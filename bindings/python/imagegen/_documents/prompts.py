"""Documents of the operations prompts.*. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from typing import Literal, TypedDict



class _EnhancedPrompt(TypedDict):
    finalPrompt: str
    currency: Literal["USD"]
    estimates: list[float | None]  # of 1 to 5 pictures; null: unknown


class EnhancedPrompt(_EnhancedPrompt, total=False):
    warnings: list[str]


class QueuedPromptJob(TypedDict):
    jobId: str
    status: Literal["QUEUED", "RUNNING", "DONE", "FAILED"]


class PromptJob(TypedDict):
    jobId: str
    status: Literal["QUEUED", "RUNNING", "DONE", "FAILED"]
    cdnUrls: list[str]  # of the pictures that are finished
    intent: str
    rawPrompt: str
    finalPrompt: str
    imageCount: int
    error: str  # why it failed; else empty
    createdAt: str
    updatedAt: str


class PromptJobPage(TypedDict):
    jobs: list[PromptJob]
    next: str  # empty: the last page
