"""Nothing is kept longer than it is needed, and nothing is let go of too early."""

from __future__ import annotations

import gc
import resource
import threading
import weakref
from typing import Any

import numpy
import pytest
from conftest import WAIT, MemoryStore, Stuck, make_pack, picture, run_python, until

import imagegen
from imagegen import _core, _native


def test_an_input_is_kept_until_its_call_has_ended_and_no_longer() -> None:
    with imagegen.Runtime() as runtime:
        data = numpy.frombuffer(picture(300, 200), "u1").copy()
        data.setflags(write=False)  # else it would be copied
        freed = weakref.ref(data)
        call = runtime.start("images.inspect", inputs=[data])
        del data
        gc.collect()
        assert call.result(WAIT).result["width"] == 300
        until(lambda: freed() is None, "the input is let go of")


@pytest.mark.parametrize(
    "use",
    [
        "imagegen.decode(data)",
        "other == data",
        "try: imagegen.decode(data, max_pixels=10)\nexcept imagegen.LimitExceededError: pass",
    ],
)
def test_without_a_runtime_nothing_keeps_an_input_either(use: str) -> None:
    """In a process of its own: there no thread lets go of what calls have left."""
    program = f"""
import gc, weakref, numpy, imagegen
other = imagegen.encode(memoryview(bytes(300)).cast("B", (10, 10, 3)), "png")
data = numpy.frombuffer(bytes(other), "u1").copy()
data.setflags(write=False)
freed = weakref.ref(data)
{use}
del data
gc.collect()
assert freed() is None
"""
    ended = run_python(program)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_call_that_is_refused_keeps_no_input() -> None:
    runtime = imagegen.Runtime()
    runtime.close()
    data = numpy.frombuffer(picture(), "u1").copy()
    data.setflags(write=False)
    freed = weakref.ref(data)
    with pytest.raises(imagegen.CancelledError):
        runtime.start("images.inspect", inputs=[data])
    del data
    gc.collect()
    assert freed() is None


def test_an_input_that_can_be_written_to_is_not_locked() -> None:
    with imagegen.Runtime() as runtime:
        data = bytearray(picture())
        call = runtime.start("images.inspect", inputs=[data])
        data.clear()  # would be a BufferError if it were lent
        assert call.result(WAIT).result["format"] == "png"


def test_a_file_outlives_its_runtime() -> None:
    with imagegen.Runtime() as runtime:
        runtime.store.put("a", b"0123456789" * 100)
        view = memoryview(runtime.store.get("a"))
    del runtime
    gc.collect()
    assert bytes(view) == b"0123456789" * 100


def test_a_forgotten_runtime_is_closed_and_says_so() -> None:
    runtime = imagegen.Runtime()
    core = runtime._core
    with pytest.warns(ResourceWarning, match="unclosed imagegen.Runtime"):
        del runtime
        gc.collect()
    assert core.join(WAIT) and core not in _core._open_cores


def test_a_forgotten_runtime_with_work_in_flight_ends_it() -> None:
    provider = Stuck()
    runtime = imagegen.Runtime(provider=provider)
    call = runtime.start("heroes.generate", {"workItemId": "wi-1", "lifestylePack": make_pack()})
    assert provider.began.wait(WAIT)
    with pytest.warns(ResourceWarning):
        del runtime
        gc.collect()
    assert isinstance(call.exception(WAIT), imagegen.CancelledError)
    provider.go.set()


def test_closing_leaves_no_thread_behind() -> None:
    def ours() -> list[str]:
        return [thread.name for thread in threading.enumerate() if thread.name.startswith("imagegen")]

    _before = set(ours())
    for _ in range(5):
        with imagegen.Runtime(store=MemoryStore()) as runtime:
            runtime.store.put("a", b"x")
    until(lambda: set(ours()) <= _before, "the threads have ended")


def resident() -> int:
    """Bytes of memory in use now."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


@pytest.mark.parametrize("what", ["calls", "files", "hosts", "errors", "images"])
def test_nothing_grows(what: str) -> None:
    file = picture(256, 256)
    store = MemoryStore()

    def turn(runtime: imagegen.Runtime) -> None:
        if what == "calls":
            runtime.describe()
        elif what == "files":
            runtime.images.render(file, [{"width": 200, "height": 200, "format": "png"}])
        elif what == "hosts":
            runtime.store.put("a", file)
            runtime.store.get("a")
        elif what == "errors":
            with pytest.raises(imagegen.NotFoundError):
                runtime.store.get("none")
        else:
            imagegen.encode(imagegen.decode(file), "png")

    turns = 40 if what in ("files", "images") else 400
    with imagegen.Runtime(store=store) as runtime:
        for _ in range(turns):
            turn(runtime)
        until(lambda: _native.release_returned() == 0, "everything is given back")
        gc.collect()
        before = resident()
        for _ in range(3 * turns):
            turn(runtime)
        gc.collect()
        assert resident() - before < 8 << 20
        assert runtime._core._calls == {} and runtime._core._asked == {}


def test_opening_and_closing_does_not_grow() -> None:
    def turn() -> None:
        with imagegen.Runtime(store=MemoryStore(), config={"threads": 2}) as runtime:
            runtime.heroes.generate("wi-1", lifestyle_pack=make_pack(), dry_run=True)

    for _ in range(20):
        turn()
    gc.collect()
    before = resident()
    for _ in range(60):
        turn()
    gc.collect()
    assert resident() - before < 8 << 20


def test_objects_go_when_their_calls_have_ended() -> None:
    gc.collect()
    calls: list[weakref.ref[Any]] = []
    with imagegen.Runtime() as runtime:
        for _ in range(50):
            call = runtime.start("runtime.describe")
            calls.append(weakref.ref(call))
            call.result(WAIT)
        del call
        gc.collect()
        assert [ref for ref in calls if ref() is not None] == []
