"""From "a user wants a picture" to finished files with URLs: the engine imagegen in Python.

    with imagegen.Runtime({"store": "file:out", "state": "sqlite:imagegen.db"}) as runtime:
        made = runtime.heroes.generate("wi-1", lifestyle_pack=pack)

docs/python.md is the ten-minute introduction.
"""

from __future__ import annotations

import importlib as _importlib
import json as _json


def _check_interpreter() -> None:
    """Threads of the library ask for the GIL of the main interpreter: made in another one, objects would wait for ever."""
    for name in ("_interpreters", "_xxsubinterpreters"):
        try:
            interpreters = _importlib.import_module(name)
        except ImportError:
            continue
        if interpreters.get_current() != interpreters.get_main():
            raise ImportError("imagegen: expected the main interpreter of the process, got a subinterpreter, which it does not support")
        return


_check_interpreter()

from . import _native  # noqa: E402
from ._version import __version__  # noqa: E402


def _check_version(native: str, package: str) -> None:
    if native.split(".")[0] != package.split(".")[0]:
        raise ImportError(f"imagegen: the package is version {package}, its library is version {native}; install them together")


_check_version(_native.__version__, __version__)

from ._async_call import AsyncCall  # noqa: E402
from ._async_runtime import AsyncRuntime  # noqa: E402
from ._call import Call  # noqa: E402
from ._documents import (  # noqa: E402
    Adaptation,
    Asset,
    AssetPage,
    EnhancedPrompt,
    Finding,
    HeroFile,
    HeroProgress,
    HeroResult,
    HttpAnswer,
    HttpIncident,
    Identity,
    Job,
    JobAudit,
    JobEvent,
    JobEvents,
    JobPage,
    Limits,
    MadePicture,
    MadePictures,
    PromptJob,
    Purchase,
    PurchasePage,
    QueuedPromptJob,
    RemoteTask,
    Rendition,
    SpoolPage,
    StoredObject,
    Usage,
    WorkerProgress,
    WorkerResult,
)
from ._drain import Drain  # noqa: E402
from ._errors import (  # noqa: E402
    AlreadyExistsError,
    BadAnswerError,
    BudgetExceededError,
    CancelledError,
    ConflictError,
    ContentRefusedError,
    CorruptDataError,
    DeadlineExceededError,
    Error,
    Fault,
    InternalError,
    InvalidArgumentError,
    LeaseLostError,
    LimitExceededError,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    QuotaExceededError,
    RateLimitedError,
    StorageFailedError,
    UnavailableError,
    UnsupportedError,
)
from ._http import asgi  # noqa: E402
from ._images import decode, encode, inspect, render  # noqa: E402
from ._native import Bytes, Image  # noqa: E402
from ._runtime import Runtime  # noqa: E402
from ._types import (  # noqa: E402
    BytesLike,
    CallResult,
    Json,
    ObjectInfo,
    Pictures,
    Progress,
    ProviderTask,
    Rendered,
)


def operations() -> list[Json]:
    """Every operation: name, summary, JSON Schemas of request and result, and which files go in and out."""
    listed: list[Json] = _json.loads(_native.operations_json())["operations"]
    return listed


__all__ = [
    "Adaptation",
    "AlreadyExistsError",
    "Asset",
    "AssetPage",
    "AsyncCall",
    "AsyncRuntime",
    "BadAnswerError",
    "BudgetExceededError",
    "Bytes",
    "BytesLike",
    "Call",
    "CallResult",
    "CancelledError",
    "ConflictError",
    "ContentRefusedError",
    "CorruptDataError",
    "DeadlineExceededError",
    "Drain",
    "EnhancedPrompt",
    "Error",
    "Fault",
    "Finding",
    "HeroFile",
    "HeroProgress",
    "HeroResult",
    "HttpAnswer",
    "HttpIncident",
    "Identity",
    "Image",
    "InternalError",
    "InvalidArgumentError",
    "Job",
    "JobAudit",
    "JobEvent",
    "JobEvents",
    "JobPage",
    "Json",
    "LeaseLostError",
    "LimitExceededError",
    "Limits",
    "MadePicture",
    "MadePictures",
    "NotFoundError",
    "ObjectInfo",
    "OutcomeUnknownError",
    "PermissionDeniedError",
    "Pictures",
    "Progress",
    "PromptJob",
    "ProviderTask",
    "Purchase",
    "PurchasePage",
    "QueuedPromptJob",
    "QuotaExceededError",
    "RateLimitedError",
    "RemoteTask",
    "Rendered",
    "Rendition",
    "Runtime",
    "SpoolPage",
    "StorageFailedError",
    "StoredObject",
    "UnavailableError",
    "UnsupportedError",
    "Usage",
    "WorkerProgress",
    "WorkerResult",
    "__version__",
    "asgi",
    "decode",
    "encode",
    "inspect",
    "operations",
    "render",
]
