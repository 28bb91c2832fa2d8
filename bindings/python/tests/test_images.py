from __future__ import annotations

import array
import io
import sys
import threading
from typing import Any

import numpy
import pytest
from conftest import picture
from PIL import Image as pil

import imagegen

Array = numpy.ndarray[Any, numpy.dtype[numpy.uint8]]


def gradient(height: int = 48, width: int = 64, channels: int = 3) -> Array:
    values = numpy.arange(height * width * channels, dtype=numpy.uint32).reshape(height, width, channels)
    return (values * 7 % 251).astype(numpy.uint8)


def test_decodes_to_an_array_without_a_copy() -> None:
    image = imagegen.decode(picture(64, 48))
    assert (image.width, image.height, image.channels) == (64, 48, 3)
    first, second = numpy.asarray(image), numpy.asarray(image)
    assert first.shape == (48, 64, 3) and first.dtype == numpy.uint8
    assert numpy.shares_memory(first, second)
    with pytest.raises(ValueError):
        first[0, 0, 0] = 1  # nobody changes it


def test_the_pixels_outlive_the_image() -> None:
    pixels = numpy.asarray(imagegen.decode(picture(64, 48)))
    view = memoryview(imagegen.decode(picture(64, 48)))
    assert bytes(view) == pixels.tobytes()
    assert view.shape == (48, 64, 3) and view.readonly


@pytest.mark.parametrize("format", ["png", "webp", "avif"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_what_is_encoded_without_loss_comes_back(format: str, channels: int) -> None:
    pixels = gradient(channels=channels)
    if channels == 4:
        pixels[..., 3] = 255 - pixels[..., 3] // 2  # nothing wholly transparent, whose colour may be dropped
    options = {} if format == "png" else {"lossless": True}
    back = numpy.asarray(imagegen.decode(imagegen.encode(pixels, format, **options)))
    expected = numpy.repeat(pixels, 3, axis=2) if channels == 1 else pixels
    assert numpy.array_equal(back, expected)


def test_strides_of_every_kind_are_read_right() -> None:
    pixels = gradient()
    for view in (pixels[::-1], pixels[:, ::2], pixels[:, ::-1], pixels[10:20, 5:15], pixels[..., ::-1], pixels.transpose(1, 0, 2)):
        back = numpy.asarray(imagegen.decode(imagegen.encode(view, "png")))
        assert numpy.array_equal(back, view)
    grey = gradient(channels=1)[..., 0]
    assert numpy.array_equal(numpy.asarray(imagegen.decode(imagegen.encode(grey.T, "png")))[..., 0], grey.T)


def test_a_runtime_encodes_the_same() -> None:
    pixels = gradient()[:, ::2]
    with imagegen.Runtime() as runtime:
        file = runtime.images.encode(pixels, format="webp", quality=80, near_lossless=True)
        assert bytes(file) == bytes(imagegen.encode(pixels, "webp", quality=80, near_lossless=True))
        image = runtime.images.decode(file)
        assert numpy.array_equal(numpy.asarray(image), numpy.asarray(imagegen.decode(file)))
        assert bytes(imagegen.encode(image, "png")) == bytes(imagegen.encode(imagegen.decode(file), "png"))


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "1", "CMYK"])
def test_pillow_in(mode: str) -> None:
    image = pil.fromarray(gradient()).convert(mode)
    if mode == "RGBA":
        image.putalpha(128)
    back = imagegen.decode(imagegen.encode(image, "png")).to_pil()
    wanted = "RGBA" if mode == "RGBA" else "RGB"
    assert back.convert("RGB").tobytes() == image.convert("RGB").tobytes()
    assert back.mode == wanted


def test_pillow_in_keeps_what_is_transparent_in_every_mode() -> None:
    clear = pil.fromarray(gradient(channels=4))
    listed = pil.fromarray(gradient()).convert("P")
    listed.info["transparency"] = 0
    for image in (clear.convert("LA"), clear.convert("PA"), clear.convert("RGBa"), listed):
        back = imagegen.decode(imagegen.encode(image, "png")).to_pil()
        assert (back.mode, back.tobytes()) == ("RGBA", image.convert("RGBA").tobytes())


