"""What a host does wrong becomes an error of the call that asked; nothing hangs, nothing is lost."""

from __future__ import annotations

import asyncio
import inspect
import threading
from typing import Any

import pytest
from conftest import WAIT, AsyncMemoryStore, MemoryStore, Provider, Stuck, make_pack, until

import imagegen


def failing_store(error: BaseException) -> MemoryStore:
    class Failing(MemoryStore):
        def get(self, key: str) -> bytes:
            raise error

    return Failing()


def failing_async_store(error: BaseException) -> AsyncMemoryStore:
    class Failing(AsyncMemoryStore):
        async def get(self, key: str) -> bytes:
            raise error

    return Failing()


@pytest.mark.parametrize("make", [failing_store, failing_async_store])
def test_an_error_keeps_what_it_says(make: Any) -> None:
    error = imagegen.RateLimitedError("not so fast", retryable=True, retry_after=2.5)
    with imagegen.Runtime(store=make(error)) as runtime, pytest.raises(imagegen.RateLimitedError) as caught:
        runtime.store.get("a")
    assert "not so fast" in caught.value.message
    assert (caught.value.retryable, caught.value.retry_after) == (True, 2.5)


@pytest.mark.parametrize("make", [failing_store, failing_async_store])
def test_any_other_exception_is_internal_and_named(make: Any) -> None:
    with imagegen.Runtime(store=make(ZeroDivisionError("by zero"))) as runtime:
        with pytest.raises(imagegen.InternalError, match="ZeroDivisionError: by zero"):
            runtime.store.get("a")
        assert runtime.describe()["version"]  # and everything goes on


@pytest.mark.parametrize("error", [SystemExit(1), KeyboardInterrupt(), asyncio.CancelledError()])
def test_not_even_the_end_of_a_thread_hangs_the_call(error: BaseException) -> None:
    with imagegen.Runtime(store=failing_store(error)) as runtime, pytest.raises(imagegen.Error):
        runtime.call("store.get", {"key": "a"}, timeout=WAIT)


def test_a_refusal_of_the_provider_is_told_for_the_shot() -> None:
    class Refuses(Provider):
        def submit(self, **asked: Any) -> list[bytes]:
            raise imagegen.ContentRefusedError("no cards", delivery="answered", provider_text="theirs")

    with imagegen.Runtime(provider=Refuses()) as runtime, pytest.raises(imagegen.ContentRefusedError) as caught:
        runtime.heroes.generate("wi-1", lifestyle_pack=make_pack())
    (failed,) = caught.value.body["details"]["failed"]
    assert (failed["error"], failed["shot_id"]) == ("CONTENT_REFUSED", "S-1")
    assert caught.value.http_status == 502


@pytest.mark.parametrize("answer", ["text", 7, {"no": "bytes"}])
def test_an_answer_of_the_wrong_kind_is_a_bad_answer(answer: object) -> None:
    class Wrong(MemoryStore):
        def get(self, key: str) -> Any:
            return answer

    with imagegen.Runtime(store=Wrong()) as runtime, pytest.raises(imagegen.BadAnswerError):
        runtime.store.get("a")


@pytest.mark.parametrize("answer", [{"sizeBytes": "many"}, {"etag": {1, 2}}, {"sizeBytes": float("nan")}, ["etag"]])
def test_a_document_outside_the_contract_is_a_bad_answer(answer: object) -> None:
    class Wrong(MemoryStore):
        def head(self, key: str) -> Any:
            return answer

    with imagegen.Runtime(store=Wrong()) as runtime, pytest.raises(imagegen.BadAnswerError):
        runtime.store.head("a")


def test_a_method_that_never_answers_meets_the_deadline() -> None:
    go = threading.Event()

    class Never(MemoryStore):
        def get(self, key: str) -> bytes:
            go.wait(WAIT)
            return b"too late"

    with imagegen.Runtime({"hostTimeoutMs": 200}, store=Never()) as runtime:
        with pytest.raises(imagegen.DeadlineExceededError):
            runtime.store.get("a")
        go.set()
        assert runtime.store.head("a") is None


def test_a_coroutine_that_never_answers_meets_the_deadline_and_is_cancelled() -> None:
    cancelled = threading.Event()

    class Never(AsyncMemoryStore):
        async def get(self, key: str) -> bytes:
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()
            return b""

    with imagegen.Runtime({"hostTimeoutMs": 200}, store=Never()) as runtime:
        with pytest.raises(imagegen.DeadlineExceededError):
            runtime.store.get("a")
        assert cancelled.wait(WAIT)


