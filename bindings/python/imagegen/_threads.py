"""Threads for the host's methods. They are daemons, so that one that never returns does not hold the process."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from typing import Any


_here = threading.local()


@contextlib.contextmanager
def making_room() -> Iterator[None]:
    """Around a wait for a runtime. A thread of a pool does not count meanwhile: what it waits for may need one too."""
    pool: DaemonPool | None = getattr(_here, "pool", None)
    if pool is not None:
        pool.wait(1)
    try:
        yield
    finally:
        if pool is not None:
            pool.wait(-1)


class DaemonPool:
    """At most ``most`` threads beside those that wait for a runtime, started when they are needed; beyond that, tasks wait for
    their turn. It may be more for the rest of a task when waits end."""

    def __init__(self, name: str, most: int) -> None:
        self._name = name
        self._most = most
        self._changed = threading.Condition()  # guards the rest
        self._tasks: deque[Callable[[], None]] = deque()
        self._threads = 0
        self._free = 0  # of them: those that take a task next
        self._waiting = 0  # of them: those in making_room()
        self._stopped = False

    def submit(self, task: Callable[[], None]) -> None:
        """``task`` must not raise."""
        with self._changed:
            self._tasks.append(task)
            self._changed.notify()
            self._start_one()

    def wait(self, change: int) -> None:
        with self._changed:
            self._waiting += change
            self._start_one()

    def stop(self) -> None:
        """Threads end after what they are doing; what was not begun is still done."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _start_one(self) -> None:
        if len(self._tasks) <= self._free or self._threads - self._waiting >= self._most:
            return
        threading.Thread(target=self._work, name=f"{self._name}-{self._threads}", daemon=True).start()
        self._threads += 1
        self._free += 1

    def _work(self) -> None:
        _here.pool = self
        while (task := self._take()) is not None:
            task()
            del task  # or it would be kept until the next one comes
            with self._changed:
                if self._threads - self._waiting > self._most:  # those that made room are back
                    self._threads -= 1
                    return
                self._free += 1

    def _take(self) -> Callable[[], None] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._tasks or self._stopped)
            self._free -= 1
            return self._tasks.popleft() if self._tasks else None


class LoopThread:
    """An event loop of its own, for async methods in a program that has none; started when it is first asked for."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._run, args=(self._loop,), name=self._name, daemon=True).start()
            return self._loop

    def stop(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)

    @staticmethod
    def _run(loop: asyncio.AbstractEventLoop) -> None:
        loop.run_forever()
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left, timeout=1))
        loop.close()


class Running:
    """A coroutine on the event loop of another thread. Unlike asyncio.run_coroutine_threadsafe() it is silent about a loop that
    was closed meanwhile: the library hears of it by its deadline."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        make: Callable[[], Coroutine[Any, Any, Any]],
        ended: Callable[[asyncio.Task[Any]], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """``ended`` or ``failed``, where there is no task, is called on the loop.

        :raises RuntimeError: when the loop is closed."""
        self._loop = loop
        self._make = make
        self._ended = ended
        self._failed = failed
        self._coroutine: Coroutine[Any, Any, Any] | None = None
        self._task: asyncio.Task[Any] | None = None
        self._cancelled = False
        loop.call_soon_threadsafe(self._begin)

    def cancel(self) -> None:
        self._cancelled = True
        try:
            self._loop.call_soon_threadsafe(self._cancel)
        except RuntimeError:  # closed before it had begun, perhaps: then nobody will
            if self._coroutine is not None and inspect.getcoroutinestate(self._coroutine) == inspect.CORO_CREATED:
                self._coroutine.close()

    def _begin(self) -> None:
        try:
            self._coroutine = self._make()
            self._task = self._loop.create_task(self._coroutine)
        except Exception as error:  # a call whose arguments do not fit, or what is no coroutine
            return self._failed(error)
        self._task._log_destroy_pending = False  # type: ignore[attr-defined]  # as asyncio.gather() does
        self._task.add_done_callback(self._ended)
        if self._cancelled:
            self._task.cancel()

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
