"""A call that is under way, seen from a thread."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from ._checks import seconds
from ._core import Core
from ._drain import Drain
from ._errors import CancelledError, Error
from ._plan import Plan, may_have_spent, too_late
from ._threads import making_room
from ._types import CallResult, Json, OnProgress, Progress

T = TypeVar("T")
KEPT_PROGRESS = 1000  # of one call; older news is forgotten
SIGNAL_SECONDS = 1.0  # within which an interrupt is noticed for certain
END_SECONDS = 10.0  # how long a call that was cancelled may take to end


class Call(Generic[T]):
    """An operation under way. Safe from any thread."""

    def __init__(self, core: Core, plan: Plan[T]) -> None:
        self.operation = plan.operation
        self._core = core
        self._finish = plan.finish
        self._changed = threading.Condition()
        self._progress: deque[Progress] = deque(maxlen=KEPT_PROGRESS)
        self._news = 0  # how many there have ever been
        self._ended = False
        self._result: CallResult[Json] | None = None
        self._error: Error | None = None
        self._drained_by: Drain | None = None
        self.id = core.start(self, plan.request, plan.inputs, plan.drain is not None and plan.drain.requested)
        if plan.drain is not None:
            self._drained_by = plan.drain
            plan.drain.watch(self.id, self.drain)
            if self._ended:  # before anybody could tell the drain
                plan.drain.forget(self.id)

    def cancel(self) -> None:
        """Asks it to end. Never waits; one that has ended is fine."""
        self._core.cancel(self.id)

    def drain(self) -> None:
        """Asks it to begin nothing more and to finish what it has begun, as a worker's jobs; what does not know how is
        cancelled. Never waits. It can be cancelled afterwards."""
        self._core.drain(self.id)

    def done(self) -> bool:
        return self._ended

    def result(self, timeout: float | None = None) -> T:
        """Waits for its end: its result, or raises its error.

        :raises TimeoutError: when it has not ended in so many seconds. It goes on.
        :raises UnsupportedError: in a forked child, where nobody would tell its end.
        """
        if not self._wait(seconds("timeout", timeout)):
            raise TimeoutError(f"{self.operation} has not ended in {timeout} s")
        if self._error is not None:
            raise self._error
        assert self._result is not None
        return self._finish(self._result)

    def exception(self, timeout: float | None = None) -> Error | None:
        """As result(), but returns the error."""
        if not self._wait(seconds("timeout", timeout)):
            raise TimeoutError(f"{self.operation} has not ended in {timeout} s")
        return self._error

    def progress(self, timeout: float | None = None) -> Iterator[Progress]:
        """Yields how far it is, from the beginning, until it has ended, or for so many seconds."""
        limit = seconds("timeout", timeout)
        until = None if limit is None else time.monotonic() + limit
        seen = 0
        while True:
            self._core.check_process()
            with self._changed:
                if not self._wait_for(lambda: self._news > seen or self._ended, until) or self._news == seen:
                    return
                unseen = list(self._progress)[-(self._news - seen) :]
                seen = self._news
            yield from unseen

    def finish_within(self, timeout: float | None, on_progress: OnProgress | None) -> T:
        """result(), but what does not end in time, or is interrupted, is cancelled."""
        try:
            until = None if timeout is None else time.monotonic() + timeout
            if on_progress is not None:
                for progress in self.progress(timeout):
                    on_progress(progress)
            in_time = self._wait(None if until is None else until - time.monotonic())
        except BaseException:  # KeyboardInterrupt above all
            if not self._ended:
                self.cancel()
                self._wait(END_SECONDS)
            raise
        if not in_time:
            self.cancel()
            ended = self._wait(END_SECONDS)
            if not ended or isinstance(self._error, CancelledError):
                assert timeout is not None
                spent = may_have_spent(self.operation, self._error)
                raise too_late(self.operation, timeout, spent) from self._error
        return self.result()

    def _wait(self, timeout: float | None) -> bool:
        if self._ended:
            return True
        self._core.check_process()  # before the lock, which a forked child may find taken for ever
        with self._changed:
            return self._wait_for(lambda: self._ended, None if timeout is None else time.monotonic() + timeout)

    def _wait_for(self, condition: Callable[[], bool], until: float | None) -> bool:
        """Whether it came true in time."""
        on_main = threading.current_thread() is threading.main_thread()
        while not condition():
            left = threading.TIMEOUT_MAX if until is None else until - time.monotonic()
            if left <= 0:
                return False
            # A signal that comes just before the wait, or to another thread, does not end it: Python looks again then.
            with making_room():
                self._changed.wait(min(left, SIGNAL_SECONDS) if on_main else left)
        return True

    # What the core tells, on its thread.

    def report(self, progress: Progress) -> None:
        with self._changed:
            self._progress.append(progress)
            self._news += 1
            self._changed.notify_all()

    def settle(self, result: CallResult[Json] | None, error: Error | None) -> None:
        with self._changed:
            self._result, self._error, self._ended = result, error, True
            self._changed.notify_all()
        if self._drained_by is not None:
            self._drained_by.forget(self.id)
