"""The first half of a stop in two steps."""

from __future__ import annotations

from collections.abc import Callable


class Drain:
    """Asks the calls it was given to, as ``drain=``, to begin nothing more and to finish what they have begun.

    ``request`` may be called from any thread, any number of times, and is fit for a signal handler:
    ``signal.signal(signal.SIGTERM, lambda *_: drain.request())``, ``loop.add_signal_handler(signal.SIGTERM, drain.request)``.
    """

    # No lock, which a signal handler might find taken by the thread that it interrupts: each step here is one of the
    # interpreter's, and a call that is told twice is told the same.

    def __init__(self) -> None:
        self._requested = False
        self._calls: dict[int, Callable[[], None]] = {}

    @property
    def requested(self) -> bool:
        return self._requested

    def request(self) -> None:
        self._requested = True
        for tell in list(self._calls.values()):
            tell()

    def watch(self, call: int, tell: Callable[[], None]) -> None:
        """Used by the calls."""
        self._calls[call] = tell
        if self._requested:
            tell()

    def forget(self, call: int) -> None:
        """Used by the calls."""
        self._calls.pop(call, None)
