"""The engine, and the one thread that pulls what happened out of its inbox."""

from __future__ import annotations

import asyncio
import atexit
import json
import logging
import math
import os
import threading
import time
import warnings
from collections.abc import Callable, Coroutine, Iterable, Mapping
from concurrent.futures import Future
from typing import Any, Protocol

from . import _native
from ._errors import (
    CancelledError,
    Error,
    NotFoundError,
    UnavailableError,
    UnsupportedError,
    error_from_document,
    rejection_of,
)
from ._host import HostMethod, HostParts
from ._native import Bytes
from ._threads import DaemonPool, LoopThread, Running
from ._types import BytesLike, CallResult, Json, Progress

log = logging.getLogger("imagegen")
log.addHandler(logging.NullHandler())

PROGRESS, DONE, HOST_CALL, HOST_CANCEL = 1, 2, 3, 4
MOST_HOST_THREADS = 10_000
EXIT_SECONDS = 10.0  # how long the end of the interpreter waits for all runtimes together
SHORTEST_PULL_MS, LONGEST_PULL_MS = 20, 1000


class Pending(Protocol):
    """A call that is under way. Its methods are called on the pump's thread and must return at once."""

    operation: str

    def report(self, progress: Progress) -> None: ...
    def settle(self, result: CallResult[Json] | None, error: Error | None) -> None: ...


def _json(document: Any) -> str:
    # A type that JSON has no word for is the caller's TypeError; NaN is a ValueError.
    try:
        return json.dumps(document, allow_nan=False, separators=(",", ":"))
    except ValueError:
        for path, number in _not_finite(document, ""):
            raise ValueError(f"{path}: expected a finite number, got {number}") from None
        raise


