"""Documents of the operations masks.*. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from typing import Literal, TypedDict

from .._native import Bytes
from .heroes import PixelRect


class MaskPolarityShare(TypedDict):
    polarity: Literal["white_is_edit", "black_is_edit", "transparent_is_edit", "opaque_is_edit"]
    editedShare: float  # 0..1


class InspectedMask(TypedDict):
    width: int  # px
    height: int  # px
    polarity: Literal["white_is_edit", "black_is_edit", "transparent_is_edit", "opaque_is_edit"]  # the one that it was read as
    cleanedPixels: int  # how many were noise of a lossy file
    editedShare: float  # of the pixels, 0..1: at least half edited
    touchedShare: float  # of the pixels, 0..1: edited at all
    region: PixelRect | None  # around all that is touched; null: nothing is
    polarities: list[MaskPolarityShare]  # each that it can be read as, and what it then edits


class MaskedFile(TypedDict):
    format: Literal["webp", "jpeg", "png", "avif"]
    width: int  # px
    height: int  # px
    polarity: Literal["white_is_edit", "black_is_edit", "transparent_is_edit", "opaque_is_edit"]  # the one that it was read as
    cleanedPixels: int  # how many were noise of a lossy file
    editedShare: float  # of the pixels, 0..1: at least half edited
    touchedShare: float  # of the pixels, 0..1: edited at all
    region: PixelRect | None  # around all that is touched; null: nothing is
    sizeBytes: int
    data: Bytes


class OutpaintFiles(TypedDict):
    format: Literal["webp", "jpeg", "png", "avif"]  # of the picture; the mask is a PNG
    width: int  # px
    height: int  # px
    place: PixelRect  # where the old picture stands in the larger one
    editedShare: float  # of the pixels, 0..1: at least half edited
    touchedShare: float  # of the pixels, 0..1: edited at all
    region: PixelRect | None  # around all that is touched; null: nothing is
    picture: Bytes
    mask: Bytes
