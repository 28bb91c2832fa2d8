"""What each typed method of state asks for: see _binding.py. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from collections.abc import Callable

from .._documents import StateCopyProgress, StateCopyReport
from .._plan import Plan, document, plan


def state_copy(
    source: str,
    target: str,
    *,
    retire_source: bool | None = None,
    timeout: float | None = None,
    on_progress: Callable[[StateCopyProgress], object] | None = None,
) -> Plan[StateCopyReport]:
    """Copies a state to another database, as a backup or to move it; nobody may work with either meanwhile.

    :param source: Sqlite:FILE or postgres://...
    :param target: The same; empty, or what an interrupted copy of the same state has left.
    :param retire_source: Mark the source as moved, so that no worker takes anything from it any more.
    """
    request = {"source": source, "target": target, "retireSource": retire_source}
    return plan("state.copy", document, request, timeout, (), on_progress)