def _not_finite(value: Any, path: str) -> Iterable[tuple[str, float]]:
    if isinstance(value, float) and not math.isfinite(value):
        yield path, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _not_finite(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            yield from _not_finite(inner, f"{path}[{index}]")


def config_text(config: Any) -> str:
    if config is None:
        return "{}"
    return config if isinstance(config, str) else _json(dict(config))


class Core:
    """What a runtime is made of. Neither it nor its threads refer to the runtime, so that a forgotten one is collected."""

    def __init__(
        self,
        config: str,
        environment: Mapping[str, str] | None,
        host: HostParts,
        host_threads: int,
        overrides: str,
    ) -> None:
        self._host = host
        self.has_async_methods = host.has_async_methods
        self._pid = os.getpid()
        self._engine = _native.Engine.open(config, environment, host.capabilities, overrides)
        self._lock = threading.Lock()  # a call is known before its end is
        self._calls: dict[int, Pending] = {}
        self._asked: dict[int, Running | None] = {}  # host calls that are open
        self._pool = DaemonPool("imagegen-host", host_threads)
        self._loop_thread = LoopThread("imagegen-loop")
        self.host_loop: Callable[[], asyncio.AbstractEventLoop] = self._loop_thread.loop
        self.closed = False
        self._ended: Future[None] = Future()
        self._thread = threading.Thread(target=self._pump, name="imagegen-inbox", daemon=True)
        _open_cores.add(self)
        self._thread.start()

    # ------------------------------------------------------------------------------------- calls

    def check_process(self) -> None:
        """Raises UnsupportedError in a forked child: it has neither the threads nor a right to the locks."""
        if os.getpid() != self._pid:
            self._engine.check_process()
            raise UnsupportedError("the runtime was opened before fork(): open one in this process")

    def start(self, pending: Pending, request: Any, inputs: Iterable[BytesLike], drained: bool = False) -> int:
        self.check_process()
        if isinstance(inputs, (bytes, bytearray, memoryview, Bytes)):
            inputs = (inputs,)
        text = request if isinstance(request, str) else _json(dict(request or {}))
        call = 0
        try:
            with self._lock:
                call = self._engine.start(pending.operation, text, inputs, drained)
                self._calls[call] = pending
        except BaseException:  # an interrupt in the middle of it
            if call:
                self._engine.cancel(call)
            raise
        return call

    def cancel(self, call: int) -> None:
        if os.getpid() == self._pid:
            self._engine.cancel(call)

    def drain(self, call: int) -> None:
        if os.getpid() == self._pid:
            self._engine.drain(call)

    # ------------------------------------------------------------------------------------- the end

    def close(self) -> None:
        """Cancels everything. Never waits, and takes no lock: a finalizer may call it anywhere."""
        self.closed = True
        if os.getpid() == self._pid:
            self._engine.close()

    def join(self, timeout: float | None) -> bool:
        """Whether everything has ended in time."""
        if os.getpid() != self._pid:
            return True
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def when_ended(self, tell: Callable[[], object]) -> None:
        """Calls ``tell`` when everything has ended; at once where it has. A forked child has nothing to wait for."""

        def ended(_: object) -> None:
            try:
                tell()
            except RuntimeError:  # the loop that waited is closed
                pass

        if os.getpid() != self._pid:
            ended(None)
        else:
            self._ended.add_done_callback(ended)

    def abandon(self, name: str) -> None:
        if not self.closed and os.getpid() == self._pid:
            warnings.warn(f"unclosed imagegen.{name}", ResourceWarning, source=None, stacklevel=2)
        self.close()

    # ------------------------------------------------------------------------------------- the pump

    def _pump(self) -> None:
        wait_ms = LONGEST_PULL_MS
        while (event := self._engine.pull(wait_ms)) is not False:
            if event is None:
                # Objects that are still lent are given back without an event.
                wait_ms = min(2 * wait_ms, LONGEST_PULL_MS) if _native.release_returned() else LONGEST_PULL_MS
                continue
            try:
                self._dispatch(*event)
            except Exception:
                log.exception("an event was lost")
            del event  # with its files
            wait_ms = SHORTEST_PULL_MS
        self._end()

    def _end(self) -> None:
        for running in list(self._asked.values()):
            if running is not None:
                running.cancel()
        for pending in list(self._calls.values()):
            pending.settle(None, CancelledError("the runtime is closed", operation=pending.operation))
        self._calls.clear()
        self._pool.stop()
        self._loop_thread.stop()
        self._engine.finish()
        _native.release_returned()
        _open_cores.discard(self)
        self._ended.set_result(None)

    def _dispatch(self, kind: int, number: int, text: str, files: list[Bytes]) -> None:
        document = json.loads(text)
        if kind == PROGRESS:
            with self._lock:
                pending = self._calls.get(number)
            if pending is not None:
                pending.report(document["progress"])
        elif kind == DONE:
            self._settle(number, document, files)
        elif kind == HOST_CALL:
            self._ask(number, document, files)
        elif kind == HOST_CANCEL:
            running = self._asked.pop(number, None)
            if running is not None:
                running.cancel()

    def _settle(self, number: int, document: Json, files: list[Bytes]) -> None:
        with self._lock:
            pending = self._calls.pop(number, None)
        if pending is None:
            return
        if document["ok"]:
            pending.settle(CallResult(document["result"], tuple(files)), None)
        else:
            pending.settle(None, error_from_document(document["error"], pending.operation))

    # ------------------------------------------------------------------------------------- the host's parts

    def _ask(self, token: int, document: Json, files: list[Bytes]) -> None:
        name = f"{document['part']}.{document['method']}"
        arguments = document.get("arguments", {})
        method = self._host.find(document["part"], document["method"], arguments)
        if method is None:
            return self._reject(token, UnsupportedError(f"the host has no method {name}()"), name)
        self._asked[token] = None
        if method.is_async:
            self._await(token, method, lambda: method.call(arguments, files))
        else:
            self._pool.submit(lambda: self._call_sync(token, method, arguments, files))

    def _call_sync(self, token: int, method: HostMethod, arguments: Json, files: list[Bytes]) -> None:
        if token not in self._asked:
            return  # nobody waits for it any longer
        try:
            answer = method.call(arguments, files)
            if asyncio.iscoroutine(answer):  # made by a function that does not look as if it were async
                self._await(token, method, lambda: answer)
            else:
                self._resolve(token, method, answer)
        except BaseException as error:
            self._reject(token, error, method.name)

    def _await(self, token: int, method: HostMethod, make: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """Runs it on the event loop; answers when it has ended."""

        def ended(task: asyncio.Task[Any]) -> None:
            if task.cancelled():
                self._reject(token, CancelledError(f"{method.name} was cancelled"), method.name)
            elif (error := task.exception()) is not None:
                self._reject(token, error, method.name)
            else:
                self._resolve(token, method, task.result())

        try:
            running = Running(self.host_loop(), make, ended, lambda error: self._reject(token, error, method.name))
        except RuntimeError as error:
            return self._reject(token, UnavailableError(f"{method.name}: {error}"), method.name)
        if token in self._asked:
            self._asked[token] = running

    def _resolve(self, token: int, method: HostMethod, answer: Any) -> None:
        try:
            document, files = method.answer(answer)
            text = _json(document)
        except (TypeError, ValueError) as error:
            return self._answer(token, lambda: self._engine.reject(token, _bad_answer(method.name, error)))
        except Exception as error:  # of the host too: an answer may be a generator
            return self._reject(token, error, method.name)
        self._answer(token, lambda: self._engine.resolve(token, text, files))

    def _reject(self, token: int, error: BaseException, name: str) -> None:
        if not isinstance(error, Error):
            log.debug("%s raised", name, exc_info=error)
        text = _rejection(name, error)
        self._answer(token, lambda: self._engine.reject(token, text))

    def _answer(self, token: int, answer: Callable[[], None]) -> None:
        self._asked.pop(token, None)
        try:
            answer()
        except (NotFoundError, CancelledError):
            pass  # nobody waits for it any longer


def _rejection(name: str, error: BaseException) -> str:
    try:
        return _json(rejection_of(error, name))
    except Exception:  # its text cannot be had, or is none
        return _json({"code": "INTERNAL", "message": f"{name} raised {type(error).__name__}"})


def _bad_answer(name: str, error: Exception) -> str:
    return _json({"code": "BAD_ANSWER", "message": f"{name} answered what is no JSON: {error}", "delivery": "answered"})


_open_cores: set[Core] = set()


def _at_exit() -> None:
    """Ends what is under way while threads can still run: later, one that comes back from the library could not."""
    cores = list(_open_cores)
    for core in cores:
        core.close()
    until = time.monotonic() + EXIT_SECONDS
    for core in cores:
        core.join(max(0.0, until - time.monotonic()))


atexit.register(_at_exit)
