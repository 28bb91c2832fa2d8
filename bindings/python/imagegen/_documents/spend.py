"""Documents of the operations spend.*. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from typing import Literal, TypedDict



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


class LedgerExport(TypedDict):
    sum: LedgerSum
    csv: str


class SpendGroup(TypedDict):
    key: str  # "2026-11-21" of a day
    currency: Literal["USD"]
    held: float  # as the budgets count it
    settled: float  # actual, or estimated
    purchases: int  # of any state
    images: int  # settled
    unknownOutcomes: int
    unknownPrices: int  # settled without a price: in no sum


class SpendSums(TypedDict):
    groups: list[SpendGroup]  # by key
    sum: LedgerSum  # of all of them