def test_pillow_out() -> None:
    image = imagegen.decode(imagegen.encode(gradient(channels=4), "png"))
    made = image.to_pil()
    assert (made.mode, made.size) == ("RGBA", (64, 48))
    assert made.tobytes() == bytes(memoryview(image))
    assert pil.open(io.BytesIO(imagegen.encode(made, "jpeg"))).format == "JPEG"


def test_wrong_pixels_say_what_was_expected() -> None:
    with pytest.raises(TypeError, match="uint8"):
        imagegen.encode(numpy.zeros((4, 4, 3), numpy.float32))
    with pytest.raises(ValueError, match="channels"):
        imagegen.encode(numpy.zeros((4, 4, 2), numpy.uint8))
    with pytest.raises(ValueError, match="dimensions"):
        imagegen.encode(b"123")
    with pytest.raises(ValueError, match="sides"):
        imagegen.encode(numpy.zeros((0, 4, 3), numpy.uint8))
    with pytest.raises(TypeError, match="colour"):
        imagegen.encode(gradient(), "png", colour=1)
    with pytest.raises(imagegen.InvalidArgumentError, match="quality"):
        imagegen.encode(gradient(), "webp", quality=101)
    with pytest.raises(imagegen.InvalidArgumentError):
        imagegen.encode(gradient(), "bmp")


def test_wrong_files_raise_what_is_wrong_with_them() -> None:
    with pytest.raises(imagegen.UnsupportedError, match="pdf"):
        imagegen.decode(b"%PDF-1.7" + bytes(100))
    with pytest.raises(imagegen.CorruptDataError):
        imagegen.decode(picture()[:-40])
    with pytest.raises(imagegen.LimitExceededError):
        imagegen.decode(picture(64, 48), max_pixels=100)
    with pytest.raises(TypeError):
        imagegen.decode("text")  # type: ignore[arg-type]


def test_files_come_in_from_anything_with_bytes() -> None:
    file = picture()
    for form in (file, bytearray(file), memoryview(file), array.array("B", file), numpy.frombuffer(file, "u1")):
        assert imagegen.decode(form).width == 64
    assert imagegen.decode(memoryview(b"".join(bytes([b, 0]) for b in file))[::2]).width == 64


def test_a_file_out_is_a_buffer() -> None:
    file = imagegen.encode(gradient(), "png")
    assert bytes(file)[:4] == b"\x89PNG" and len(file) == len(bytes(file)) == memoryview(file).nbytes
    assert file == bytes(file) and file != b"other"
    assert memoryview(file).readonly
    assert numpy.shares_memory(numpy.asarray(memoryview(file)), numpy.asarray(memoryview(file)))


def test_renders_without_a_runtime_of_ones_own() -> None:
    wide, tall, bad = imagegen.render(
        picture(100, 80),
        [
            {"width": 40, "height": 10, "format": "webp", "position": "north"},
            {"width": 10, "height": 20, "format": "jpeg", "quality": 70},
            {"width": 20_000, "height": 8, "format": "webp"},
        ],
    )
    assert (wide.format, wide.width, wide.height) == ("webp", 40, 10)
    assert imagegen.decode(tall.data).height == 20
    assert bad.file is None and isinstance(bad.error, imagegen.Error)
    with pytest.raises(type(bad.error)):
        bad.data


def test_inspects_without_a_runtime() -> None:
    document = imagegen.inspect(picture(64, 48))
    assert (document["format"], document["width"], document["height"]) == ("png", 64, 48)


def test_other_threads_go_on_while_it_computes() -> None:
    """Counted in turns of another thread, and no thread is made to give the GIL up: there are turns only where it is free."""
    image = imagegen.decode(imagegen.encode(numpy.tile(gradient(240, 320), (6, 6, 1)), "png", compression_level=1))
    turns, stop = 0, threading.Event()

    def count() -> None:
        nonlocal turns
        while not stop.wait(0.0005):
            turns += 1

    thread = threading.Thread(target=count)
    thread.start()
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    before = turns
    file = imagegen.encode(image, "webp")
    while_encoding = turns - before
    before = turns
    imagegen.decode(file)
    while_decoding = turns - before
    sys.setswitchinterval(interval)
    stop.set()
    thread.join()
    assert while_encoding > 3 and while_decoding > 3
