from __future__ import annotations

import signal
import threading
import time
from typing import Any

import pytest
from conftest import WAIT, MemoryStore, Stuck, make_pack, picture, run_python, until

import imagegen


def test_any_operation_by_its_name() -> None:
    with imagegen.Runtime() as runtime:
        put = runtime.call("store.put", {"key": "a/b", "contentType": "image/png"}, inputs=[b"12345"])
        assert put.result["sizeBytes"] == 5
        assert bytes(runtime.call("store.get", '{"key": "a/b"}').files[0]) == b"12345"


def test_store_methods() -> None:
    with imagegen.Runtime() as runtime:
        runtime.store.put("a/1", b"one", content_type="image/png")
        assert [info["key"] for info in runtime.store.list(prefix="a/")] == ["a/1"]
        head = runtime.store.head("a/1")
        assert head is not None and head["sizeBytes"] == 3
        with pytest.raises(imagegen.AlreadyExistsError):
            runtime.store.put("a/1", b"two", only_if_absent=True)
        assert runtime.store.url("a/1").endswith("a/1")
        runtime.store.remove("a/1")
        assert runtime.store.head("a/1") is None
        with pytest.raises(imagegen.NotFoundError):
            runtime.store.get("a/1")


def test_what_is_no_operation_or_no_request() -> None:
    with imagegen.Runtime() as runtime:
        with pytest.raises(imagegen.NotFoundError, match="heroes.degenerate"):
            runtime.call("heroes.degenerate")
        with pytest.raises(imagegen.InvalidArgumentError):
            runtime.call("jobs.get", "no json")
        with pytest.raises(imagegen.InvalidArgumentError, match="colour"):
            runtime.call("jobs.get", {"id": "x", "colour": "red"})
        with pytest.raises(imagegen.InvalidArgumentError):
            runtime.call("store.get", {"key": "\ud800"})
        with pytest.raises(TypeError):
            runtime.call("jobs.get", {"id": object()})
        with pytest.raises(TypeError):
            runtime.call("store.put", {"key": "a"}, inputs=["text"])  # type: ignore[list-item]


def test_one_buffer_is_one_input() -> None:
    with imagegen.Runtime() as runtime:
        assert runtime.call("images.inspect", inputs=picture()).result["format"] == "png"  # type: ignore[arg-type]


def test_cancel_ends_the_call() -> None:
    provider = Stuck()
    with imagegen.Runtime(provider=provider) as runtime:
        call = runtime.start("heroes.generate", {"workItemId": "wi-1", "lifestylePack": make_pack()})
        assert provider.began.wait(WAIT)
        assert not call.done()
        call.cancel()
        with pytest.raises(imagegen.CancelledError):
            call.result(WAIT)
        assert call.done()
        call.cancel()  # once more does nothing
        provider.go.set()


def test_a_timeout_cancels() -> None:
    provider = Stuck()
    with imagegen.Runtime(provider=provider) as runtime:
        with pytest.raises(imagegen.DeadlineExceededError) as caught:
            runtime.heroes.generate("wi-1", lifestyle_pack=make_pack(), timeout=0.2)
        assert (caught.value.operation, caught.value.http_status) == ("heroes.generate", 504)
        provider.go.set()


@pytest.mark.parametrize("timeout", [0, 0.0, -1, -0.5])
def test_no_time_left_starts_nothing(timeout: float) -> None:
    provider = Stuck()
    with imagegen.Runtime(provider=provider) as runtime:
        for call in (
            lambda: runtime.heroes.generate("wi-1", lifestyle_pack=make_pack(), timeout=timeout),
            lambda: runtime.describe(timeout=timeout),
            lambda: runtime.call("store.list", timeout=timeout),
            lambda: runtime.provider.submit("a", 64, 64, outside_the_ledger=True, timeout=timeout),
        ):
            with pytest.raises(imagegen.DeadlineExceededError) as caught:
                call()
            assert caught.value.retryable and not caught.value.spent
        assert not provider.began.is_set()
        assert runtime.spend.list()["purchases"] == []


def test_a_timeout_that_is_no_number_is_refused() -> None:
    with imagegen.Runtime() as runtime:
        with pytest.raises(imagegen.InvalidArgumentError, match="expected a number of seconds"):
            runtime.describe(timeout=float("nan"))
        assert runtime.describe(timeout=float("inf"))["version"]


def test_an_amount_that_is_no_number_is_named() -> None:
    with imagegen.Runtime() as runtime:
        for amount in (float("nan"), float("inf")):
            with pytest.raises(ValueError, match="budget: expected a finite number"):
                runtime.heroes.generate("wi-1", lifestyle_pack=make_pack(), budget=amount)
        for amount in (-1, 1e10, 1e-10):
            with pytest.raises(imagegen.InvalidArgumentError, match="budget: expected US dollars from 0 to"):
                runtime.heroes.generate("wi-1", lifestyle_pack=make_pack(), budget=amount)
    with pytest.raises(ValueError, match="budgets.user: expected a finite number"):
        imagegen.Runtime({"budgets": {"user": float("nan")}})


def test_packs_that_do_not_answer_are_left_at_once_and_once() -> None:
    go = threading.Event()

    def packs(work_item_id: str) -> None:
        go.wait(WAIT)

    with imagegen.Runtime(lifestyle_packs=packs) as runtime:
        began = time.monotonic()
        with pytest.raises(imagegen.DeadlineExceededError) as caught:
            runtime.heroes.generate("wi-1", timeout=0.1)
        assert time.monotonic() - began < 9, "not until the end of another time limit"
        assert not caught.value.spent
        go.set()


