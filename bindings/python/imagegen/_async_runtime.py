"""The runtime for programs with an event loop."""

from __future__ import annotations

import asyncio
import functools
import os
import threading
import weakref
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, TypeVar

from ._async_call import AsyncCall
from ._async_namespaces import AsyncNamespaces
from ._binding import async_method
from ._call import END_SECONDS
from ._checks import seconds, whole_number
from ._core import MOST_HOST_THREADS, Core, config_text
from ._errors import CancelledError, UnsupportedError
from ._host import HostParts
from ._plan import Plan, any_call
from ._types import (
    BytesLike,
    CallResult,
    EnhancerPart,
    EventsPart,
    Json,
    AssetsPart,
    LifestylePacksPart,
    ProviderPart,
    RecordsPart,
    StorePart,
)

T = TypeVar("T")


class AsyncRuntime(AsyncNamespaces):
    """Runtime with coroutines: see there. Async methods of the host's parts run on the loop that makes the calls, sync ones on
    threads. With async parts it is for one running loop at a time: another one's calls raise UnsupportedError.

    Close it with ``await runtime.close()``, or use it in an ``async with`` statement. It opens there, or with its first call: that
    is when a bad configuration raises.
    """

    def __init__(
        self,
        config: Mapping[str, Any] | str | None = None,
        *,
        environment: bool = False,
        overrides: Mapping[str, Any] | str | None = None,
        provider: ProviderPart | Sequence[ProviderPart] | None = None,
        store: StorePart | None = None,
        records: RecordsPart | None = None,
        assets: AssetsPart | None = None,
        enhancer: EnhancerPart | None = None,
        lifestyle_packs: LifestylePacksPart | None = None,
        events: EventsPart | None = None,
        host_threads: int = 16,
    ) -> None:
        host_threads = whole_number("host_threads", host_threads, 1, MOST_HOST_THREADS)
        parts = {
            "provider": provider,
            "store": store,
            "records": records,
            "assets": assets,
            "enhancer": enhancer,
            "lifestylePacks": lifestyle_packs,
            "events": events,
        }
        read = dict(os.environ) if environment else None
        self._make = functools.partial(Core, config_text(config), read, HostParts(parts), host_threads, config_text(overrides))
        self._opened: Core | None = None
        self._opening = threading.Lock()
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def runtime(self) -> AsyncRuntime:
        return self

    call = async_method(any_call)

    def start(
        self,
        operation: str,
        request: Mapping[str, Any] | str | None = None,
        *,
        inputs: Sequence[BytesLike] = (),
    ) -> AsyncCall[CallResult[Json]]:
        """Starts any operation of ``imagegen.operations()`` and returns at once; ``await`` what it gives."""
        return self._begin(any_call(operation, request, inputs=inputs))

    async def run_plan(self, plan: Plan[T]) -> T:
        """Used by the typed methods."""
        await self._open()
        return await self._begin(plan).finish_within(plan.timeout, plan.on_progress)

    def _begin(self, plan: Plan[T]) -> AsyncCall[T]:
        core = self._core
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            if core.has_async_methods and self._loop is not None and self._loop.is_running():
                raise UnsupportedError("another event loop uses this runtime, and its async parts: open one for each loop")
            self._loop = loop
            core.host_loop = lambda: loop
        return AsyncCall(core, plan)

    @property
    def _core(self) -> Core:
        """Opened when it is first asked for, which takes longer than a loop should stand still."""
        with self._opening:
            if self._opened is None:
                if self._closed:
                    raise CancelledError("the runtime is closed")
                self._opened = self._make()
                self._finalizer = weakref.finalize(self, self._opened.abandon, type(self).__name__)
                self._finalizer.atexit = False
            return self._opened

    async def _open(self) -> None:
        if self._opened is None:
            await asyncio.to_thread(lambda: self._core)

    @property
    def closed(self) -> bool:
        return self._closed

    async def close(self, timeout: float | None = END_SECONDS) -> bool:
        """Cancels what runs and waits for its end. Closing twice is fine.

        :returns: Whether all has ended within ``timeout`` seconds.
        """
        limit = seconds("timeout", timeout)
        with self._opening:
            self._closed = True
        core = self._opened
        if core is None:
            return True
        self._finalizer.detach()
        core.close()
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        core.when_ended(lambda: loop.call_soon_threadsafe(ended.set))
        try:
            await asyncio.wait_for(ended.wait(), limit)
        except asyncio.TimeoutError:
            return False
        return True

    async def __aenter__(self) -> AsyncRuntime:
        await self._open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self.close()
