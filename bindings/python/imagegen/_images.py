"""Pictures without a runtime of one's own."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from . import _native
from ._native import Bytes, Image
from ._types import BytesLike, Json, Limits, Rendered, Rendition

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

    from ._runtime import Runtime

_MODES = {1: "L", 3: "RGB", 4: "RGBA"}


def decode(
    file: BytesLike, *, max_bytes: int = 0, max_pixels: int = 0, max_side: int = 0, max_time_ms: int = 0
) -> Image:
    """Decodes PNG, JPEG, WebP or AVIF to sRGB, turned upright. Computes on this thread, without the GIL.

    The limits say what a picture from outside may cost; 0 is the library's default.
    """
    return _native.decode(file, max_bytes, max_pixels, max_side, max_time_ms)


def encode(pixels: BytesLike | PilImage, format: str = "webp", **options: Any) -> Bytes:
    """Encodes pixels: an Image, an array of bytes (height, width[, channels]) with any strides, or a Pillow image.

    ``options``: quality, effort, lossless, near_lossless, alpha_quality, target_bytes, chroma_subsampling, progressive,
    compression_level, bit_depth, palette. Computes on this thread, without the GIL.
    """
    _check_options(options)
    return _native.encode(_pixels(pixels), format, options)


def inspect(file: BytesLike, *, limits: Limits | None = None) -> Json:
    """What the header says: format, size, colour, provenance, notes."""
    return _shared_runtime().images.inspect(file, limits=limits)


def render(file: BytesLike, renditions: Sequence[Rendition], *, limits: Limits | None = None) -> list[Rendered]:
    """Decodes ``file`` once and makes every rendition of it, on the threads of a runtime that all such calls share."""
    return _shared_runtime().images.render(file, renditions, limits=limits)


def to_pil(image: Image) -> PilImage:
    """Grey and RGBA share the memory; Pillow keeps RGB in its own way, so that is copied."""
    from PIL import Image as pil

    mode, data = _MODES[image.channels], cast(Any, image)
    return pil.frombuffer(mode, (image.width, image.height), data, "raw", mode, 0, 1)


Image.to_pil = to_pil  # type: ignore[method-assign, assignment]  # here, so that no Python runs inside C++


_OPTIONS = frozenset(
    "quality effort lossless near_lossless alpha_quality target_bytes chroma_subsampling progressive "
    "compression_level bit_depth palette".split()
)


def _check_options(options: dict[str, Any]) -> None:
    if unknown := options.keys() - _OPTIONS:
        raise TypeError(f"{min(unknown)} is no option of an encoder; there are {', '.join(sorted(_OPTIONS))}")


def _pixels(pixels: Any) -> Any:
    if not (hasattr(pixels, "tobytes") and hasattr(pixels, "mode") and hasattr(pixels, "size")):
        return pixels
    if pixels.mode not in _MODES.values():
        pixels = pixels.convert("RGBA" if pixels.has_transparency_data else "RGB")
    width, height = pixels.size
    return memoryview(pixels.tobytes()).cast("B", (height, width, len(pixels.getbands())))


def encoding_request(pixels: Any, format: str, options: dict[str, Any]) -> tuple[Json, BytesLike]:
    """As the operation images.encode wants it: the shape in the document, and the pixels without padding."""
    _check_options(options)
    view = memoryview(_pixels(pixels))
    if view.ndim not in (2, 3):
        raise ValueError(f"pixels: expected the shape (height, width) or (height, width, channels), got {view.ndim} dimensions")
    assert view.shape is not None
    request: Json = {"width": view.shape[1], "height": view.shape[0], "format": format}
    request["channels"] = view.shape[2] if view.ndim == 3 else 1
    for name, value in options.items():
        words = name.split("_")
        request[words[0] + "".join(word.title() for word in words[1:])] = value
    return request, view


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
