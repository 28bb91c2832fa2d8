from __future__ import annotations

import asyncio
import gc
import threading
import warnings
from typing import Any

import pytest
from conftest import WAIT, AsyncMemoryStore, AsyncProvider, MemoryStore, Stuck, make_pack

import imagegen


def test_the_same_methods_as_coroutines() -> None:
    async def main() -> None:
        async with imagegen.AsyncRuntime() as runtime:
            made = await runtime.heroes.generate("wi-1", lifestyle_pack=make_pack())
            assert len(made["generated"]) == 1
            file = await runtime.store.get(made["generated"][0]["filename"])
            assert (await runtime.images.inspect(file))["format"] == "webp"
            assert (await runtime.call("runtime.describe")).result["version"] == imagegen.__version__

    asyncio.run(main())


def test_errors_are_raised_where_they_are_awaited() -> None:
    async def main() -> None:
        async with imagegen.AsyncRuntime() as runtime:
            with pytest.raises(imagegen.NotFoundError):
                await runtime.heroes.generate("wi-1")
            with pytest.raises(imagegen.NotFoundError):
                await runtime.call("no.such")

    asyncio.run(main())


def test_many_calls_at_once() -> None:
    async def main() -> None:
        async with imagegen.AsyncRuntime() as runtime:
            await asyncio.gather(*(runtime.store.put(f"k/{n}", str(n).encode()) for n in range(300)))
            files = await asyncio.gather(*(runtime.store.get(f"k/{n}") for n in range(300)))
            assert [bytes(file) for file in files] == [str(n).encode() for n in range(300)]

    asyncio.run(main())


def test_a_cancelled_task_cancels_its_call_and_waits_for_its_end() -> None:
    provider = Stuck()

    async def main() -> None:
        async with imagegen.AsyncRuntime(provider=provider) as runtime:
            task = asyncio.create_task(runtime.heroes.generate("wi-1", lifestyle_pack=make_pack()))
            await asyncio.to_thread(provider.began.wait, WAIT)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert runtime._core._calls == {}
            provider.go.set()

    asyncio.run(main())


def test_wait_for_and_timeouts_cancel() -> None:
    provider = Stuck()

    async def main() -> None:
        async with imagegen.AsyncRuntime(provider=provider) as runtime:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(runtime.heroes.generate("wi-1", lifestyle_pack=make_pack()), 0.1)
            with pytest.raises(imagegen.DeadlineExceededError):
                await runtime.heroes.generate("wi-1", lifestyle_pack=make_pack(), timeout=0.1)
            assert runtime._core._calls == {}
            provider.go.set()

    asyncio.run(main())


def test_progress_by_function_and_by_iterator() -> None:
    async def main() -> None:
        told: list[imagegen.HeroProgress] = []
        async with imagegen.AsyncRuntime() as runtime:
            await runtime.heroes.generate("wi-1", lifestyle_pack=make_pack(2), on_progress=told.append)
            call = runtime.start("heroes.generate", {"workItemId": "wi-2", "lifestylePack": make_pack(2, (32, 32))})
            seen = [news async for news in call.progress()]
            assert (await call).result["ok"] and call.done()
        assert told[-1]["filesDone"] == seen[-1]["filesDone"] == 2

    asyncio.run(main())


def test_an_exception_in_the_progress_function_comes_out() -> None:
    def refuse(news: imagegen.HeroProgress) -> None:
        raise RuntimeError("enough")

    async def main() -> None:
        async with imagegen.AsyncRuntime() as runtime:
            with pytest.raises(RuntimeError, match="enough"):
                await runtime.heroes.generate("wi-1", lifestyle_pack=make_pack(2), on_progress=refuse)

    asyncio.run(main())


def test_async_methods_run_on_the_loop_and_sync_ones_do_not() -> None:
    async def threads_of(store: MemoryStore | AsyncMemoryStore) -> set[str]:
        async with imagegen.AsyncRuntime(store=store) as runtime:
            await runtime.store.put("a", b"1")
        return store.threads

    main = threading.main_thread().name
    assert asyncio.run(threads_of(AsyncMemoryStore())) == {main}
    assert main not in asyncio.run(threads_of(MemoryStore()))


def test_a_cancelled_call_cancels_the_async_method_that_works_for_it() -> None:
    class Patient(AsyncProvider):
        def __init__(self) -> None:
            super().__init__()
            self.began = asyncio.Event()
            self.cancelled = asyncio.Event()

        async def submit(self, **asked: Any) -> list[bytes]:  # type: ignore[override]
            self.began.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.cancelled.set()
                raise
            return []

    async def main() -> None:
        provider = Patient()
        async with imagegen.AsyncRuntime(provider=provider) as runtime:
            task = asyncio.create_task(runtime.heroes.generate("wi-1", lifestyle_pack=make_pack()))
            await asyncio.wait_for(provider.began.wait(), WAIT)
            task.cancel()
            await asyncio.wait_for(provider.cancelled.wait(), WAIT)
            await asyncio.wait([task], timeout=WAIT)

    asyncio.run(main())


