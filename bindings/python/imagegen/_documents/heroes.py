"""Documents of the operations heroes.*. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from typing import Literal, TypedDict

from .._native import Bytes
from .base import Json


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


class PixelRect(TypedDict, total=False):
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
    spentUsd: float  # so far, as it was estimated
