"""Pictures without a runtime of one's own."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from . import _native
from ._checks import flag, fraction, whole_number
from ._documents import Inspected, Json, Limits, Rendition
from ._native import Bytes, Image
from ._types import BytesLike, Rendered

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

    from ._runtime import Runtime

_MODES = {1: "L", 3: "RGB", 4: "RGBA"}


def decode(
    file: BytesLike,
    *,
    max_bytes: int = 0,
    max_pixels: int = 0,
    max_decoded_bytes: int = 0,
    max_side: int = 0,
    max_time_ms: int = 0,
) -> Image:
    """Decodes PNG, JPEG, WebP, AVIF or GIF to sRGB, turned upright. Computes on this thread, without the GIL.

    The limits say what a picture from outside may cost, ``max_decoded_bytes`` in memory; 0 is the library's default, and the
    most are 2**30 bytes and pixels, 2**36 decoded bytes, 65,535 px and an hour.
    """
    return _native.decode(
        file,
        whole_number("max_bytes", max_bytes, 0, 2**30),
        whole_number("max_pixels", max_pixels, 0, 2**30),
        whole_number("max_decoded_bytes", max_decoded_bytes, 0, 2**36),
        whole_number("max_side", max_side, 0, 65_535),
        whole_number("max_time_ms", max_time_ms, 0, 3_600_000),
    )


def encode(pixels: BytesLike | PilImage, format: str = "webp", **options: Any) -> Bytes:
    """Encodes pixels: an Image, an array of bytes (uint8; height, width[, channels]) with any strides, or a Pillow image, of which
    those with 16 bits of grey lose the lower 8, and those with numbers of no known range (modes I and F) are a ValueError.

    ``options``: quality, effort, lossless, near_lossless, alpha_quality, target_bytes, chroma_subsampling, progressive,
    optimise_coding, compression_level, bit_depth, palette, colours, dither. Computes on this thread, without the GIL.
    """
    return _native.encode(_pixels(pixels), format, _checked(options))


def inspect(file: BytesLike, *, limits: Limits | None = None) -> Inspected:
    """What the header says: format, size, colour, provenance, credits, notes."""
    return _shared_runtime().images.inspect(file, limits=limits)


def render(
    file: BytesLike,
    renditions: Sequence[Rendition],
    *,
    pictures: Sequence[BytesLike] = (),
    limits: Limits | None = None,
) -> list[Rendered]:
    """Decodes ``file`` once and makes every rendition of it, on the threads of a runtime that all such calls share. ``pictures``
    are those that overlays name by their place.
    """
    return _shared_runtime().images.render(file, renditions, pictures=pictures, limits=limits)


def to_pil(self: Image) -> PilImage:
    """Grey and RGBA share the memory; Pillow keeps RGB in its own way, so that is copied."""
    from PIL import Image as pil

    mode, data = _MODES[self.channels], cast(Any, self)
    return pil.frombuffer(mode, (self.width, self.height), data, "raw", mode, 0, 1)


Image.to_pil = to_pil  # type: ignore[method-assign]  # here, so that no Python runs inside C++


_FLAGS = frozenset({"lossless", "near_lossless", "progressive", "optimise_coding", "palette"})
_RANGES = {  # of all formats together; the encoder knows its own
    "quality": (0, 100),
    "effort": (0, 9),
    "alpha_quality": (0, 100),
    "target_bytes": (0, 2**30),
    "compression_level": (0, 9),
    "bit_depth": (8, 16),
    "colours": (0, 256),
}
_OPTIONS = _FLAGS | set(_RANGES) | {"chroma_subsampling", "dither"}


def _checked(options: dict[str, Any]) -> dict[str, Any]:
    if unknown := options.keys() - _OPTIONS:
        raise TypeError(f"{min(unknown)} is no option of an encoder; there are {', '.join(sorted(_OPTIONS))}")
    return {name: _checked_option(name, value) for name, value in options.items()}


def _checked_option(name: str, value: Any) -> Any:
    if name in _FLAGS:
        return flag(name, value)
    if name in _RANGES:
        return whole_number(name, value, *_RANGES[name])
    if name == "dither":
        return fraction(name, value)
    if not isinstance(value, str):
        raise TypeError(f"{name}: expected a word, got {type(value).__name__}")
    return value


def _pixels(pixels: Any) -> Any:
    pil = sys.modules.get("PIL.Image")  # an image of Pillow is there only where Pillow is; numpy.memmap has a mode and a size too
    if pil is None or not isinstance(pixels, pil.Image):
        return pixels
    if pixels.mode in ("I", "F"):
        raise ValueError(f"pixels: a Pillow image of mode {pixels.mode} has numbers of no known range: convert it to L or RGB yourself")
    if pixels.mode.startswith("I;16"):
        return _high_bytes(pixels)
    if pixels.mode not in _MODES.values():
        pixels = pixels.convert("RGBA" if pixels.has_transparency_data else "RGB")
    width, height = pixels.size
    return memoryview(pixels.tobytes()).cast("B", (height, width, len(pixels.getbands())))


def _high_bytes(pixels: Any) -> memoryview:
    """16 bits of grey as 8, which Pillow itself would clip at 255."""
    big = pixels.mode == "I;16B" or (pixels.mode == "I;16N" and sys.byteorder == "big")
    width, height = pixels.size
    return memoryview(pixels.tobytes()[0 if big else 1 :: 2]).cast("B", (height, width))


def encoding_request(pixels: Any, format: str, options: dict[str, Any]) -> tuple[Json, BytesLike]:
    """As the operation images.encode wants it: the shape in the document, and the pixels without padding."""
    options = _checked(options)
    view = memoryview(_pixels(pixels))
    if view.itemsize != 1 or view.format.lstrip("@=<>!|") != "B":
        raise TypeError(f"pixels: expected bytes (uint8), got format '{view.format}'")
    if view.ndim not in (2, 3):
        raise ValueError(f"pixels: expected the shape (height, width) or (height, width, channels), got {view.ndim} dimensions")
    assert view.shape is not None
    request: Json = {"width": view.shape[1], "height": view.shape[0], "format": format}
    request["channels"] = view.shape[2] if view.ndim == 3 else 1
    request |= {camel(name): value for name, value in options.items()}
    return request, view


def camel(name: str) -> str:
    """An option as the operation has it."""
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)


_shared: tuple[int, Runtime] | None = None
_sharing = threading.Lock()


def _shared_runtime() -> Runtime:
    """One for each process: after fork() a child makes its own."""
    global _shared, _sharing
    from ._runtime import Runtime

    shared = _shared
    if shared is not None and shared[0] == os.getpid() and not shared[1].closed:
        return shared[1]
    with _sharing:
        if _shared is None or _shared[0] != os.getpid() or _shared[1].closed:
            _shared = (os.getpid(), Runtime())
        return _shared[1]


def _after_fork() -> None:
    global _sharing
    _sharing = threading.Lock()  # another thread may have held it


os.register_at_fork(after_in_child=_after_fork)
