"""What each typed method of masks asks for: see _binding.py. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from typing import Literal

from .._documents import InspectedMask, Json, Limits, MaskedFile, OutpaintFiles, Point
from .._plan import Plan, as_object, document, plan, with_files
from .._types import BytesLike


def masks_inspect(
    mask: BytesLike,
    *,
    polarity: Literal["white_is_edit", "black_is_edit", "transparent_is_edit", "opaque_is_edit"] | None = None,
    threshold: int | None = None,
    keep_noise: bool | None = None,
    limits: Limits | None = None,
    timeout: float | None = None,
) -> Plan[InspectedMask]:
    """Tells what a mask edits, in each polarity that its file can be read as.

    :param polarity: What the file means by edit (absent: transparent, if a pixel is not opaque, else white).
    :param threshold: Hard edges: edit from this value on.
    :param keep_noise: Take what a lossy file has around its edges for a part of the mask.
    """
    request = {"polarity": polarity, "threshold": threshold, "keepNoise": keep_noise, "limits": as_object(limits)}
    return plan("masks.inspect", document, request, timeout, (mask,))


def masks_prepare(
    mask: BytesLike,
    *,
    polarity: Literal["white_is_edit", "black_is_edit", "transparent_is_edit", "opaque_is_edit"] | None = None,
    threshold: int | None = None,
    keep_noise: bool | None = None,
    limits: Limits | None = None,
    invert: bool | None = None,
    grow: int | None = None,
    feather: int | None = None,
    feather_side: Literal["inside", "both", "outside"] | None = None,
    allow_empty: bool | None = None,
    allow_whole: bool | None = None,
    width: int | None = None,
    height: int | None = None,
    write_as: Literal["white_is_edit", "black_is_edit", "transparent_is_edit", "opaque_is_edit"] | None = None,
    timeout: float | None = None,
) -> Plan[MaskedFile]:
    """Reads a mask of any polarity, shapes it and writes it in the polarity that is wanted.

    :param polarity: What the file means by edit (absent: transparent, if a pixel is not opaque, else white).
    :param threshold: Hard edges: edit from this value on.
    :param keep_noise: Take what a lossy file has around its edges for a part of the mask.
    :param invert: Edit what was kept, and keep the rest.
    :param grow: Makes the region wider by so many px, or narrower below 0; its edges get hard.
    :param feather: Half the width of a soft edge, px.
    :param feather_side: Where the soft edge lies.
    :param allow_empty: A mask that edits nothing is no error.
    :param allow_whole: A mask that edits everything is no error.
    :param width: Of the picture, px: the mask is stretched to it before it grows.
    :param height: px
    :param write_as: The polarity of the mask that is written.
    """
    request = {
        "polarity": polarity,
        "threshold": threshold,
        "keepNoise": keep_noise,
        "limits": as_object(limits),
        "invert": invert,
        "grow": grow,
        "feather": feather,
        "featherSide": feather_side,
        "allowEmpty": allow_empty,
        "allowWhole": allow_whole,
        "width": width,
        "height": height,
        "writeAs": write_as,
    }
    return plan("masks.prepare", with_files(("data", False)), request, timeout, (mask,))


def masks_embed(
    picture: BytesLike,
    mask: BytesLike,
    *,
    polarity: Literal["white_is_edit", "black_is_edit", "transparent_is_edit", "opaque_is_edit"] | None = None,
    threshold: int | None = None,
    keep_noise: bool | None = None,
    limits: Limits | None = None,
    invert: bool | None = None,
    grow: int | None = None,
    feather: int | None = None,
    feather_side: Literal["inside", "both", "outside"] | None = None,
    allow_empty: bool | None = None,
    allow_whole: bool | None = None,
    resize: bool | None = None,
    timeout: float | None = None,
) -> Plan[MaskedFile]:
    """Puts a mask into the alpha of a picture, so that what is transparent is to be edited.

    :param polarity: What the file means by edit (absent: transparent, if a pixel is not opaque, else white).
    :param threshold: Hard edges: edit from this value on.
    :param keep_noise: Take what a lossy file has around its edges for a part of the mask.
    :param invert: Edit what was kept, and keep the rest.
    :param grow: Makes the region wider by so many px, or narrower below 0; its edges get hard.
    :param feather: Half the width of a soft edge, px.
    :param feather_side: Where the soft edge lies.
    :param allow_empty: A mask that edits nothing is no error.
    :param allow_whole: A mask that edits everything is no error.
    :param resize: Stretches what is not of the size of the picture.
    """
    request = {
        "polarity": polarity,
        "threshold": threshold,
        "keepNoise": keep_noise,
        "limits": as_object(limits),
        "invert": invert,
        "grow": grow,
        "feather": feather,
        "featherSide": feather_side,
        "allowEmpty": allow_empty,
        "allowWhole": allow_whole,
        "resize": resize,
    }
    return plan("masks.embed", with_files(("data", False)), request, timeout, (picture, mask))


def masks_composite(
    base: BytesLike,
    edited: BytesLike,
    mask: BytesLike,
    *,
    polarity: Literal["white_is_edit", "black_is_edit", "transparent_is_edit", "opaque_is_edit"] | None = None,
    threshold: int | None = None,
    keep_noise: bool | None = None,
    limits: Limits | None = None,
    invert: bool | None = None,
    grow: int | None = None,
    feather: int | None = None,
    feather_side: Literal["inside", "both", "outside"] | None = None,
    allow_empty: bool | None = None,
    allow_whole: bool | None = None,
    resize: bool | None = None,
    format: Literal["webp", "jpeg", "png", "avif"] | None = None,
    quality: int | None = None,
    effort: int | None = None,
    lossless: bool | None = None,
    near_lossless: bool | None = None,
    alpha_quality: int | None = None,
    target_bytes: int | None = None,
    compression_level: int | None = None,
    bit_depth: Literal[8, 10, 12, 16] | None = None,
    chroma_subsampling: Literal["automatic", "4:2:0", "4:4:4"] | None = None,
    progressive: bool | None = None,
    optimise_coding: bool | None = None,
    palette: bool | None = None,
    colours: int | None = None,
    dither: float | None = None,
    timeout: float | None = None,
) -> Plan[MaskedFile]:
    """Puts an edited picture over the one that it was made of, where the mask says so.

    :param polarity: What the file means by edit (absent: transparent, if a pixel is not opaque, else white).
    :param threshold: Hard edges: edit from this value on.
    :param keep_noise: Take what a lossy file has around its edges for a part of the mask.
    :param invert: Edit what was kept, and keep the rest.
    :param grow: Makes the region wider by so many px, or narrower below 0; its edges get hard.
    :param feather: Half the width of a soft edge, px.
    :param feather_side: Where the soft edge lies.
    :param allow_empty: A mask that edits nothing is no error.
    :param allow_whole: A mask that edits everything is no error.
    :param resize: Stretches what is not of the size of the picture.
    :param quality: Where none is said, 90, and 78 for AVIF, which looks the same.
    :param effort: 0 is fast; WebP up to 6, AVIF up to 9.
    :param lossless: WebP, AVIF.
    :param near_lossless: WebP.
    :param alpha_quality: WebP.
    :param target_bytes: Lossy WebP; 0 goes by quality.
    :param compression_level: PNG.
    :param bit_depth: 8; PNG also 16, AVIF 10 and 12.
    :param chroma_subsampling: JPEG, AVIF.
    :param progressive: JPEG: in scans; PNG: interlaced.
    :param optimise_coding: JPEG.
    :param palette: PNG, where it loses nothing.
    :param colours: PNG with a palette of at most so many, 2..256; 0 loses nothing.
    :param dither: PNG with colours; 0 does not.
    """
    request = {
        "polarity": polarity,
        "threshold": threshold,
        "keepNoise": keep_noise,
        "limits": as_object(limits),
        "invert": invert,
        "grow": grow,
        "feather": feather,
        "featherSide": feather_side,
        "allowEmpty": allow_empty,
        "allowWhole": allow_whole,
        "resize": resize,
        "format": format,
        "quality": quality,
        "effort": effort,
        "lossless": lossless,
        "nearLossless": near_lossless,
        "alphaQuality": alpha_quality,
        "targetBytes": target_bytes,
        "compressionLevel": compression_level,
        "bitDepth": bit_depth,
        "chromaSubsampling": chroma_subsampling,
        "progressive": progressive,
        "optimiseCoding": optimise_coding,
        "palette": palette,
        "colours": colours,
        "dither": dither,
    }
    return plan("masks.composite", with_files(("data", False)), request, timeout, (base, edited, mask))


def masks_outpaint(
    picture: BytesLike,
    *,
    left: int | None = None,
    top: int | None = None,
    right: int | None = None,
    bottom: int | None = None,
    fill: Literal["background", "copy", "mirror", "repeat"] | None = None,
    overlap: int | None = None,
    feather: int | None = None,
    background: str | None = None,
    width: int | None = None,
    height: int | None = None,
    aspect_ratio: str | None = None,
    position: str | Point | Json | None = None,
    write_as: Literal["white_is_edit", "black_is_edit", "transparent_is_edit", "opaque_is_edit"] | None = None,
    limits: Limits | None = None,
    format: Literal["webp", "jpeg", "png", "avif"] | None = None,
    quality: int | None = None,
    effort: int | None = None,
    lossless: bool | None = None,
    near_lossless: bool | None = None,
    alpha_quality: int | None = None,
    target_bytes: int | None = None,
    compression_level: int | None = None,
    bit_depth: Literal[8, 10, 12, 16] | None = None,
    chroma_subsampling: Literal["automatic", "4:2:0", "4:4:4"] | None = None,
    progressive: bool | None = None,
    optimise_coding: bool | None = None,
    palette: bool | None = None,
    colours: int | None = None,
    dither: float | None = None,
    timeout: float | None = None,
) -> Plan[OutpaintFiles]:
    """Puts a picture onto a larger canvas, and makes the mask of what is to be painted there.

    :param left: Beyond the left edge, px.
    :param top: Beyond the top edge, px.
    :param right: Beyond the right edge, px.
    :param bottom: Beyond the bottom edge, px.
    :param fill: What stands in the margins.
    :param overlap: How far into the picture the mask edits too, px.
    :param feather: Half the width of the soft edge in the overlap, px.
    :param background: Of the margins: #rrggbb, #rrggbbaa, transparent, white or black.
    :param width: Of the larger picture, px, in place of margins.
    :param height: px
    :param aspect_ratio: Of the larger picture, as 16:9, in place of margins.
    :param position: Centre, north, north-east ... north-west, attention, entropy; {x, y}, where the window is centred as near as the edges allow; or {objectPosition: {x, y}}, as CSS has it; where the picture stands in it, attention and entropy aside.
    :param write_as: The polarity of the mask that is written.
    :param quality: Where none is said, 90, and 78 for AVIF, which looks the same.
    :param effort: 0 is fast; WebP up to 6, AVIF up to 9.
    :param lossless: WebP, AVIF.
    :param near_lossless: WebP.
    :param alpha_quality: WebP.
    :param target_bytes: Lossy WebP; 0 goes by quality.
    :param compression_level: PNG.
    :param bit_depth: 8; PNG also 16, AVIF 10 and 12.
    :param chroma_subsampling: JPEG, AVIF.
    :param progressive: JPEG: in scans; PNG: interlaced.
    :param optimise_coding: JPEG.
    :param palette: PNG, where it loses nothing.
    :param colours: PNG with a palette of at most so many, 2..256; 0 loses nothing.
    :param dither: PNG with colours; 0 does not.
    """
    request = {
        "left": left,
        "top": top,
        "right": right,
        "bottom": bottom,
        "fill": fill,
        "overlap": overlap,
        "feather": feather,
        "background": background,
        "width": width,
        "height": height,
        "aspectRatio": aspect_ratio,
        "position": position,
        "writeAs": write_as,
        "limits": as_object(limits),
        "format": format,
        "quality": quality,
        "effort": effort,
        "lossless": lossless,
        "nearLossless": near_lossless,
        "alphaQuality": alpha_quality,
        "targetBytes": target_bytes,
        "compressionLevel": compression_level,
        "bitDepth": bit_depth,
        "chromaSubsampling": chroma_subsampling,
        "progressive": progressive,
        "optimiseCoding": optimise_coding,
        "palette": palette,
        "colours": colours,
        "dither": dither,
    }
    return plan("masks.outpaint", with_files(("picture", False), ("mask", False)), request, timeout, (picture,))
