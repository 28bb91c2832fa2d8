"""What each typed method asks for. One function makes it for threads and for event loops: see _binding.py."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar, cast

from ._checks import seconds
from ._drain import Drain
from ._errors import DeadlineExceededError, Error
from ._native import Bytes
from ._types import (
    Asset,
    AssetPage,
    BytesLike,
    CallResult,
    EnhancedPrompt,
    Finding,
    HeroResult,
    HttpAnswer,
    Identity,
    JobAudit,
    JobEvents,
    JobPage,
    Json,
    JsonObject,
    MadePictures,
    ObjectInfo,
    OnProgress,
    PromptJob,
    PromptJobPage,
    PurchasePage,
    QueuedJob,
    RemoteTask,
    SpoolPage,
    WorkerResult,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Plan(Generic[T]):
    """An operation that is to be called, and what is made of its result."""

    operation: str
    request: Mapping[str, Any] | str | None
    inputs: Sequence[BytesLike]
    finish: Callable[[CallResult[Json]], T]
    timeout: float | None = None
    on_progress: OnProgress | None = None
    drain: Drain | None = None


def _document(answer: CallResult[Json]) -> Any:
    return answer.result


def _nothing(_: CallResult[Json]) -> None:
    return None


def _field(name: str) -> Callable[[CallResult[Json]], Any]:
    return lambda answer: answer.result[name]


def _whole(answer: CallResult[Json]) -> Any:
    return answer


# Of what they were at when they were left nobody knows whether it was paid for.
_MAY_BUY = frozenset({"heroes.generate", "http.answer", "prompts.enhance", "provider.submit", "provider.resume", "worker.run"})


def too_late(operation: str, timeout: float, spent: bool) -> DeadlineExceededError:
    return DeadlineExceededError(
        f"{operation}: expected an end within {timeout:g} s", retryable=not spent, spent=spent, http_status=504, operation=operation
    )


def may_have_spent(operation: str, error: BaseException | None) -> bool:
    """Of a call that was cancelled, and ended with ``error`` or not at all."""
    return error.spent if isinstance(error, Error) else operation in _MAY_BUY


def _seconds(operation: str, timeout: float | None) -> float | None:
    """No time left is too late, and no call at all."""
    limit = seconds("timeout", timeout)
    if limit is not None and limit <= 0:
        raise too_late(operation, limit, spent=False)
    return limit


def _plan(
    operation: str,
    finish: Callable[[CallResult[Json]], T],
    request: Mapping[str, Any],
    timeout: float | None,
    inputs: Sequence[BytesLike] = (),
    on_progress: OnProgress | None = None,
    drain: Drain | None = None,
) -> Plan[T]:
    given = {name: value for name, value in request.items() if value is not None}
    return Plan(operation, given, inputs, finish, _seconds(operation, timeout), on_progress, drain)


def call(
    operation: str,
    request: Mapping[str, Any] | str | None = None,
    *,
    inputs: Sequence[BytesLike] = (),
    timeout: float | None = None,
    on_progress: OnProgress | None = None,
    drain: Drain | None = None,
) -> Plan[CallResult[Json]]:
    """Makes any operation of ``imagegen.operations()``. What takes longer than ``timeout`` seconds is cancelled."""
    return Plan(operation, request, inputs, _whole, _seconds(operation, timeout), on_progress, drain)


# ---------------------------------------------------------------------------------------------- heroes


def heroes_generate(
    work_item_id: str,
    *,
    pack: JsonObject | str | None = None,
    shot_ids: Sequence[str] | None = None,
    dry_run: bool | None = None,
    overwrite: bool | None = None,
    user: str | None = None,
    budget: float | None = None,
    fresh: bool | None = None,
    prompt_template: str | None = None,
    allow_unknown_price: bool | None = None,
    buy_again_when_unknown: bool | None = None,
    contact_sheet: bool | None = None,
    drain: Drain | None = None,
    timeout: float | None = None,
    on_progress: OnProgress | None = None,
) -> Plan[HeroResult]:
    """Makes the lifestyle heroes of a work item: one master a shot, cut into every size of its pack.

    Without ``pack`` the runtime's ``packs`` are asked. ``budget`` is in US dollars. With ``contact_sheet`` the result has a page
    and a picture of all files: ``made["contactSheet"]["png"]``. Once ``drain`` is requested no further picture is bought.
    """
    request = {
        "workItemId": work_item_id,
        "pack": json.loads(pack) if isinstance(pack, str) else pack,
        "shotIds": None if shot_ids is None else list(shot_ids),
        "dryRun": dry_run,
        "overwrite": overwrite,
        "user": user,
        "budget": budget,
        "fresh": fresh,
        "promptTemplate": prompt_template,
        "allowUnknownPrice": allow_unknown_price,
        "buyAgainWhenUnknown": buy_again_when_unknown,
        "contactSheet": contact_sheet,
    }
    return _plan("heroes.generate", _heroes, request, timeout, (), on_progress, drain)


def _heroes(answer: CallResult[Json]) -> HeroResult:
    made = cast(HeroResult, answer.result)
    if len(answer.files) == 2:
        made["contactSheet"] = {"html": str(memoryview(answer.files[0]), "utf-8"), "png": answer.files[1]}
    return made


# --------------------------------------------------------------------------------------------- prompts

def prompts_enhance(intent: str, prompt: str, *, timeout: float | None = None) -> Plan[EnhancedPrompt]:
    """Makes a better prompt for the user to approve, and tells what pictures of it would cost."""
    return _plan("prompts.enhance", _document, {"intent": intent, "prompt": prompt}, timeout)


def prompts_execute(
    intent: str,
    raw_prompt: str,
    final_prompt: str,
    *,
    image_count: int | None = None,
    owner: str | None = None,
    timeout: float | None = None,
) -> Plan[QueuedJob]:
    """Queues a job that buys pictures of exactly the approved prompt."""
    request = {
        "intent": intent,
        "rawPrompt": raw_prompt,
        "finalPrompt": final_prompt,
        "imageCount": image_count,
        "owner": owner,
    }
    return _plan("prompts.execute", _document, request, timeout)


def prompts_get(job_id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[PromptJob]:
    """Tells how a prompt job stands. With ``owner`` the jobs of others are not found."""
    return _plan("prompts.get", _document, {"jobId": job_id, "owner": owner}, timeout)


def prompts_retry(job_id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[PromptJob]:
    """Queues a failed prompt job again; pictures that were paid for are kept."""
    return _plan("prompts.retry", _document, {"jobId": job_id, "owner": owner}, timeout)


def prompts_cancel(job_id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[PromptJob]:
    """Cancels a prompt job that is queued, or asks the worker of a running one to stop."""
    return _plan("prompts.cancel", _document, {"jobId": job_id, "owner": owner}, timeout)


def prompts_list(
    *,
    owner: str | None = None,
    state: str | None = None,
    after: str | None = None,
    limit: int | None = None,
    timeout: float | None = None,
) -> Plan[PromptJobPage]:
    """Lists prompt jobs, newest first."""
    return _plan(
        "prompts.list", _document, {"owner": owner, "state": state, "after": after, "limit": limit}, timeout
    )


# ------------------------------------------------------------------------------------ worker and jobs

def worker_run(
    *,
    concurrency: int | None = None,
    until_idle: bool | None = None,
    drain: Drain | None = None,
    timeout: float | None = None,
    on_progress: OnProgress | None = None,
) -> Plan[WorkerResult]:
    """Does jobs of the queue; without ``until_idle`` until it is drained or cancelled. Drained it finishes what runs."""
    request = {"concurrency": concurrency, "untilIdle": until_idle}
    return _plan("worker.run", _document, request, timeout, (), on_progress, drain)


def jobs_get(id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[Json]:
    """With ``owner`` the jobs of others are not found; so in all functions of one job."""
    return _plan("jobs.get", _field("job"), {"id": id, "owner": owner}, timeout)


def jobs_cancel(id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[Json]:
    return _plan("jobs.cancel", _field("job"), {"id": id, "owner": owner}, timeout)


def jobs_retry(id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[Json]:
    return _plan("jobs.retry", _field("job"), {"id": id, "owner": owner}, timeout)


def jobs_list(
    *,
    state: str | None = None,
    kind: str | None = None,
    owner: str | None = None,
    after: str | None = None,
    limit: int | None = None,
    timeout: float | None = None,
) -> Plan[JobPage]:
    request = {"state": state, "kind": kind, "owner": owner, "after": after, "limit": limit}
    return _plan("jobs.list", _document, request, timeout)


def jobs_events(id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[JobEvents]:
    """What happened, and whether the record was changed since."""
    return _plan("jobs.events", _document, {"id": id, "owner": owner}, timeout)


def jobs_audit(id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[JobAudit]:
    """What happened and what was bought, and whether the record was changed since."""
    return _plan("jobs.audit", _document, {"id": id, "owner": owner}, timeout)


def jobs_replay(id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[Json]:
    """Makes the files again from what is kept, free and offline, and compares."""
    return _plan("jobs.replay", _document, {"id": id, "owner": owner}, timeout)


# ------------------------------------------------------------------------------------ spend and assets

def spend_list(
    *,
    job_id: str | None = None,
    user: str | None = None,
    since: int | None = None,
    until: int | None = None,
    after: str | None = None,
    limit: int | None = None,
    timeout: float | None = None,
) -> Plan[PurchasePage]:
    """Lists what was bought. ``since`` and ``until`` are milliseconds since 1970."""
    request = {"jobId": job_id, "user": user, "from": since, "until": until, "after": after, "limit": limit}
    return _plan("spend.list", _document, request, timeout)


def spend_used(scope: str = "total", *, timeout: float | None = None) -> Plan[float]:
    """US dollars: of ``total``, ``day:2026-11-21``, ``user:ID`` or ``job:ID``."""
    return _plan("spend.used", _field("used"), {"scope": scope}, timeout)


def spend_settle(
    purchase: str,
    outcome: Literal["released", "settled", "buyAgain"],
    *,
    actual_usd: float | None = None,
    note: str | None = None,
    timeout: float | None = None,
) -> Plan[Json]:
    """Says how a purchase ended whose outcome nobody knows: nothing is owed (``released``), it did cost ``actual_usd`` dollars
    (``settled``), or it may be bought again while its estimate stays held (``buyAgain``). Gives the purchase after it."""
    request = {"purchase": purchase, "outcome": outcome, "actualUsd": actual_usd, "note": note}
    return _plan("spend.settle", _field("purchase"), request, timeout)


def spend_export(*, job_id: str | None = None, user: str | None = None, timeout: float | None = None) -> Plan[CallResult[Json]]:
    """The whole ledger as a table, CSV: ``files[0]``; what it adds up to: ``result["sum"]``."""
    return _plan("spend.export", _whole, {"jobId": job_id, "user": user}, timeout)


def spend_spool(*, after: str | None = None, limit: int | None = None, timeout: float | None = None) -> Plan[SpoolPage]:
    """Lists paid pictures that no store has taken yet, oldest first."""
    return _plan("spend.spool", _document, {"after": after, "limit": limit}, timeout)


def assets_put(asset: Asset, *, timeout: float | None = None) -> Plan[None]:
    return _plan("assets.put", _nothing, {"asset": dict(asset)}, timeout)


def assets_get(id: str, *, timeout: float | None = None) -> Plan[Asset | None]:
    return _plan("assets.get", _field("asset"), {"id": id}, timeout)


def assets_remove(id: str, *, timeout: float | None = None) -> Plan[None]:
    return _plan("assets.remove", _nothing, {"id": id}, timeout)


def assets_list(
    *,
    job_id: str | None = None,
    owner: str | None = None,
    kind: str | None = None,
    sha256: str | None = None,
    after: str | None = None,
    limit: int | None = None,
    timeout: float | None = None,
) -> Plan[AssetPage]:
    request = {"jobId": job_id, "owner": owner, "kind": kind, "sha256": sha256, "after": after, "limit": limit}
    return _plan("assets.list", _document, request, timeout)


# --------------------------------------------------------------------------------- store and provider


def store_put(
    key: str,
    data: BytesLike,
    *,
    content_type: str | None = None,
    cache_control: str | None = None,
    only_if_absent: bool | None = None,
    timeout: float | None = None,
) -> Plan[ObjectInfo]:
    request = {
        "key": key,
        "contentType": content_type,
        "cacheControl": cache_control,
        "onlyIfAbsent": only_if_absent,
    }
    return _plan("store.put", _document, request, timeout, (data,))


def store_get(key: str, *, max_bytes: int | None = None, timeout: float | None = None) -> Plan[Bytes]:
    return _plan("store.get", lambda answer: answer.files[0], {"key": key, "maxBytes": max_bytes}, timeout)


def store_head(key: str, *, timeout: float | None = None) -> Plan[ObjectInfo | None]:
    return _plan("store.head", _field("object"), {"key": key}, timeout)


def store_remove(key: str, *, timeout: float | None = None) -> Plan[None]:
    return _plan("store.remove", _nothing, {"key": key}, timeout)


def store_url(key: str, *, timeout: float | None = None) -> Plan[str]:
    return _plan("store.url", _field("url"), {"key": key}, timeout)


def store_list(
    *,
    prefix: str | None = None,
    limit: int | None = None,
    after: str | None = None,
    timeout: float | None = None,
) -> Plan[list[ObjectInfo]]:
    return _plan("store.list", _field("objects"), {"prefix": prefix, "limit": limit, "after": after}, timeout)


def store_describe(*, timeout: float | None = None) -> Plan[Json]:
    return _plan("store.describe", _document, {}, timeout)


def provider_describe(provider: str | None = None, *, timeout: float | None = None) -> Plan[Json]:
    """Tells what a provider and its ``models`` can do: of that name, or the first."""
    return _plan("provider.describe", _document, {"provider": provider}, timeout)


def _provider_time(timeout: float | None) -> int | None:
    """The limit of the request itself, which is ten minutes where nothing is said, and an hour at most."""
    if timeout is None or not math.isfinite(timeout):
        return None
    return max(1, min(round(timeout * 1000), 3_600_000))


def _made(answer: CallResult[Json]) -> MadePictures:
    made = cast(MadePictures, answer.result)
    if "images" in made:
        for image, file in zip(made["images"], answer.files):
            image["data"] = file
    return made


def provider_submit(
    prompt: str,
    width: int,
    height: int,
    *,
    outside_the_ledger: Literal[True],
    provider: str | None = None,
    model: str | None = None,
    quality: str | None = None,
    negative_prompt: str | None = None,
    count: int | None = None,
    seed: int | None = None,
    strength: float | None = None,
    guidance: float | None = None,
    steps: int | None = None,
    extras: JsonObject | None = None,
    strict: bool | None = None,
    user: str | None = None,
    task_id: str | None = None,
    timeout: float | None = None,
) -> Plan[MadePictures]:
    """Makes the bare call of a provider, the first where none is named. What it buys is in no ledger and counts against no budget:
    ``outside_the_ledger=True`` says that this is meant. The answer has ``images``, or a ``task`` to resume.

    What the model cannot do exactly as it is asked is refused; with ``strict=False`` something near it is sent where there is such
    a thing, and the answer's ``adaptations`` list every difference. ``extras`` are what one service alone has, in its own words."""
    request = {
        "outsideTheLedger": outside_the_ledger,
        "provider": provider,
        "model": model,
        "quality": quality,
        "prompt": prompt,
        "negativePrompt": negative_prompt,
        "width": width,
        "height": height,
        "count": count,
        "seed": seed,
        "strength": strength,
        "guidance": guidance,
        "steps": steps,
        "extras": None if extras is None else dict(extras),
        "strict": strict,
        "user": user,
        "taskId": task_id,
        "timeoutMs": _provider_time(timeout),
    }
    return _plan("provider.submit", _made, request, timeout)


