"""Masks, compared with what numpy and Pillow make of the same definitions."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from typing import Any, Literal

import numpy
import pytest
from PIL import Image as pil
from PIL import ImageChops, ImageFilter

import imagegen

Array = numpy.ndarray[Any, numpy.dtype[numpy.uint8]]
Polarity = Literal["white_is_edit", "black_is_edit", "transparent_is_edit", "opaque_is_edit"]
POLARITIES: list[Polarity] = ["white_is_edit", "black_is_edit", "transparent_is_edit", "opaque_is_edit"]


@pytest.fixture
def runtime() -> Iterator[imagegen.Runtime]:
    with imagegen.Runtime() as opened:
        yield opened


def disc(width: int = 150, height: int = 110, radius: int = 37) -> Array:
    """255 in a disc, 0 around it."""
    y, x = numpy.mgrid[:height, :width]
    return numpy.where((x - 70) ** 2 + (y - 50) ** 2 <= radius**2, 255, 0).astype(numpy.uint8)


def photo(width: int = 150, height: int = 110, seed: int = 1) -> Array:
    noise = numpy.random.default_rng(seed).integers(0, 256, (height, width, 3), numpy.uint8)
    return numpy.asarray(pil.fromarray(noise).filter(ImageFilter.GaussianBlur(2)))


def file_of(pixels: Array, format: str = "png", **options: Any) -> bytes:
    out = io.BytesIO()
    pil.fromarray(pixels).save(out, format, **options)
    return out.getvalue()


def pixels_of(file: bytes | imagegen.Bytes, mode: str) -> Array:
    return numpy.asarray(pil.open(io.BytesIO(bytes(file))).convert(mode))


def shown_as(polarity: Polarity, mask: Array) -> bytes:
    """A mask as Pillow writes it in that polarity."""
    shown = 255 - mask if polarity in ("black_is_edit", "transparent_is_edit") else mask
    if polarity in ("white_is_edit", "black_is_edit"):
        return file_of(shown)
    return file_of(numpy.dstack([numpy.zeros_like(mask)] * 3 + [shown]))


def dilated(mask: Array, radius: int) -> Array:
    """By definition: 255 within the radius of any pixel of the mask."""
    height, width = mask.shape
    out = numpy.zeros_like(mask)
    padded = numpy.pad(mask, radius)
    for dy in range(-radius, radius + 1):
        for dx in range(-radius, radius + 1):
            if dx * dx + dy * dy <= radius * radius:
                moved = padded[radius + dy : radius + dy + height, radius + dx : radius + dx + width]
                out = numpy.maximum(out, moved)
    return out


@pytest.mark.parametrize("read", POLARITIES)
@pytest.mark.parametrize("written", POLARITIES)
def test_every_polarity_becomes_every_other(runtime: imagegen.Runtime, read: Polarity, written: Polarity) -> None:
    made = runtime.masks.prepare(shown_as(read, disc()), polarity=read, write_as=written)
    mode = "L" if written in ("white_is_edit", "black_is_edit") else "RGBA"
    assert numpy.array_equal(pixels_of(made["data"], mode), pixels_of(shown_as(written, disc()), mode))
    share = int((disc() > 0).sum()) / disc().size
    assert (made["polarity"], made["editedShare"], made["touchedShare"]) == (read, share, share)
    assert made["region"] == {"x": 33, "y": 13, "width": 75, "height": 75}


def test_it_grows_as_numpy_does_by_the_definition(runtime: imagegen.Runtime) -> None:
    grown = runtime.masks.prepare(file_of(disc()), grow=9)
    assert numpy.array_equal(pixels_of(grown["data"], "L"), dilated(disc(), 9))
    shrunk = runtime.masks.prepare(file_of(disc()), grow=-9)
    assert numpy.array_equal(pixels_of(shrunk["data"], "L"), 255 - dilated(255 - disc(), 9))


def test_it_feathers_as_three_boxes_of_pillow_do(runtime: imagegen.Runtime) -> None:
    soft = pixels_of(runtime.masks.prepare(file_of(disc()), feather=9, feather_side="both")["data"], "L")
    theirs = pil.fromarray(disc())
    for _ in range(3):
        theirs = theirs.filter(ImageFilter.BoxBlur(3))
    assert numpy.abs(soft.astype(int) - numpy.asarray(theirs).astype(int)).max() <= 3


def test_it_is_resized_as_pillow_does_bilinearly(runtime: imagegen.Runtime) -> None:
    large = pixels_of(runtime.masks.prepare(file_of(disc()), width=431, height=307)["data"], "L")
    theirs = pil.fromarray(disc()).resize((431, 307), pil.Resampling.BILINEAR)
    assert numpy.abs(large.astype(int) - numpy.asarray(theirs).astype(int)).max() <= 2


def test_a_threshold_is_taken_from_its_level_on(runtime: imagegen.Runtime) -> None:
    ramp = numpy.tile(numpy.arange(256, dtype=numpy.uint8), (4, 1))
    made = runtime.masks.prepare(file_of(ramp), threshold=200, invert=True)
    assert numpy.array_equal(pixels_of(made["data"], "L"), numpy.where(ramp < 200, 255, 0))


@pytest.mark.parametrize("quality", [60, 65, 70, 75, 80, 85, 90, 95])
def test_jpeg_noise_edits_nothing(runtime: imagegen.Runtime, quality: int) -> None:
    colours = numpy.dstack([disc()] * 3)
    noisy = file_of(colours, "jpeg", quality=quality, subsampling="4:2:0")
    assert (pixels_of(noisy, "L")[disc() == 0] > 0).any()
    made = runtime.masks.prepare(noisy)
    assert numpy.array_equal(pixels_of(made["data"], "L") > 0, disc() > 0)
    assert made["region"] == runtime.masks.inspect(file_of(disc()))["region"]
    assert made["cleanedPixels"] > 0
    wider = runtime.masks.inspect(noisy, keep_noise=True)
    assert wider["touchedShare"] > made["touchedShare"]


def test_what_edits_nothing_or_everything_says_which_polarity_was_read(runtime: imagegen.Runtime) -> None:
    for_openai = shown_as("transparent_is_edit", disc())
    with pytest.raises(imagegen.InvalidArgumentError, match="read as white_is_edit, it edits nothing.* as transparent_is_edit 26.0 %"):
        runtime.masks.prepare(for_openai, polarity="white_is_edit")
    with pytest.raises(imagegen.InvalidArgumentError, match="it edits everything"):
        runtime.masks.prepare(file_of(numpy.full((9, 9), 255, numpy.uint8)))
    empty = runtime.masks.prepare(for_openai, polarity="white_is_edit", allow_empty=True)
    assert (empty["touchedShare"], empty["region"]) == (0, None)
    shares = {one["polarity"]: one["editedShare"] for one in runtime.masks.inspect(for_openai)["polarities"]}
    assert shares["white_is_edit"] == 0 and shares["transparent_is_edit"] == 1 - shares["opaque_is_edit"]


def test_a_mask_in_the_alpha_of_a_picture(runtime: imagegen.Runtime) -> None:
    made = runtime.masks.embed(file_of(photo()), file_of(disc()))
    pixels = pixels_of(made["data"], "RGBA")
    assert numpy.array_equal(pixels[..., :3], photo())
    assert numpy.array_equal(pixels[..., 3], 255 - disc())


def test_composites_as_pillow_does(runtime: imagegen.Runtime) -> None:
    base, edited = photo(seed=1), photo(seed=2)
    soft = numpy.asarray(pil.fromarray(disc()).filter(ImageFilter.GaussianBlur(4)))
    made = runtime.masks.composite(file_of(base), file_of(edited), file_of(soft))
    theirs = pil.composite(pil.fromarray(edited), pil.fromarray(base), pil.fromarray(soft))
    ours = pil.fromarray(pixels_of(made["data"], "RGB"))
    assert numpy.asarray(ImageChops.difference(ours, theirs)).max() <= 1
    assert numpy.array_equal(numpy.asarray(ours)[soft == 0], base[soft == 0])
    assert numpy.array_equal(numpy.asarray(ours)[soft == 255], edited[soft == 255])


def test_composites_what_came_back_in_another_size(runtime: imagegen.Runtime) -> None:
    files = (file_of(photo()), file_of(photo(300, 220, 2)), file_of(disc(75, 55, 20)))
    with pytest.raises(imagegen.InvalidArgumentError, match="edited: expected 150x110"):
        runtime.masks.composite(*files)
    made = runtime.masks.composite(*files, resize=True, format="webp", lossless=True)
    assert (made["format"], made["width"], made["height"]) == ("webp", 150, 110)


@pytest.mark.parametrize(("fill", "mode"), [("copy", "edge"), ("mirror", "symmetric"), ("repeat", "wrap")])
def test_outpainting_goes_on_as_numpy_pads(
    runtime: imagegen.Runtime, fill: Literal["copy", "mirror", "repeat"], mode: Literal["edge", "symmetric", "wrap"]
) -> None:
    made = runtime.masks.outpaint(file_of(photo()), left=200, top=7, bottom=400, fill=fill)
    padded = numpy.pad(photo(), ((7, 400), (200, 0), (0, 0)), mode=mode)
    assert numpy.array_equal(pixels_of(made["picture"], "RGB"), padded)
    inside = numpy.zeros((110, 150), numpy.uint8)
    assert numpy.array_equal(pixels_of(made["mask"], "L"), numpy.pad(inside, ((7, 400), (200, 0)), constant_values=255))
    assert made["place"] == {"x": 200, "y": 7, "width": 150, "height": 110}


def test_outpainting_to_a_shape_with_nothing_in_the_margins(runtime: imagegen.Runtime) -> None:
    made = runtime.masks.outpaint(file_of(photo()), aspect_ratio="2:1", position="west", overlap=8, feather=4)
    pixels, mask = pixels_of(made["picture"], "RGBA"), pixels_of(made["mask"], "L")
    assert pixels.shape == (110, 220, 4)
    assert not pixels[:, 150:].any() and (pixels[:, :150, 3] == 255).all()
    assert (mask[:, 150:] == 255).all() and not mask[:, :142].any() and mask[0, 146] not in (0, 255)


def test_event_loops_have_them_too() -> None:
    async def composite() -> imagegen.Json:
        async with imagegen.AsyncRuntime() as runtime:
            made = await runtime.masks.composite(file_of(photo()), file_of(photo(seed=2)), file_of(disc()))
            return dict(made)

    assert asyncio.run(composite())["format"] == "png"