def test_an_async_function_that_cannot_even_be_called_fails_the_call() -> None:
    async def find(work_item_id: str, colour: str) -> None:
        pass

    find.__signature__ = inspect.signature(lambda work_item_id: None)  # type: ignore[attr-defined]  # as a decorator may
    with imagegen.Runtime(lifestyle_packs=find) as runtime, pytest.raises(imagegen.InternalError, match="TypeError.*colour"):
        runtime.heroes.generate("wi-1", timeout=WAIT)

    async def main() -> None:
        async with imagegen.AsyncRuntime(lifestyle_packs=find) as runtime:
            with pytest.raises(imagegen.InternalError, match="TypeError.*colour"):
                await runtime.heroes.generate("wi-1", timeout=WAIT)

    asyncio.run(main())


class Speechless(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


@pytest.mark.parametrize("make", [failing_store, failing_async_store])
def test_an_exception_without_a_text_is_named(make: Any) -> None:
    with imagegen.Runtime(store=make(Speechless())) as runtime, pytest.raises(imagegen.InternalError, match="Speechless"):
        runtime.call("store.get", {"key": "a"}, timeout=WAIT)


def test_an_answer_that_raises_while_it_is_read_fails_the_call() -> None:
    class Breaks(AsyncMemoryStore):
        async def list(self, prefix: str, limit: int, after: str) -> Any:
            return (1 // 0 for _ in range(1))

    with imagegen.Runtime(store=Breaks()) as runtime, pytest.raises(imagegen.InternalError, match="ZeroDivisionError"):
        runtime.store.list(timeout=WAIT)


def test_what_waits_for_a_thread_is_not_called_when_nobody_waits_for_it() -> None:
    provider = Stuck()
    asked = []

    class Counts(MemoryStore):
        def get(self, key: str) -> bytes:
            asked.append(key)
            provider.go.wait(WAIT)
            return b""

    with imagegen.Runtime({"hostTimeoutMs": 200}, store=Counts(), host_threads=1) as runtime:
        calls = [runtime.start("store.get", {"key": key}) for key in ("a", "b")]
        for call in calls:
            assert isinstance(call.exception(WAIT), imagegen.DeadlineExceededError)
        provider.go.set()
        assert runtime.store.head("x") is None
    assert asked == ["a"]


def test_a_method_may_call_its_own_runtime() -> None:
    class Renders(MemoryStore):
        runtime: imagegen.Runtime

        def put(self, key: str, data: imagegen.Bytes, only_if_absent: bool) -> None:
            if key.startswith("t/"):
                (small,) = self.runtime.images.render(data, [{"width": 8, "height": 8, "format": "png"}])
                super().put("small/" + key, small.data, only_if_absent)
            super().put(key, data, only_if_absent)

    store = Renders()
    with imagegen.Runtime(store=store) as runtime:
        store.runtime = runtime
        runtime.heroes.generate("wi-1", lifestyle_pack=make_pack(3))
    assert sum(key.startswith("small/") for key in store.objects) == 3


def test_methods_that_wait_for_methods_leave_them_a_thread() -> None:
    def ours() -> int:
        return sum(thread.name.startswith("imagegen-host") for thread in threading.enumerate())

    class Asks(MemoryStore):
        runtime: imagegen.Runtime

        def put(self, key: str, data: imagegen.Bytes, only_if_absent: bool) -> None:
            assert self.runtime.store.head(key, timeout=WAIT) is None
            super().put(key, data, only_if_absent)

    store = Asks()
    with imagegen.Runtime(store=store, host_threads=1) as runtime:
        store.runtime = runtime
        calls = [runtime.start("store.put", {"key": key}, inputs=[b"x"]) for key in "abc"]
        for call in calls:
            call.result(WAIT)
        until(lambda: ours() <= 1, "no more threads than are allowed")
        assert runtime.store.list()[2]["key"] == "c"


def test_a_store_that_fails_once_is_no_end_of_the_run() -> None:
    class Flaky(MemoryStore):
        failed = False

        def put(self, key: str, data: imagegen.Bytes, only_if_absent: bool) -> None:
            if key.startswith("t/S-2") and not self.failed:
                self.failed = True
                raise OSError("disk")
            super().put(key, data, only_if_absent)

    with imagegen.Runtime(store=Flaky()) as runtime:
        first = runtime.heroes.generate("wi-1", lifestyle_pack=make_pack(2))
        assert [failed["shot_id"] for failed in first["failed"]] == ["S-2"]
        again = runtime.heroes.generate("wi-1", lifestyle_pack=make_pack(2))
        assert [made["shot_id"] for made in again["generated"]] == ["S-2"]


def test_an_event_that_was_not_taken_comes_again() -> None:
    heard: list[dict[str, Any]] = []

    def deliver(event: dict[str, Any]) -> None:
        heard.append(event)
        if len(heard) == 1:
            raise OSError("busy")

    with imagegen.Runtime({"prompts": {"width": 64, "height": 64}, "worker": {"pollMs": 50}}, events=deliver) as runtime:
        runtime.prompts.execute("hero", "a boat", "A boat.")
        runtime.start("worker.run")
        until(lambda: len(heard) >= 2, "the event once more")
    assert heard[0]["id"] == heard[1]["id"]
