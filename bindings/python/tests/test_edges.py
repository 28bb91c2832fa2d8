"""What is handed in that is not what it looks like, and is refused or made right."""

from __future__ import annotations

import asyncio
import copy
import math
import pickle
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest
from conftest import WAIT, picture, run_python, until
from PIL import Image as pil

import imagegen
from imagegen import _native


def decoded(file: imagegen.BytesLike) -> numpy.ndarray[Any, Any]:
    return numpy.asarray(imagegen.decode(file))


# ------------------------------------------------------------------------------------------------ memory


class Gate:
    """A store that looks at what it was given when it is told to."""

    capability: dict[str, Any] = {}

    def __init__(self) -> None:
        self.open = threading.Event()
        self.seen = b""

    def put(self, key: str, data: imagegen.Bytes, **_: Any) -> None:
        assert self.open.wait(WAIT)
        self.seen = bytes(memoryview(data))

    def get(self, key: str) -> bytes:
        return self.seen

    def head(self, key: str) -> None:
        return None

    def remove(self, key: str) -> None:
        return None

    def list(self, **_: Any) -> list[Any]:
        return []


def read_only_views(source: bytearray) -> list[Any]:
    array = numpy.frombuffer(source, "u1")
    array.flags.writeable = False
    return [memoryview(source).toreadonly(), memoryview(memoryview(source).toreadonly()), array]


@pytest.mark.parametrize("kind", range(3))
def test_a_read_only_view_of_memory_that_can_change_is_copied(kind: int) -> None:
    source, gate = bytearray(b"before" * 1000), Gate()
    until(lambda: _native.release_returned() == 0, "nothing is lent by others")
    with imagegen.Runtime(store=gate) as runtime:
        call = runtime.start("store.put", {"key": "k"}, inputs=[read_only_views(source)[kind]])
        assert _native.release_returned() == 0, "it is not lent"
        source[:6] = b"AFTER!"
        gate.open.set()
        call.result(WAIT)
    assert gate.seen == b"before" * 1000


def test_what_cannot_change_is_lent() -> None:
    gate = Gate()
    file = imagegen.encode(numpy.zeros((400, 400, 3), "u1"), "png", compression_level=0)
    with imagegen.Runtime(store=gate) as runtime:
        for given in (b"x" * 1000, memoryview(b"x" * 1000), file, memoryview(file)):
            gate.open.clear()
            call = runtime.start("store.put", {"key": "k"}, inputs=[given])
            assert _native.release_returned() > 0
            gate.open.set()
            call.result(WAIT)


@pytest.mark.parametrize("kind", [imagegen.Image, imagegen.Bytes, _native.Engine])
def test_no_object_is_made_of_memory_that_nobody_filled(kind: Any) -> None:
    for make in (kind, lambda: kind.__new__(kind), lambda: object.__new__(kind)):
        with pytest.raises(TypeError):
            make()


def test_bytes_and_images_are_pickled_and_copied() -> None:
    file = imagegen.encode(numpy.zeros((4, 6, 3), "u1"), "png")
    image = imagegen.decode(file)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(file, protocol))
        assert type(again) is imagegen.Bytes and again == file
        other = pickle.loads(pickle.dumps(image, protocol))
        assert (other.width, other.height, other.channels) == (6, 4, 3)
        assert bytes(memoryview(other)) == bytes(memoryview(image))
    assert copy.deepcopy(file) == file and bytes(copy.copy(file)) == bytes(file)
    assert imagegen.encode(copy.copy(image), "png") == file


# ---------------------------------------------------------------------------------------------- pictures


def encoders() -> list[Callable[..., Any]]:
    def by_runtime(pixels: Any, format: str = "png", **options: Any) -> Any:
        with imagegen.Runtime() as runtime:
            return runtime.images.encode(pixels, format=format, **options)

    return [imagegen.encode, by_runtime]


@pytest.mark.parametrize("encode", encoders(), ids=["here", "by a runtime"])
def test_16_bits_of_grey_keep_their_range(encode: Callable[..., Any]) -> None:
    values = numpy.array([[0, 255, 256, 32768, 65280, 65535]], "u2")
    for mode in ("I;16", "I;16B", "I;16L"):
        stored = values.astype(">u2" if mode == "I;16B" else "<u2").tobytes()
        image = pil.frombytes(mode, (6, 1), stored)
        assert decoded(encode(image, "png"))[0, :, 0].tolist() == [0, 0, 1, 128, 255, 255], mode


@pytest.mark.parametrize("encode", encoders(), ids=["here", "by a runtime"])
def test_numbers_without_a_range_are_refused(encode: Callable[..., Any]) -> None:
    for mode in ("I", "F"):
        with pytest.raises(ValueError, match=f"mode {mode} has numbers of no known range"):
            encode(pil.new(mode, (4, 4)), "png")


@pytest.mark.parametrize("encode", encoders(), ids=["here", "by a runtime"])
@pytest.mark.parametrize("kind", ["i1", "?", "u2", "f4"])
def test_arrays_of_other_numbers_are_refused(encode: Callable[..., Any], kind: str) -> None:
    with pytest.raises(TypeError, match=r"expected bytes \(uint8\), got format"):
        encode(numpy.ones((4, 4, 3), kind), "png")


