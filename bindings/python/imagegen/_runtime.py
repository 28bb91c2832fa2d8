"""The runtime for programs with threads."""

from __future__ import annotations

import os
import weakref
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, TypeVar

from ._binding import method
from ._call import END_SECONDS, Call
from ._checks import seconds, whole_number
from ._core import MOST_HOST_THREADS, Core, config_text
from ._host import HostParts
from ._namespaces import Namespaces
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


class Runtime(Namespaces):
    """Everything wired: threads, provider, store, workflows. Safe from any thread.

    ``config`` is a document as of docs/configuration.md, or its JSON; ``environment`` lets OPENAI_API_KEY and so on go before it,
    and ``overrides``, a document too, goes before both: what a person has said for this one run.
    The other arguments are parts of the host's own, see docs/python.md; their methods are called on at most ``host_threads``
    threads (1 to 10,000) at a time, and async ones on an event loop of the runtime's own. ``provider`` may be a list of several,
    each with a name of its own in its capability; the first is asked where nothing else is said.

    Close it, or use it in a ``with`` statement: what then still runs is cancelled.
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
        self._core = Core(config_text(config), read, HostParts(parts), host_threads, config_text(overrides))
        self._finalizer = weakref.finalize(self, self._core.abandon, type(self).__name__)
        self._finalizer.atexit = False

    @property
    def runtime(self) -> Runtime:
        return self

    call = method(any_call)

    def start(
        self,
        operation: str,
        request: Mapping[str, Any] | str | None = None,
        *,
        inputs: Sequence[BytesLike] = (),
    ) -> Call[CallResult[Json]]:
        """Starts any operation of ``imagegen.operations()`` and returns at once."""
        return Call(self._core, any_call(operation, request, inputs=inputs))

    def run_plan(self, plan: Plan[T]) -> T:
        """Used by the typed methods."""
        return Call(self._core, plan).finish_within(plan.timeout, plan.on_progress)

    @property
    def closed(self) -> bool:
        return self._core.closed

    def close(self, timeout: float | None = END_SECONDS) -> bool:
        """Cancels what runs and waits for its end. Closing twice is fine.

        :returns: Whether all has ended within ``timeout`` seconds.
        """
        limit = seconds("timeout", timeout)
        self._finalizer.detach()
        self._core.close()
        return self._core.join(limit)

    def __enter__(self) -> Runtime:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()
