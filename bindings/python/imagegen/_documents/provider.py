"""Documents of the operations provider.*. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from typing import TypedDict

from .._native import Bytes
from .base import Json
from .heroes import Adaptation


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


class _PriceEstimate(TypedDict):
    model: str
    quality: str
    rough: bool  # from a neighbouring size or quality
    priceForm: str
    priceDate: str
    source: str


class PriceEstimate(_PriceEstimate, total=False):
    estimatedUsd: float  # at most; null: unknown
    leastUsd: float  # null: unknown


class PriceEstimates(TypedDict):
    provider: str
    prices: list[PriceEstimate]