@pytest.mark.parametrize("encode", encoders(), ids=["here", "by a runtime"])
def test_an_array_in_a_file_is_an_array(encode: Callable[..., Any], tmp_path: Path) -> None:
    mapped = numpy.memmap(tmp_path / "pixels", "u1", "w+", shape=(5, 7, 3))
    mapped[:] = numpy.arange(105, dtype="u1").reshape(5, 7, 3)
    assert (decoded(encode(mapped, "png")) == mapped).all()


# --------------------------------------------------------------------------------------------- arguments

WRONG_OPTIONS: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"quality": 101}, imagegen.InvalidArgumentError, "quality: expected a whole number in 0..100, got 101"),
    ({"quality": -1}, imagegen.InvalidArgumentError, "quality"),
    ({"quality": 90.5}, TypeError, "quality: expected a whole number in 0..100, got float"),
    ({"quality": "90"}, TypeError, "quality"),
    ({"quality": True}, TypeError, "quality"),
    ({"quality": math.nan}, TypeError, "quality"),
    ({"effort": 10**30}, imagegen.InvalidArgumentError, "effort"),
    ({"lossless": "no"}, TypeError, "lossless: expected True or False, got str"),
    ({"lossless": 1}, TypeError, "lossless"),
    ({"chroma_subsampling": 420}, TypeError, "chroma_subsampling"),
]


@pytest.mark.parametrize("encode", encoders(), ids=["here", "by a runtime"])
def test_options_of_an_encoder_are_checked(encode: Callable[..., Any]) -> None:
    pixels = numpy.zeros((4, 4, 3), "u1")
    for options, error, message in WRONG_OPTIONS:
        with pytest.raises(error, match=message):
            encode(pixels, "webp", **options)
    assert encode(pixels, "webp", quality=numpy.int64(50), lossless=False)


def test_limits_are_checked() -> None:
    file = picture()
    for name in ("max_bytes", "max_pixels", "max_decoded_bytes", "max_side", "max_time_ms"):
        for wrong in (-1, 2**40):
            with pytest.raises(imagegen.InvalidArgumentError, match=f"{name}: expected a whole number in 0..") as raised:
                imagegen.decode(file, **{name: wrong})
            assert raised.value.http_status == 400
        for kind in ("5", 1.5, None, True):
            with pytest.raises(TypeError, match=name):
                imagegen.decode(file, **{name: kind})  # type: ignore[arg-type]
    assert imagegen.decode(file, max_pixels=64 * 48, max_side=64).width == 64
    assert imagegen.decode(file, max_decoded_bytes=64 * 48 * 3).width == 64
    with pytest.raises(imagegen.LimitExceededError, match="max_decoded_bytes"):
        imagegen.decode(file, max_decoded_bytes=64 * 48 * 3 - 1)


@pytest.mark.parametrize("kind", [imagegen.Runtime, imagegen.AsyncRuntime])
def test_host_threads_are_checked(kind: Any) -> None:
    for wrong in (0, -1, 10_001):
        with pytest.raises(imagegen.InvalidArgumentError, match=r"host_threads: expected a whole number in 1\.\.10000"):
            kind(host_threads=wrong)
    for other in ("4", 1.5, None, True):
        with pytest.raises(TypeError, match="host_threads"):
            kind(host_threads=other)


def test_timeouts_are_checked() -> None:
    with imagegen.Runtime() as runtime:
        call = runtime.start("worker.run")
        waits: list[Callable[[Any], object]] = [
            lambda timeout: runtime.describe(timeout=timeout),
            call.result,
            call.exception,
            lambda timeout: list(call.progress(timeout)),
            runtime.close,
        ]
        for wait in waits:
            with pytest.raises(imagegen.InvalidArgumentError, match="timeout: expected a number of seconds, or None, got nan"):
                wait(math.nan)
            for wrong in ("5", True, [1]):
                with pytest.raises(TypeError, match="timeout: expected a number of seconds"):
                    wait(wrong)
        assert not runtime.closed
        for long in (1e300, math.inf, numpy.float32(60)):
            assert runtime.describe(timeout=float(long))["version"]
        call.cancel()
        other = threading.Thread(target=lambda: call.exception(1e300))  # not the main thread, which looks up now and then
        other.start()
        other.join(WAIT)
        assert not other.is_alive()


def test_timeouts_of_an_event_loop_are_checked() -> None:
    async def main() -> None:
        async with imagegen.AsyncRuntime() as runtime:
            waits: list[Callable[[Any], Any]] = [lambda timeout: runtime.describe(timeout=timeout), runtime.close]
            for wait in waits:
                with pytest.raises(imagegen.InvalidArgumentError):
                    await wait(math.nan)
                with pytest.raises(TypeError):
                    await wait("5")
            assert (await runtime.describe(timeout=1e300))["version"]

    asyncio.run(main())


# ------------------------------------------------------------------------------------------ interpreters

SUBINTERPRETER = """
import sys
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
if sys.argv[1] == "both":
    import imagegen
inside = interpreters.create()
program = '''
try:
    import imagegen
except ImportError as error:
    assert "subinterpreter" in str(error), error
    print("refused", flush=True)
'''
failure = interpreters.run_string(inside, program)
assert failure is None, failure
interpreters.destroy(inside)
"""


@pytest.mark.parametrize("where", ["both", "inside"])
def test_a_subinterpreter_is_told_that_it_cannot(where: str) -> None:
    ended = run_python(SUBINTERPRETER, where, timeout=WAIT)
    assert (ended.stdout.split(), ended.returncode) == (["refused"], 0), ended.stderr
