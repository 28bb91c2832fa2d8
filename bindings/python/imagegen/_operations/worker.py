"""What each typed method of worker asks for: see _binding.py. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from collections.abc import Callable

from .._documents import WorkerProgress, WorkerResult
from .._drain import Drain
from .._plan import Plan, document, plan


def worker_run(
    *,
    concurrency: int | None = None,
    until_idle: bool | None = None,
    drain: Drain | None = None,
    timeout: float | None = None,
    on_progress: Callable[[WorkerProgress], object] | None = None,
) -> Plan[WorkerResult]:
    """Does queued jobs of every kind, until it is drained or cancelled, or nothing is left.

    :param concurrency: Jobs at a time; 4 unless it is configured.
    :param until_idle: End when nothing is left to do.
    :param drain: Requested: nothing more is begun, and what was begun is finished.
    """
    request = {"concurrency": concurrency, "untilIdle": until_idle}
    return plan("worker.run", document, request, timeout, (), on_progress, drain)
