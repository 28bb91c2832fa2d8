"""What each typed method of persons asks for: see _binding.py. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from .._documents import EraseReport
from .._plan import Plan, document, plan


def persons_erase(
    *,
    user: str | None = None,
    character: str | None = None,
    cancel_jobs: bool | None = None,
    dry_run: bool | None = None,
    patience_ms: int | None = None,
    timeout: float | None = None,
) -> Plan[EraseReport]:
    """Removes the prompts, references, files and records of a user or a character; the ledger keeps amounts.

    :param user: A user's id, exactly.
    :param character: A character's id, exactly.
    :param cancel_jobs: Cancel the person's jobs that are queued or run, and wait for them; else refuse.
    :param dry_run: Only tell what would go.
    :param patience_ms: How long to wait for jobs that were cancelled.
    """
    request = {
        "user": user,
        "character": character,
        "cancelJobs": cancel_jobs,
        "dryRun": dry_run,
        "patienceMs": patience_ms,
    }
    return plan("persons.erase", document, request, timeout)
