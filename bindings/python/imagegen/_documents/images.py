"""Documents of the operations images.*. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from typing import Literal, TypedDict

from .._native import Bytes
from .base import Json
from .heroes import PixelRect


class Limits(TypedDict, total=False):
    maxBytes: int  # of the file
    maxPixels: int  # width times height
    maxDecodedBytes: int  # of whole pictures in memory at one time: decoded, turned, split into planes, resized from rows
    maxSide: int  # px
    maxTimeMs: int  # to decode it, and again to make each file
    hdr: Literal["tone-map", "refuse"]  # what is done with PQ and HLG


class FoundProvenance(TypedDict):
    digitalSourceType: str
    creatorTool: str
    model: str
    promptSha256: str
    hasC2pa: bool


class FoundCredits(TypedDict):
    creators: list[str]  # at most 16, in their order
    creditLine: str  # to print beside the picture
    copyright: str  # the notice
    rightsUrl: str  # of a page about the rights
    usageTerms: str  # what others may do with it


class _Inspected(TypedDict):
    format: Literal["webp", "jpeg", "png", "avif", "gif"]  # by content
    width: int  # px
    height: int  # px
    storedWidth: int  # px
    storedHeight: int  # px
    orientation: int  # EXIF, 1..8
    bitsPerChannel: int
    colour: str
    colourSpace: str  # of what is stored; pictures come in sRGB
    hasAlpha: bool
    hasIccProfile: bool
    animated: bool
    frames: int
    sizeBytes: int
    provenance: FoundProvenance
    credits: FoundCredits
    notes: list[str]  # what its owner should know


class Inspected(_Inspected, total=False):
    thumbHash: str  # base64, where it was asked for


class Decoded(TypedDict):
    width: int  # px
    height: int  # px
    channels: int
    strideBytes: int  # of a row
    data: Bytes


class _EncodeRequest(TypedDict):
    width: int  # px
    height: int  # px
    channels: Literal[1, 3, 4]


class EncodeRequest(_EncodeRequest, total=False):
    format: Literal["webp", "jpeg", "png", "avif"]
    quality: int  # where none is said, 90, and 78 for AVIF, which looks the same
    effort: int  # 0 is fast; WebP up to 6, AVIF up to 9
    lossless: bool  # WebP, AVIF
    nearLossless: bool  # WebP
    alphaQuality: int  # WebP
    targetBytes: int  # lossy WebP; 0 goes by quality
    compressionLevel: int  # PNG
    bitDepth: Literal[8, 10, 12, 16]  # 8; PNG also 16, AVIF 10 and 12
    chromaSubsampling: Literal["automatic", "4:2:0", "4:4:4"]  # JPEG, AVIF
    progressive: bool  # JPEG: in scans; PNG: interlaced
    optimiseCoding: bool  # JPEG
    palette: bool  # PNG, where it loses nothing
    colours: int  # PNG with a palette of at most so many, 2..256; 0 loses nothing
    dither: float  # PNG with colours; 0 does not


class EncodedFile(TypedDict):
    format: Literal["webp", "jpeg", "png", "avif"]
    width: int  # px
    height: int  # px
    sizeBytes: int
    notes: list[str]  # what of the request the file has not
    data: Bytes


class Point(TypedDict):
    x: float  # from the left
    y: float  # from the top


class Provenance(TypedDict, total=False):
    source: Literal["trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicallyEnhanced", "algorithmicMedia", "dataDrivenMedia", "digitalCreation", "humanEdits", "composite", "compositeSynthetic"]  # IPTC DigitalSourceType
    model: str
    promptSha256: str  # in hexadecimal
    creatorTool: str


class Trim(TypedDict, total=False):
    threshold: int  # how far a channel may be from the border's colour
    colour: str  # #rgb, #rrggbb, #rrggbbaa, transparent, white or black; of the border; absent: that of the top left pixel


class Sharpen(TypedDict, total=False):
    sigma: float  # px of the output: how far it looks
    flat: float  # how much is added where little differs
    jagged: float  # the same at edges


class Margins(TypedDict, total=False):
    left: int  # px
    top: int  # px
    right: int  # px
    bottom: int  # px


class Credits(TypedDict, total=False):
    creators: list[str]  # at most 16, in their order
    creditLine: str  # to print beside the picture
    copyright: str  # the notice
    rightsUrl: str  # of a page about the rights
    usageTerms: str  # what others may do with it


class Overlay(TypedDict, total=False):
    picture: int  # which of the pictures that come with the file
    position: str | Point | Json  # centre, north, north-east ... north-west, attention, entropy; {x, y}, where the window is centred as near as the edges allow; or {objectPosition: {x, y}}, as CSS has it; where it stands: a word, or {x, y} of the free room
    scale: float  # its width as a share of the output's; 0: as large as it is
    opacity: float
    margin: int  # px free at the edges, and between tiles
    tiled: bool  # again and again over the whole output


class Rendition(TypedDict, total=False):
    width: int  # of the box, px; 0 follows from the height, and both 0 are as large as what is cut
    height: int  # the same; 0 follows from the width
    fit: Literal["cover", "contain", "fill", "inside", "outside"]
    position: str | Point | Json  # centre, north, north-east ... north-west, attention, entropy; {x, y}, where the window is centred as near as the edges allow; or {objectPosition: {x, y}}, as CSS has it; what is kept, or where it stands
    upscale: bool
    background: str  # #rgb, #rrggbb, #rrggbbaa, transparent, white or black
    flatten: bool  # puts what has alpha onto the background
    blurSigma: float  # px; 0 does not blur
    kernel: Literal["nearest", "linear", "cubic", "mitchell", "lanczos2", "lanczos3"]  # on an axis that shrinks
    enlargeKernel: Literal["nearest", "linear", "cubic", "mitchell", "lanczos2", "lanczos3"]  # on an axis that grows
    linearLight: bool
    provenance: Provenance  # written into the file as XMP
    rotate: Literal[0, 90, 180, 270]  # degrees clockwise
    flip: bool  # upside down, before it is turned
    flop: bool  # left becomes right, before it is turned
    extract: PixelRect  # only this part of the turned picture is used
    trim: Trim  # cuts off a border of one colour
    sharpen: Sharpen  # after the resize
    extend: Margins  # margins around what was fitted
    extendWith: Literal["background", "copy", "mirror", "repeat"]  # what stands in the margins
    credits: Credits  # whose it is, written into the file as XMP
    keepCredits: bool  # those of the picture's file, but for what credits says
    format: Literal["webp", "jpeg", "png", "avif"]
    quality: int  # where none is said, 90, and 78 for AVIF, which looks the same
    effort: int  # 0 is fast; WebP up to 6, AVIF up to 9
    lossless: bool  # WebP, AVIF
    nearLossless: bool  # WebP
    alphaQuality: int  # WebP
    targetBytes: int  # lossy WebP; 0 goes by quality
    compressionLevel: int  # PNG
    bitDepth: Literal[8, 10, 12, 16]  # 8; PNG also 16, AVIF 10 and 12
    chromaSubsampling: Literal["automatic", "4:2:0", "4:4:4"]  # JPEG, AVIF
    progressive: bool  # JPEG: in scans; PNG: interlaced
    optimiseCoding: bool  # JPEG
    palette: bool  # PNG, where it loses nothing
    colours: int  # PNG with a palette of at most so many, 2..256; 0 loses nothing
    dither: float  # PNG with colours; 0 does not
    overlays: list[Overlay]  # laid over it, the uppermost last


class KeptSubject(TypedDict):
    box: PixelRect  # around it, in the picture
    isFace: bool  # else it is only what stands out
    kept: float  # which share of the box is in the crop, 0..1


class RenditionFailure(TypedDict):
    code: str
    message: str


class RenditionPlan(TypedDict, total=False):
    width: int  # px
    height: int  # px
    crop: PixelRect  # what would be kept of the picture
    upscaled: bool
    faces: list[PixelRect]  # all that were found in the picture
    subject: KeptSubject  # the face that counts most, or what stands out
    notes: list[str]  # also one for each face that would be cut
    error: RenditionFailure  # why it cannot be made; then nothing else is here


class RenditionPlans(TypedDict):
    renditions: list[RenditionPlan]  # in the order of the request


class RenditionMade(TypedDict, total=False):
    format: Literal["webp", "jpeg", "png", "avif"]
    width: int  # px
    height: int  # px
    sizeBytes: int
    crop: PixelRect  # what was kept of the picture
    upscaled: bool
    subject: KeptSubject  # what attention or entropy was to keep
    notes: list[str]
    error: RenditionFailure  # why there is no file; then nothing else is here
    data: Bytes


class Rendered(TypedDict):
    renditions: list[RenditionMade]  # in the order of the request
