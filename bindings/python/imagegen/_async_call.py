"""A call that is under way, seen from an event loop."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Generator
from typing import Any, Generic, TypeVar

from ._call import END_SECONDS, KEPT_PROGRESS
from ._core import Core
from ._errors import CancelledError, Error
from ._plan import Plan, may_have_spent, too_late
from ._types import CallResult, Json, OnProgress, Progress

T = TypeVar("T")


class AsyncCall(Generic[T]):
    """An operation under way: ``await call`` gives its result. To be used on the loop that made it.

    A task that is cancelled while it awaits the call cancels the call, and waits for its end.
    """

    def __init__(self, core: Core, plan: Plan[T]) -> None:
        self.operation = plan.operation
        self._core = core
        self._finish = plan.finish
        self._loop = asyncio.get_running_loop()
        self._done: asyncio.Future[CallResult[Json]] = self._loop.create_future()
        self._done.add_done_callback(lambda done: done.exception())  # nobody has to ask for it
        self._progress: deque[Progress] = deque(maxlen=KEPT_PROGRESS)
        self._news = 0
        self._changed = asyncio.Event()
        self._on_progress: OnProgress | None = None
        self._broken: BaseException | None = None
        self.id = core.start(self, plan.request, plan.inputs, plan.drain is not None and plan.drain.requested)
        if (drain := plan.drain) is not None:
            drain.watch(self.id, self.drain)
            self._done.add_done_callback(lambda _: drain.forget(self.id))

    def cancel(self) -> None:
        """Asks it to end. Never waits; one that has ended is fine."""
        self._core.cancel(self.id)

    def drain(self) -> None:
        """Asks it to begin nothing more and to finish what it has begun, as a worker's jobs; what does not know how is
        cancelled. Never waits. It can be cancelled afterwards."""
        self._core.drain(self.id)

    def done(self) -> bool:
        return self._done.done()

    def __await__(self) -> Generator[Any, None, T]:
        return self.finish_within(None, None).__await__()

    async def progress(self) -> AsyncIterator[Progress]:
        """Yields how far it is, from the beginning, until it has ended."""
        seen = 0
        while True:
            if self._news > seen:
                unseen = list(self._progress)[-(self._news - seen) :]
                seen = self._news
                for progress in unseen:
                    yield progress
            elif self._done.done():
                return
            else:
                self._changed.clear()
                await self._changed.wait()

    async def finish_within(self, timeout: float | None, on_progress: OnProgress | None) -> T:
        """The result. What does not end in time, or whose task is cancelled, is cancelled."""
        self._on_progress = on_progress
        try:
            await asyncio.wait([self._done], timeout=timeout)
            if not self._done.done():
                await self._cancel_and_wait()
                error = self._done.exception() if self._done.done() else None
                if not self._done.done() or isinstance(error, CancelledError):
                    assert timeout is not None
                    raise too_late(self.operation, timeout, may_have_spent(self.operation, error)) from error
        except asyncio.CancelledError:
            await self._cancel_and_wait()
            raise
        if self._broken is not None:
            raise self._broken
        return self._finish(self._done.result())

    async def _cancel_and_wait(self) -> None:
        self.cancel()
        await asyncio.wait([self._done], timeout=END_SECONDS)

    # What the core tells, on its thread.

    def report(self, progress: Progress) -> None:
        self._tell(self._take_progress, progress)

    def settle(self, result: CallResult[Json] | None, error: Error | None) -> None:
        self._tell(self._take_end, result, error)

    def _tell(self, function: Callable[..., None], *arguments: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:  # the loop is closed: nobody waits, so nothing more should be bought
            self.cancel()

    # The rest is on the loop.

    def _take_progress(self, progress: Progress) -> None:
        self._progress.append(progress)
        self._news += 1
        self._changed.set()
        if self._on_progress is None or self._broken is not None:
            return
        try:
            self._on_progress(progress)
        except BaseException as error:
            self._broken = error
            self.cancel()

    def _take_end(self, result: CallResult[Json] | None, error: Error | None) -> None:
        if self._done.done():
            return
        if error is not None:
            self._done.set_exception(error)
        else:
            assert result is not None
            self._done.set_result(result)
        self._changed.set()
