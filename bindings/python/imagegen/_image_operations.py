"""What each typed method for pictures asks for: see _operations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from ._documents import Inspected, Json, Limits, Rendition, RenditionMade, RenditionPlan
from ._errors import error_from_document
from ._images import encoding_request
from ._native import Bytes, Image, wrap_pixels
from ._plan import Plan, document, plan
from ._types import BytesLike, CallResult, Rendered


def images_inspect(
    file: BytesLike, *, limits: Limits | None = None, thumb_hash: bool | None = None, timeout: float | None = None
) -> Plan[Inspected]:
    """Reads what the header says: format, size, colour, provenance, credits, notes."""
    return plan("images.inspect", document, {"limits": limits, "thumbHash": thumb_hash}, timeout, (file,))


def _image(answer: CallResult[Json]) -> Image:
    made = answer.result
    return wrap_pixels(answer.files[0], made["width"], made["height"], made["channels"])


def images_decode(file: BytesLike, *, limits: Limits | None = None, timeout: float | None = None) -> Plan[Image]:
    """Decodes on the runtime's threads."""
    return plan("images.decode", _image, {"limits": limits}, timeout, (file,))


def images_encode(
    pixels: BytesLike, *, format: str = "webp", timeout: float | None = None, **options: Any
) -> Plan[Bytes]:
    """Encodes on the runtime's threads; ``options`` as of imagegen.encode()."""
    request, data = encoding_request(pixels, format, options)
    return plan("images.encode", lambda answer: answer.files[0], request, timeout, (data,))


def _rendered(document: RenditionMade, file: Bytes) -> Rendered:
    if "error" in document:
        return Rendered("", 0, 0, document, None, error_from_document(document["error"], "images.render"))
    return Rendered(document["format"], document["width"], document["height"], document, file)


def _request(renditions: Sequence[Rendition], limits: Limits | None) -> Json:
    return {"renditions": [dict(rendition) for rendition in renditions], "limits": limits}


def images_plan(
    file: BytesLike,
    renditions: Sequence[Rendition],
    *,
    pictures: Sequence[BytesLike] = (),
    limits: Limits | None = None,
    timeout: float | None = None,
) -> Plan[list[RenditionPlan]]:
    """Says what :meth:`render` would cut out of a picture, and which faces that would cut."""

    def finish(answer: CallResult[Json]) -> list[RenditionPlan]:
        return cast("list[RenditionPlan]", answer.result["renditions"])

    return plan("images.plan", finish, _request(renditions, limits), timeout, (file, *pictures))


def images_render(
    file: BytesLike,
    renditions: Sequence[Rendition],
    *,
    pictures: Sequence[BytesLike] = (),
    limits: Limits | None = None,
    timeout: float | None = None,
) -> Plan[list[Rendered]]:
    """Decodes ``file`` once and makes every rendition of it, side by side on the runtime's threads. ``pictures`` are those that
    overlays name by their place.
    """

    def finish(answer: CallResult[Json]) -> list[Rendered]:
        return [_rendered(document, data) for document, data in zip(answer.result["renditions"], answer.files)]

    return plan("images.render", finish, _request(renditions, limits), timeout, (file, *pictures))
