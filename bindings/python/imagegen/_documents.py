"""Documents of the operations. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from ._native import Bytes

Json = dict[str, Any]

# Operations of which nobody knows, where they were left, whether something was paid for.
MAY_BUY = frozenset({
    "heroes.generate",
    "prompts.enhance",
    "provider.submit",
    "provider.resume",
    "worker.run",
    "http.answer",
})


class _HeroRequest(TypedDict):
    workItemId: str


class HeroRequest(_HeroRequest, total=False):
    lifestylePack: Json  # of version 2; absent: the runtime's are asked
    shotIds: list[str]  # only these shots; none: all of the pack
    dryRun: bool  # plan and price only; buy and write nothing
    overwrite: bool  # make files again that exist, from the kept masters
    user: str  # the user's id, for budgets and limits
    budget: float  # US dollars; a higher estimate is refused
    fresh: bool  # buy new masters in place of kept ones; implies overwrite
    promptTemplate: str  # in place of the one that is built in
    allowUnknownPrice: bool  # under a budget, buy also what has no known price
    buyAgainWhenUnknown: bool  # buy again what a run that was cut off may have bought; it may then be paid twice
    contactSheet: bool  # also a page and a picture of all files


class PixelRect(TypedDict):
    x: int  # px
    y: int  # px
    width: int  # px
    height: int  # px


class _HeroFile(TypedDict):
    shot_id: str
    filename: str  # its key in the store
    width: int  # px
    height: int  # px
    size_label: str
    format: str
    sku: str
    base_key: str
    is_primary: bool
    upscaled: bool  # cut from a part of the master that is smaller


class HeroFile(_HeroFile, total=False):
    crop: PixelRect  # of the master
    bytes: int  # of the file; not in a dry run
    sha256: str  # of the file, in hexadecimal; not in a dry run
    url: str  # where readers find it; not in a dry run


class HeroSkipped(TypedDict):
    shot_id: str
    filename: str
    reason: Literal["EXISTS"]


class _HeroFailure(TypedDict):
    shot_id: str
    error: str
    message: str
    retryable: bool
    maybe_spent: bool  # the provider may have charged for it


class HeroFailure(_HeroFailure, total=False):
    filename: str  # absent: the whole shot


class Adaptation(TypedDict):
    field: str  # "size", "seed" ...
    asked: str
    sent: str | None  # null: left out
    why: str  # for people


class _HeroShotCost(TypedDict):
    shot_id: str
    master: Literal["none", "kept", "bought", "to_buy"]  # where it is from
    master_width: int  # px
    master_height: int  # px
    prompt: str  # as it is sent
    estimated: float | None  # US dollars; null: unknown
    rough: bool
    actual: float | None  # US dollars; null: unknown
    master_notes: list[str]  # what its owner should know


class HeroShotCost(_HeroShotCost, total=False):
    adaptations: list[Adaptation]  # what is sent otherwise than wished


class HeroCost(TypedDict):
    currency: Literal["USD"]
    estimated: float | None  # null: unknown
    rough: bool
    actual: float | None  # null: unknown
    imagesBought: int  # masters
    priceDate: str | None  # of the oldest figure used
    shots: list[HeroShotCost]  # in pack order


class ContactSheet(TypedDict):
    html: str
    png: Bytes


class _HeroResult(TypedDict):
    ok: Literal[True]
    workItemId: str
    dryRun: bool
    overwrite: bool
    generated: list[HeroFile]  # in a dry run: what would be made
    skippedExisting: list[HeroSkipped]  # was there already
    missingShots: list[str]  # asked for, and not in the pack or without a board
    failed: list[HeroFailure]
    cost: HeroCost


class HeroResult(_HeroResult, total=False):
    warnings: list[str]
    contactSheet: ContactSheet


class HeroProgress(TypedDict):
    stage: Literal["planned", "buyingMaster", "haveMaster", "fileDone", "shotFailed"]
    shotId: str  # empty for planned
    filename: str  # for fileDone
    filesDone: int  # made, skipped or failed so far
    filesTotal: int


class _EnhancedPrompt(TypedDict):
    finalPrompt: str
    currency: Literal["USD"]
    estimates: list[float | None]  # of 1 to 5 pictures; null: unknown


class EnhancedPrompt(_EnhancedPrompt, total=False):
    warnings: list[str]


class QueuedPromptJob(TypedDict):
    jobId: str
    status: Literal["QUEUED", "RUNNING", "DONE", "FAILED"]


class PromptJob(TypedDict):
    jobId: str
    status: Literal["QUEUED", "RUNNING", "DONE", "FAILED"]
    cdnUrls: list[str]  # of the pictures that are finished
    intent: str
    rawPrompt: str
    finalPrompt: str
    imageCount: int
    error: str  # why it failed; else empty
    createdAt: str
    updatedAt: str


class PromptJobPage(TypedDict):
    jobs: list[PromptJob]
    next: str  # empty: the last page


class Job(TypedDict):
    id: str
    kind: str  # "prompt", "heroes" ...
    state: Literal["queued", "running", "succeeded", "partly_succeeded", "failed", "cancelled"]
    declinedSince: str | None  # since when no worker could do it; else null
    owner: str
    priority: int
    attempt: int  # how often it was begun
    cancelRequested: bool
    worker: str  # who has it while it runs
    error: str  # why it failed, or cannot be done for now; else empty
    created: str
    updated: str
    input: Any  # as its kind has it
    output: Any  # as its kind has it


class JobPage(TypedDict):
    jobs: list[Job]
    next: str  # empty: the last page


class JobEvent(TypedDict):
    number: int  # from 1
    time: str
    event: str  # "created", "claimed", "image_bought" ...
    detail: Any
    hash: str  # covers the event and the hash before it


class _JobEvents(TypedDict):
    events: list[JobEvent]
    intact: bool  # nobody has changed the record since


class JobEvents(_JobEvents, total=False):
    fault: str


class ReplayedFile(TypedDict):
    name: str
    sameRequest: bool
    sameFile: bool
    recordedSha256: str
    replayedSha256: str
    fault: str


class Replay(TypedDict):
    jobId: str
    same: bool
    files: list[ReplayedFile]


class PurchaseReason(TypedDict):
    time: str
    state: Literal["intended", "submitted", "settled", "released", "outcome_unknown"]
    note: str


class PurchasePlace(TypedDict):
    slot: str
    masterKey: str


class _Purchase(TypedDict):
    id: str
    job: str
    slot: str
    user: str
    attempt: int  # of the job
    state: Literal["intended", "submitted", "settled", "released", "outcome_unknown"]
    provider: str
    model: str
    images: int
    estimateUsd: float | None  # null: unknown
    actualUsd: float | None  # null: unknown
    actualSource: Literal["none", "estimate", "usage", "provider"]  # where actualUsd is from
    remoteId: str
    requestHash: str
    created: str
    updated: str
    masterKey: str  # where the picture is kept
    blocks: bool  # no further purchase for its places
    note: str  # why it is as it is; the newest of history
    history: list[PurchaseReason]  # oldest first


class Purchase(_Purchase, total=False):
    also: list[PurchasePlace]  # further slots that it fills


class LedgerSum(TypedDict):
    currency: Literal["USD"]
    held: float  # as the budgets count it
    settled: float  # actual, or estimated
    purchases: int  # of any state
    images: int  # settled
    unknownOutcomes: int
    unknownPrices: int  # settled without a price: in no sum


class PurchasePage(TypedDict):
    purchases: list[Purchase]
    sum: LedgerSum  # of the page
    next: str  # empty: the last page


class SpooledPicture(TypedDict):
    purchase: str
    key: str  # where it belongs
    contentType: str
    sizeBytes: int
    spooled: str


class SpoolPage(TypedDict):
    spool: str  # where it is; empty for nowhere
    pictures: list[SpooledPicture]
    damaged: list[str]
    next: str  # empty: the last page


class _Asset(TypedDict):
    id: str
    kind: str  # "master", "rendition" ...
    objectKey: str
    sha256: str  # of the file, in hexadecimal


class Asset(_Asset, total=False):
    url: str
    contentType: str
    width: int  # px
    height: int  # px
    sizeBytes: int
    jobId: str
    owner: str
    provider: str
    model: str
    promptSha256: str  # in hexadecimal
    extra: str  # JSON of the workflow
    created: int  # milliseconds since 1970


class AssetQuery(TypedDict, total=False):
    jobId: str  # only those of this job
    owner: str  # only those of this user
    kind: str  # only those of this kind
    sha256: str  # only files with this SHA-256
    after: str  # next of the page before, to go on there
    limit: int  # how many


class AssetPage(TypedDict):
    assets: list[Asset]
    next: str  # empty: the last page


class StoredObject(TypedDict):
    key: str
    sizeBytes: int
    etag: str
    contentType: str
    url: str  # where readers find it


class StoreDescription(TypedDict):
    name: str  # "memory", "file", "s3" ...
    keepsContentType: bool  # else it is derived from the key
    durable: bool  # what is stored survives a crash


class MadePicture(TypedDict):
    revisedPrompt: str  # empty where the provider changed nothing
    data: Bytes


class Usage(TypedDict, total=False):
    inputText: int  # tokens
    inputImage: int  # tokens
    outputImage: int  # tokens
    outputText: int  # tokens
    images: int
    outputMegapixels: float
    inputMegapixels: float
    seconds: float
    hardware: str  # what the seconds ran on, in the provider's word
    billedUsd: float  # the provider named the price itself, in US dollars


class _RemoteTask(TypedDict):
    provider: str
    id: str


class RemoteTask(_RemoteTask, total=False):
    resumeUrl: str  # what else the provider needs to go on


class MadePictures(TypedDict, total=False):
    images: list[MadePicture]
    requestId: str  # the provider's own, for support
    usage: Usage
    adaptations: list[Adaptation]  # where there are any
    task: RemoteTask  # to resume, in place of all else


class Sizes(TypedDict):
    fixed: list[list[int]]  # [width, height] each; none: by the rules below
    multipleOf: int
    minPixels: int
    maxPixels: int
    maxSide: int
    maxAspect: float


class ModelDescription(TypedDict):
    priceForm: str
    model: str
    quality: str  # where no other is asked for
    qualities: list[str]
    sizes: Sizes
    maxImagesPerCall: int
    takesSeed: bool
    takesNegative: bool
    takesStrength: bool
    takesGuidance: bool
    takesSteps: bool
    takesExtras: bool
    takesMask: bool
    maxReferences: int
    maxPromptChars: int
    trainedModel: bool
    fields: Json  # as data/models.json has them


class ProviderDescription(TypedDict):
    priceForm: str
    model: str
    quality: str  # where no other is asked for
    qualities: list[str]
    sizes: Sizes
    maxImagesPerCall: int
    takesSeed: bool
    takesNegative: bool
    takesStrength: bool
    takesGuidance: bool
    takesSteps: bool
    takesExtras: bool
    takesMask: bool
    maxReferences: int
    maxPromptChars: int
    trainedModel: bool
    fields: Json  # as data/models.json has them
    provider: str
    paid: bool  # a call may cost money
    takesTaskId: bool
    models: list[ModelDescription]  # what is beside them is of the first


class Limits(TypedDict, total=False):
    maxBytes: int  # of the file
    maxPixels: int  # width times height
    maxSide: int  # px
    maxTimeMs: int  # to decode it, and again to make each file


class FoundProvenance(TypedDict):
    digitalSourceType: str
    creatorTool: str
    model: str
    promptSha256: str
    hasC2pa: bool


class _Inspected(TypedDict):
    format: Literal["webp", "jpeg", "png", "avif"]  # by content
    width: int  # px
    height: int  # px
    storedWidth: int  # px
    storedHeight: int  # px
    orientation: int  # EXIF, 1..8
    bitsPerChannel: int
    colour: str
    hasAlpha: bool
    hasIccProfile: bool
    animated: bool
    frames: int
    sizeBytes: int
    provenance: FoundProvenance
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
    quality: int
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


class EncodedFile(TypedDict):
    format: Literal["webp", "jpeg", "png", "avif"]
    width: int  # px
    height: int  # px
    sizeBytes: int
    data: Bytes


class Point(TypedDict):
    x: float  # from the left
    y: float  # from the top


class Provenance(TypedDict, total=False):
    source: Literal["trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicallyEnhanced", "algorithmicMedia", "dataDrivenMedia", "digitalCreation", "humanEdits", "composite", "compositeSynthetic"]  # IPTC DigitalSourceType
    model: str
    promptSha256: str  # in hexadecimal
    creatorTool: str


class _Rendition(TypedDict):
    width: int  # of the box, px
    height: int  # of the box, px


class Rendition(_Rendition, total=False):
    fit: Literal["cover", "contain", "fill", "inside", "outside"]
    position: str | Point  # centre, north, north-east ... north-west, attention, entropy, or {x, y}; what is kept, or where it stands
    upscale: bool
    background: str  # #rgb, #rrggbb, #rrggbbaa, transparent, white or black
    flatten: bool  # puts what has alpha onto the background
    blurSigma: float  # px; 0 does not blur
    kernel: Literal["nearest", "linear", "cubic", "mitchell", "lanczos2", "lanczos3"]  # on an axis that shrinks
    enlargeKernel: Literal["nearest", "linear", "cubic", "mitchell", "lanczos2", "lanczos3"]  # on an axis that grows
    linearLight: bool
    provenance: Provenance  # written into the file as XMP
    format: Literal["webp", "jpeg", "png", "avif"]
    quality: int
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


class RenditionFailure(TypedDict):
    code: str
    message: str


class RenditionMade(TypedDict, total=False):
    format: Literal["webp", "jpeg", "png", "avif"]
    width: int  # px
    height: int  # px
    sizeBytes: int
    crop: PixelRect  # what was kept of the picture
    upscaled: bool
    notes: list[str]
    error: RenditionFailure  # why there is no file; then nothing else is here
    data: Bytes


class Rendered(TypedDict):
    renditions: list[RenditionMade]  # in the order of the request


class FirstProvider(TypedDict):
    name: str
    model: str


class Formats(TypedDict):
    read: list[str]
    write: list[str]


class RuntimeDescription(TypedDict):
    version: str
    provider: FirstProvider  # who is asked where nothing else is said
    providers: list[str]
    store: str
    threads: int
    formats: Formats


class Finding(TypedDict):
    verdict: Literal["good", "warning", "broken"]  # warning: it works, and somebody should look at it
    subject: str  # "provider", "store" ...
    text: str


class Examination(TypedDict):
    ok: bool  # nothing is broken
    findings: list[Finding]


class WorkerResult(TypedDict):
    drained: bool
    jobs: int  # that ended here: the sum of those that follow
    succeeded: int
    partlySucceeded: int
    failed: int
    cancelled: int


class _WorkerProgress(TypedDict):
    stage: str  # working, written, notDone or word


class WorkerProgress(_WorkerProgress, total=False):
    jobId: str
    kind: str
    state: Literal["queued", "running", "succeeded", "partly_succeeded", "failed", "cancelled"]
    attempt: int
    error: str
    text: str  # the word, for people
    database: str  # of working: where the jobs are
    concurrency: int  # of working


class _JobAudit(TypedDict):
    jobId: str
    intact: bool  # nobody has changed the record since
    events: list[JobEvent]
    purchases: list[Purchase]


class JobAudit(_JobAudit, total=False):
    fault: str


class LedgerExport(TypedDict):
    sum: LedgerSum
    csv: str


class _Identity(TypedDict):
    user: str  # blank: nobody is signed in


class Identity(_Identity, total=False):
    roles: list[str]


class _HttpCall(TypedDict):
    method: str
    path: str  # with the query, percent-encoded as it came


class HttpCall(_HttpCall, total=False):
    headers: Json
    identity: Identity | None  # who is signed in; null: nobody
    body: str


class HttpIncident(TypedDict):
    id: str
    error: Json


class _HttpAnswer(TypedDict):
    status: int
    headers: Json
    body: str


class HttpAnswer(_HttpAnswer, total=False):
    incident: HttpIncident  # to log, and not to send


class EraseRequest(TypedDict, total=False):
    user: str  # a user's id, exactly
    character: str  # a character's id, exactly
    cancelJobs: bool  # cancel the person's jobs that are queued or run, and wait for them; else refuse
    dryRun: bool  # only tell what would go
    patienceMs: int  # how long to wait for jobs that were cancelled


class EraseFailure(TypedDict):
    what: str  # "object images/1.webp", "job j-1"
    code: str
    message: str
    retryable: bool


class _EraseReport(TypedDict):
    dryRun: bool  # nothing went: it would go
    complete: bool  # nothing that is known is left
    foundNothing: bool
    cancelled: int  # jobs that were queued or ran
    jobs: int  # of which a stub is left
    purchases: int  # whose texts went
    assets: int  # records of files
    spooled: int  # pictures of the spool
    records: Json  # others, by their collection
    removed: list[str]  # keys of files that went
    shared: list[str]  # keys of files that somebody else has too, and that stay
    live: list[str]  # in a dry run: jobs that are queued or run
    left: list[str]  # what may be the person's too and stays, a sentence each
    failed: list[EraseFailure]


class EraseReport(_EraseReport, total=False):
    user: str
    character: str


class CopiedPart(TypedDict):
    name: str
    rows: int  # or pictures
    sha256: str  # over all values, the same in source and copy


class StateCopyReport(TypedDict):
    source: str
    target: str
    parts: list[CopiedPart]  # read again from both, and found equal
    resumed: bool  # an earlier call had begun it
    wasComplete: bool  # it was there already, and nobody has used it since
    sourceRetired: bool  # no worker takes anything from the source any more
    remarks: list[str]  # what its operator should know


class StateCopyProgress(TypedDict):
    part: str
    rows: int  # of it so far
