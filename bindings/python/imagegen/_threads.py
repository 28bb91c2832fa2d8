"""Threads for the host's methods. They are daemons, so that one that never returns does not hold the process."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Callable, Coroutine
from queue import SimpleQueue
from typing import Any


class DaemonPool:
    """At most ``most`` threads, started when they are needed; beyond that, tasks wait for their turn."""

    def __init__(self, name: str, most: int) -> None:
        self._name = name
        self._most = most
        self._tasks: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._threads: list[threading.Thread] = []

    def submit(self, task: Callable[[], None]) -> None:
        """From one thread only. ``task`` must not raise."""
        self._tasks.put(task)
        if self._idle.acquire(blocking=False) or len(self._threads) >= self._most:
            return
        thread = threading.Thread(target=self._work, name=f"{self._name}-{len(self._threads)}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        """Threads end after what they are doing; what was not begun is still done."""
        for _ in self._threads:
            self._tasks.put(None)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            task()
            del task  # or it would be kept until the next one comes
            self._idle.release()


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