def provider_resume(task: RemoteTask, *, timeout: float | None = None) -> Plan[MadePictures]:
    """Waits for a task of the provider, and fetches its pictures."""
    return _plan("provider.resume", _made, {"task": dict(task), "timeoutMs": _provider_time(timeout)}, timeout)


def provider_cancel(task: RemoteTask, *, timeout: float | None = None) -> Plan[None]:
    """Cancels a task of the provider."""
    return _plan("provider.cancel", _nothing, {"task": dict(task)}, timeout)


def provider_check(*, timeout: float | None = None) -> Plan[None]:
    """Asks the first provider whether it is there and takes our key."""
    return _plan("provider.check", _nothing, {}, timeout)


# --------------------------------------------------------------------------------------------- runtime


def describe(*, timeout: float | None = None) -> Plan[Json]:
    """Version, provider, store, formats."""
    return _plan("runtime.describe", _document, {}, timeout)


def examine(*, timeout: float | None = None) -> Plan[list[Finding]]:
    """What is set, reachable, missing."""
    return _plan("runtime.examine", _field("findings"), {}, timeout)


# ------------------------------------------------------------------------------------------------ http


def http_answer(
    method: str,
    path: str,
    *,
    headers: Mapping[str, str | Sequence[str]] | None = None,
    identity: Identity | None = None,
    body: BytesLike | None = None,
    timeout: float | None = None,
) -> Plan[HttpAnswer]:
    """Answers an HTTP request by the routes of all operations. ``path`` has the query with it; both as they came."""
    request = {"method": method, "path": path, "headers": headers, "identity": identity}
    return _plan("http.answer", _document, request, timeout, () if body is None else (body,))