def test_a_purchase_whose_outcome_is_unknown_is_settled() -> None:
    class Broken(Stuck):
        def submit(self, prompt: str, width: int, height: int) -> list[bytes]:
            raise RuntimeError("the socket broke")

    with imagegen.Runtime(provider=Broken()) as runtime:
        with pytest.raises(imagegen.Error):
            runtime.heroes.generate("wi-1", lifestyle_pack=make_pack())
        (bought, *_) = runtime.spend.list()["purchases"]
        settled = runtime.spend.settle(bought["id"], "settled", actual_usd=0.25, note="on the bill")
        assert (settled["state"], settled["actualUsd"], settled["note"]) == ("settled", 0.25, "on the bill")
        with pytest.raises(imagegen.ConflictError):
            runtime.spend.settle(bought["id"], "released")


def test_to_wait_too_short_for_a_result_does_not_cancel() -> None:
    provider = Stuck()
    with imagegen.Runtime(provider=provider) as runtime:
        call = runtime.start("heroes.generate", {"workItemId": "wi-1", "lifestylePack": make_pack()})
        with pytest.raises(TimeoutError):
            call.result(0.01)
        provider.go.set()
        assert call.result(WAIT).result["ok"] is True
        assert call.exception() is None


def test_progress_is_an_iterator_from_the_beginning() -> None:
    with imagegen.Runtime() as runtime:
        call = runtime.start("heroes.generate", {"workItemId": "wi-1", "lifestylePack": make_pack(2)})
        call.result(WAIT)
        assert [news["stage"] for news in call.progress()][-1] == "fileDone"


def test_an_exception_in_the_progress_function_cancels_and_comes_out() -> None:
    def refuse(news: imagegen.HeroProgress) -> None:
        raise RuntimeError("enough")

    with imagegen.Runtime() as runtime, pytest.raises(RuntimeError, match="enough"):
        runtime.heroes.generate("wi-1", lifestyle_pack=make_pack(2), on_progress=refuse)


def test_an_interrupt_cancels_the_call() -> None:
    provider = Stuck()

    def interrupt() -> None:
        assert provider.began.wait(WAIT)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with imagegen.Runtime(provider=provider) as runtime:
        with pytest.raises(KeyboardInterrupt):
            runtime.heroes.generate("wi-1", lifestyle_pack=make_pack())
        assert runtime._core._calls == {}
        provider.go.set()


def test_a_worker_runs_until_it_is_cancelled() -> None:
    with imagegen.Runtime({"worker": {"pollMs": 50}, "prompts": {"width": 64, "height": 64}}) as runtime:
        work = runtime.start("worker.run")
        job = runtime.prompts.execute("hero", "a boat", "A boat.")["jobId"]
        until(lambda: runtime.prompts.get(job)["status"] == "DONE", "the job is done")
        assert not work.done()
        work.cancel()
        try:
            work.result(WAIT)
        except imagegen.CancelledError:
            pass  # either is an end


def test_a_closed_runtime_takes_nothing_and_its_calls_have_ended() -> None:
    provider = Stuck()
    runtime = imagegen.Runtime(provider=provider)
    call = runtime.start("heroes.generate", {"workItemId": "wi-1", "lifestylePack": make_pack()})
    assert provider.began.wait(WAIT)
    assert runtime.close()
    assert isinstance(call.exception(WAIT), imagegen.CancelledError)
    with pytest.raises(imagegen.CancelledError):
        runtime.describe()
    assert runtime.close() and runtime.closed
    provider.go.set()


def test_calls_of_many_threads_at_once() -> None:
    store = MemoryStore()
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(20):
                runtime.store.put(f"{number}/{turn}", str(turn).encode())
                assert bytes(runtime.store.get(f"{number}/{turn}")) == str(turn).encode()
        except BaseException as error:
            failures.append(error)

    with imagegen.Runtime(store=store) as runtime:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []
    assert len(store.objects) == 160


def test_a_host_part_that_misses_something_is_refused_at_once() -> None:
    class Careless(MemoryStore):
        def put(self, key: str, data: bytes) -> None:  # type: ignore[override]
            pass

    class Demanding(MemoryStore):
        def get(self, key: str, colour: str) -> bytes:  # type: ignore[override]
            return b""

    class Half:
        def get(self, key: str) -> bytes:
            return b""

    with pytest.raises(imagegen.InvalidArgumentError, match="only_if_absent"):
        imagegen.Runtime(store=Careless())
    with pytest.raises(imagegen.InvalidArgumentError, match="colour"):
        imagegen.Runtime(store=Demanding())
    with pytest.raises(imagegen.InvalidArgumentError, match="put"):
        imagegen.Runtime(store=Half())


def test_a_function_that_takes_other_arguments_is_refused_at_once() -> None:
    async def enhance(intent: str, prompt: str) -> str:
        return prompt

    for kind in (imagegen.Runtime, imagegen.AsyncRuntime):
        with pytest.raises(imagegen.InvalidArgumentError, match=r"enhancer.*\(intent, prompt, max_chars\)"):
            kind(enhancer=enhance)
        with pytest.raises(imagegen.InvalidArgumentError, match="lifestylePacks"):
            kind(lifestyle_packs=lambda: None)


def test_a_bad_configuration_has_all_its_faults() -> None:
    config: dict[str, Any] = {"threads": 0, "colour": "red"}
    with pytest.raises(imagegen.InvalidArgumentError) as caught:
        imagegen.Runtime(config)
    assert "threads" in str(caught.value) and "colour" in str(caught.value)


def test_an_uninterrupted_program_says_nothing() -> None:
    ended = run_python("import imagegen\nwith imagegen.Runtime() as r: print(r.describe()['version'])")
    assert (ended.returncode, ended.stdout.strip(), ended.stderr) == (0, imagegen.__version__, "")
