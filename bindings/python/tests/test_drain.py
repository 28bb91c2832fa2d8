from __future__ import annotations

import asyncio
import signal
import threading

from conftest import WAIT, MemoryStore, Provider, make_pack, picture, until

import imagegen

CONFIG = {"worker": {"pollMs": 20}, "prompts": {"width": 64, "height": 64}}


class Held:
    """A provider that is asked twice, and answers when the test says so."""

    capability = Provider.capability

    def __init__(self) -> None:
        self.asked = 0
        self.both = threading.Barrier(3)
        self.go = threading.Event()

    def submit(self, prompt: str, width: int, height: int) -> list[bytes]:
        self.asked += 1
        self.both.wait(WAIT)
        self.go.wait(WAIT)
        return [picture(width, height)]


def queue(runtime: imagegen.Runtime, jobs: int) -> None:
    for _ in range(jobs):
        runtime.prompts.execute("hero", "a boat", "A boat.")


def test_a_drained_worker_finishes_the_two_that_run_and_leaves_the_third() -> None:
    provider = Held()
    with imagegen.Runtime(CONFIG, provider=provider) as runtime:
        queue(runtime, 3)
        work = runtime.start("worker.run", {"concurrency": 2})
        provider.both.wait(WAIT)
        work.drain()
        provider.go.set()
        result = work.result(WAIT).result
        assert result["drained"] and result["succeeded"] == 2
        assert provider.asked == 2
        assert len(runtime.jobs.list(state="queued")["jobs"]) == 1
        work.drain()  # one that has ended is fine


def test_a_drain_is_fit_for_a_signal_handler() -> None:
    provider, drain = Held(), imagegen.Drain()
    before = signal.signal(signal.SIGTERM, lambda *_: drain.request())
    main = threading.main_thread().ident or 0

    def terminate() -> None:
        provider.both.wait(WAIT)
        signal.pthread_kill(main, signal.SIGTERM)
        until(lambda: drain.requested, "the signal is handled")
        provider.go.set()

    threading.Thread(target=terminate).start()
    try:
        with imagegen.Runtime(CONFIG, provider=provider) as runtime:
            queue(runtime, 3)
            assert runtime.worker.run(concurrency=2, drain=drain)["jobs"] == 2
            assert runtime.worker.run(drain=drain)["jobs"] == 0, "it stays requested"
            assert provider.asked == 2
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_worker_on_an_event_loop_drains() -> None:
    provider, drain = Held(), imagegen.Drain()

    async def main() -> None:
        async with imagegen.AsyncRuntime(CONFIG, provider=provider) as runtime:
            for _ in range(3):
                await runtime.prompts.execute("hero", "a boat", "A boat.")
            work = asyncio.create_task(runtime.worker.run(concurrency=2, drain=drain))
            await asyncio.to_thread(provider.both.wait, WAIT)
            drain.request()
            provider.go.set()
            assert (await work)["succeeded"] == 2
            assert len((await runtime.jobs.list(state="queued"))["jobs"]) == 1

    asyncio.run(main())


def test_what_does_not_know_how_is_cancelled_and_a_drain_forgets_what_has_ended() -> None:
    began, go = threading.Event(), threading.Event()

    class Store(MemoryStore):
        def get(self, key: str) -> bytes | None:
            began.set()
            go.wait(WAIT)
            return b""

    drain = imagegen.Drain()
    with imagegen.Runtime(store=Store()) as runtime:
        call = runtime.start("store.get", {"key": "a"})
        assert began.wait(WAIT)
        call.drain()
        assert isinstance(call.exception(WAIT), imagegen.CancelledError)
        go.set()
        runtime.call("runtime.describe", drain=drain)
    assert drain._calls == {}


def test_drained_heroes_buy_no_further_picture() -> None:
    drain = imagegen.Drain()
    asked: list[str] = []

    class Two:
        capability = Provider.capability

        def submit(self, prompt: str, width: int, height: int) -> list[bytes]:
            asked.append(prompt)
            drain.request()
            return [picture(width, height)]

    pack = make_pack()
    for rows in (pack["export_plan"], pack["shot_boards"]):
        other = {"shot_id": "other", "filename": "other.webp"} if "filename" in rows[0] else {"shot_id": "other"}
        rows.append({**rows[0], **other})
    with imagegen.Runtime({"heroes": {"maxConcurrentShots": 1}}, provider=Two()) as runtime:
        made = runtime.heroes.generate("wi-1", lifestyle_pack=pack, drain=drain)
    assert len(asked) == 1
    assert [failure["error"] for failure in made["failed"]] == ["CANCELLED"]