def test_an_async_method_may_call_the_runtime_again() -> None:
    class Renders(AsyncMemoryStore):
        runtime: imagegen.AsyncRuntime
        formats: list[str] = []

        async def put(self, key: str, data: imagegen.Bytes, only_if_absent: bool) -> None:
            self.formats.append((await self.runtime.images.inspect(data))["format"])
            await super().put(key, data, only_if_absent)

    async def main() -> None:
        store = Renders()
        async with imagegen.AsyncRuntime(store=store) as runtime:
            store.runtime = runtime
            await runtime.heroes.generate("wi-1", lifestyle_pack=make_pack())
        assert "webp" in store.formats

    asyncio.run(main())


def test_close_ends_what_runs() -> None:
    provider = Stuck()

    async def main() -> None:
        runtime = imagegen.AsyncRuntime(provider=provider)
        task = asyncio.create_task(runtime.heroes.generate("wi-1", lifestyle_pack=make_pack()))
        await asyncio.to_thread(provider.began.wait, WAIT)
        assert await runtime.close()
        with pytest.raises(imagegen.CancelledError):
            await task
        assert await runtime.close()
        provider.go.set()

    asyncio.run(main())


def test_a_loop_that_ends_first_leaves_nothing_behind() -> None:
    provider = Stuck()
    kept: list[imagegen.AsyncRuntime] = []

    async def main() -> None:
        runtime = imagegen.AsyncRuntime(provider=provider, store=AsyncMemoryStore())
        kept.append(runtime)
        runtime.start("heroes.generate", {"workItemId": "wi-1", "lifestylePack": make_pack()})
        await asyncio.to_thread(provider.began.wait, WAIT)

    asyncio.run(main())
    core = kept[0]._core
    provider.go.set()  # the work goes on, and asks a store whose loop is closed
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        kept.clear()
        gc.collect()
    assert core.join(WAIT)


def test_one_runtime_in_two_loops_after_each_other() -> None:
    runtime = imagegen.AsyncRuntime(store=AsyncMemoryStore())

    async def put(key: str) -> None:
        await runtime.store.put(key, b"x")

    asyncio.run(put("a"))
    asyncio.run(put("b"))

    async def close() -> None:
        assert await runtime.close()

    asyncio.run(close())


def test_async_parts_are_for_one_running_loop_at_a_time() -> None:
    async def main(store: MemoryStore | AsyncMemoryStore) -> None:
        async with imagegen.AsyncRuntime(store=store) as runtime:
            await runtime.store.put("a", b"x")
            await asyncio.to_thread(lambda: asyncio.run(runtime.store.put("b", b"x")))

    asyncio.run(main(MemoryStore()))
    with pytest.raises(imagegen.UnsupportedError, match="another event loop"):
        asyncio.run(main(AsyncMemoryStore()))


def test_the_loop_goes_on_while_pictures_are_rendered(greeting_cards: dict[str, Any]) -> None:
    """Counted in turns of the loop, not in seconds."""

    async def main() -> None:
        turns = 0

        async def turn() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0.001)

        async with imagegen.AsyncRuntime() as runtime:
            other = asyncio.create_task(turn())
            await runtime.heroes.generate("wi-1", lifestyle_pack=greeting_cards)
            other.cancel()
        assert turns > 20

    asyncio.run(main())


def test_a_bad_configuration_raises_where_it_is_opened() -> None:
    async def main() -> None:
        runtime = imagegen.AsyncRuntime({"threads": 0})
        with pytest.raises(imagegen.InvalidArgumentError, match="threads"):
            async with runtime:
                pass
        with pytest.raises(imagegen.InvalidArgumentError, match="threads"):
            await runtime.describe()

    asyncio.run(main())


def test_one_that_was_never_used_closes_and_then_takes_nothing() -> None:
    async def main() -> None:
        runtime = imagegen.AsyncRuntime()
        assert await runtime.close() and runtime.closed
        with pytest.raises(imagegen.CancelledError):
            await runtime.describe()

    asyncio.run(main())


def test_first_calls_at_once_open_it_once() -> None:
    async def main() -> None:
        runtime = imagegen.AsyncRuntime()
        await asyncio.gather(*(runtime.describe() for _ in range(5)))
        assert await runtime.close()

    asyncio.run(main())
