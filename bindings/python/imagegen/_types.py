"""Types of what goes in and out beside documents: see _documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypedDict, TypeVar, Union

from ._documents import Json as Json
from ._documents import RenditionMade
from ._errors import Error
from ._native import Bytes

T = TypeVar("T")
JsonObject = Mapping[str, Any]


class SupportsBuffer(Protocol):
    def __buffer__(self, flags: int, /) -> memoryview: ...


class SupportsArray(Protocol):
    """numpy.ndarray, whose types name no buffer before Python 3.12."""

    @property
    def __array_struct__(self) -> Any: ...


# Anything with the buffer protocol: bytes, memoryview, array, numpy.ndarray, mmap, Bytes, Image.
BytesLike = Union[SupportsBuffer, SupportsArray]


@dataclass(frozen=True)
class CallResult(Generic[T]):
    """What an operation came to: its document, and the files that belong to it."""

    result: T
    files: tuple[Bytes, ...]


@dataclass(frozen=True)
class Rendered:
    """One file that was made. ``data`` raises what kept it from being made; so does everything else then say nothing."""

    format: str
    width: int
    height: int
    document: RenditionMade
    file: Bytes | None = field(repr=False)
    error: Error | None = None

    @property
    def data(self) -> Bytes:
        if self.error is not None:
            raise self.error
        assert self.file is not None
        return self.file


# ----------------------------------------------------------------------------------- parts of the host


class ObjectInfo(TypedDict, total=False):
    """What a store of the host tells of an object."""

    key: str
    sizeBytes: int
    etag: str
    contentType: str
    url: str


@dataclass(frozen=True)
class Pictures:
    """What a provider has made. ``images`` says more of each file, such as ``{"revisedPrompt": ...}``."""

    files: Sequence[BytesLike]
    images: Sequence[JsonObject] | None = None
    usage: JsonObject | None = None
    request_id: str | None = None


@dataclass(frozen=True)
class ProviderTask:
    """What a provider will have made later: the library asks ``resume(task)``."""

    id: str
    resume_url: str | None = None


Progress = Json  # what a call tells while it works, as of its operation
OnProgress = Callable[[Any], object]
# Classes with the methods of docs/python.md, sync or async; or where there is one method only, a function.
ProviderPart = object  # of which a runtime may have several
StorePart = object
RecordsPart = object
AssetsPart = object
EnhancerPart = Union[object, Callable[[str, str, int], Any]]
LifestylePacksPart = Union[object, Callable[[str], Any]]
EventsPart = Union[object, Callable[[Json], Any]]
