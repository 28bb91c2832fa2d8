"""Types of what goes in and out. Documents have the names of their JSON fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypedDict, TypeVar, Union

from ._errors import Error
from ._native import Bytes

T = TypeVar("T")
Json = dict[str, Any]
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


class _Signed(TypedDict):
    user: str


class Identity(_Signed, total=False):
    """Who is signed in; see docs/http-routes.md."""

    roles: Sequence[str]


# ---------------------------------------------------------------------------------------------- results


class HttpIncident(TypedDict):
    id: str
    error: Json  # for your log, and not for the client


class _HttpAnswer(TypedDict):
    status: int
    headers: dict[str, str]
    body: str


class HttpAnswer(_HttpAnswer, total=False):
    incident: HttpIncident


class Progress(TypedDict, total=False):
    stage: str  # planned, buyingMaster, haveMaster, fileDone, shotFailed
    shotId: str
    filename: str
    filesDone: int
    filesTotal: int


class HeroFile(TypedDict, total=False):
    shot_id: str
    filename: str
    width: int
    height: int
    size_label: str
    format: str
    sku: str
    base_key: str
    is_primary: bool
    upscaled: bool
    crop: Json
    bytes: int  # of the file; this and what follows not in a dry run
    sha256: str
    url: str


class SkippedFile(TypedDict):
    shot_id: str
    filename: str
    reason: str


class FailedShot(TypedDict, total=False):
    shot_id: str
    error: str
    message: str
    retryable: bool
    maybe_spent: bool


class ContactSheet(TypedDict):
    html: str
    png: Bytes


class _HeroSheet(TypedDict, total=False):
    contactSheet: ContactSheet


class HeroResult(_HeroSheet):
    ok: bool
    workItemId: str
    dryRun: bool
    overwrite: bool
    generated: list[HeroFile]
    skippedExisting: list[SkippedFile]
    missingShots: list[str]
    failed: list[FailedShot]
    cost: Json


class EnhancedPrompt(TypedDict):
    finalPrompt: str
    currency: str
    estimates: list[Union[float, None]]  # of 1 to 5 pictures


class QueuedJob(TypedDict):
    jobId: str
    status: str


class PromptJob(TypedDict):
    jobId: str
    status: str
    cdnUrls: list[str]
    intent: str
    rawPrompt: str
    finalPrompt: str
    imageCount: int
    error: Any
    createdAt: Any
    updatedAt: Any


class PromptJobPage(TypedDict):
    jobs: list[PromptJob]
    next: str


class JobPage(TypedDict):
    jobs: list[Json]
    next: str


class JobEvents(TypedDict):
    events: list[Json]
    intact: bool


class JobAudit(JobEvents):
    jobId: str
    purchases: list[Json]


class WorkerResult(TypedDict):
    drained: bool
    jobs: int
    succeeded: int
    partlySucceeded: int
    failed: int
    cancelled: int


class SpoolPage(TypedDict):
    spool: str
    pictures: list[Json]
    damaged: list[str]
    next: str


class PurchasePage(TypedDict):
    purchases: list[Json]
    sum: Any
    next: str


class Asset(TypedDict, total=False):
    id: str
    kind: str
    objectKey: str
    url: str
    contentType: str
    sha256: str
    width: int
    height: int
    sizeBytes: int
    jobId: str
    owner: str
    provider: str
    model: str
    promptSha256: str
    extra: str
    created: int


class AssetPage(TypedDict):
    assets: list[Asset]
    next: str


class ObjectInfo(TypedDict, total=False):
    key: str
    sizeBytes: int
    etag: str
    contentType: str
    url: str


class _TaskOfProvider(TypedDict):
    provider: str
    id: str


class RemoteTask(_TaskOfProvider, total=False):
    """Where a provider will have its pictures later."""

    resumeUrl: str


class Usage(TypedDict, total=False):
    """What a call used, for all its pictures together: tokens, or the fields of one other form."""

    inputText: int
    inputImage: int
    outputImage: int
    outputText: int
    images: int
    outputMegapixels: float
    inputMegapixels: float
    seconds: float
    hardware: str  # what the seconds ran on, in the provider's word
    billedUsd: float  # the provider named the price itself, in US dollars


class MadePicture(TypedDict):
    data: Bytes  # as it came
    revisedPrompt: str


class Adaptation(TypedDict):
    """A difference between what was asked for and what was sent."""

    field: str  # "size", "seed", ...
    asked: str
    sent: Union[str, None]  # None: left out
    why: str


class MadePictures(TypedDict, total=False):
    """What a provider answered: pictures, or a task to resume."""

    images: list[MadePicture]
    adaptations: list[Adaptation]  # where there are any; only with strict=False
    usage: Usage
    requestId: str
    task: RemoteTask


class Finding(TypedDict):
    verdict: str
    subject: str
    text: str


class Limits(TypedDict, total=False):
    """What a picture from outside may cost."""

    maxBytes: int
    maxPixels: int
    maxSide: int
    maxTimeMs: int


class _Box(TypedDict):
    width: int
    height: int


class Rendition(_Box, total=False):
    """One file to make of a picture."""

    fit: str  # cover, contain, fill, inside, outside
    position: Any  # "centre", "north", ..., "attention", "entropy", {"x": 0.3, "y": 0.5}
    format: str  # webp, jpeg, png, avif
    quality: int
    effort: int
    lossless: bool
    upscale: bool
    background: str
    blurSigma: float


@dataclass(frozen=True)
class Rendered:
    """One file that was made. ``data`` raises what kept it from being made; so does everything else then say nothing."""

    format: str
    width: int
    height: int
    document: Json
    file: Bytes | None = field(repr=False)
    error: Error | None = None

    @property
    def data(self) -> Bytes:
        if self.error is not None:
            raise self.error
        assert self.file is not None
        return self.file


# ----------------------------------------------------------------------------------- parts of the host


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


OnProgress = Callable[[Progress], object]
# Classes with the methods of docs/python.md, sync or async; or where there is one method only, a function.
ProviderPart = object  # of which a runtime may have several
StorePart = object
RecordsPart = object
MetadataPart = object
EnhancerPart = Union[object, Callable[[str, str, int], Any]]
PacksPart = Union[object, Callable[[str], Any]]
EventsPart = Union[object, Callable[[Json], Any]]
