"""What each typed method asks for. One function makes it for threads and for event loops: see _binding.py."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

from ._drain import Drain
from ._native import Bytes
from ._plan import Plan, document, field, nothing, plan, time_limit, whole
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
    return Plan(operation, request, inputs, whole, time_limit(operation, timeout), on_progress, drain)


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
    return plan("heroes.generate", _heroes, request, timeout, (), on_progress, drain)


def _heroes(answer: CallResult[Json]) -> HeroResult:
    made = cast(HeroResult, answer.result)
    if len(answer.files) == 2:
        made["contactSheet"] = {"html": str(memoryview(answer.files[0]), "utf-8"), "png": answer.files[1]}
    return made


# --------------------------------------------------------------------------------------------- prompts

def prompts_enhance(intent: str, prompt: str, *, timeout: float | None = None) -> Plan[EnhancedPrompt]:
    """Makes a better prompt for the user to approve, and tells what pictures of it would cost."""
    return plan("prompts.enhance", document, {"intent": intent, "prompt": prompt}, timeout)


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
    return plan("prompts.execute", document, request, timeout)


def prompts_get(job_id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[PromptJob]:
    """Tells how a prompt job stands. With ``owner`` the jobs of others are not found."""
    return plan("prompts.get", document, {"jobId": job_id, "owner": owner}, timeout)


def prompts_retry(job_id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[PromptJob]:
    """Queues a failed prompt job again; pictures that were paid for are kept."""
    return plan("prompts.retry", document, {"jobId": job_id, "owner": owner}, timeout)


def prompts_cancel(job_id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[PromptJob]:
    """Cancels a prompt job that is queued, or asks the worker of a running one to stop."""
    return plan("prompts.cancel", document, {"jobId": job_id, "owner": owner}, timeout)


def prompts_list(
    *,
    owner: str | None = None,
    state: str | None = None,
    after: str | None = None,
    limit: int | None = None,
    timeout: float | None = None,
) -> Plan[PromptJobPage]:
    """Lists prompt jobs, newest first."""
    return plan(
        "prompts.list", document, {"owner": owner, "state": state, "after": after, "limit": limit}, timeout
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
    return plan("worker.run", document, request, timeout, (), on_progress, drain)


def jobs_get(id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[Json]:
    """With ``owner`` the jobs of others are not found; so in all functions of one job."""
    return plan("jobs.get", field("job"), {"id": id, "owner": owner}, timeout)


def jobs_cancel(id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[Json]:
    return plan("jobs.cancel", field("job"), {"id": id, "owner": owner}, timeout)


def jobs_retry(id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[Json]:
    return plan("jobs.retry", field("job"), {"id": id, "owner": owner}, timeout)


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
    return plan("jobs.list", document, request, timeout)


def jobs_events(id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[JobEvents]:
    """What happened, and whether the record was changed since."""
    return plan("jobs.events", document, {"id": id, "owner": owner}, timeout)


def jobs_audit(id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[JobAudit]:
    """What happened and what was bought, and whether the record was changed since."""
    return plan("jobs.audit", document, {"id": id, "owner": owner}, timeout)


def jobs_replay(id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[Json]:
    """Makes the files again from what is kept, free and offline, and compares."""
    return plan("jobs.replay", document, {"id": id, "owner": owner}, timeout)


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
    return plan("spend.list", document, request, timeout)


def spend_used(scope: str = "total", *, timeout: float | None = None) -> Plan[float]:
    """US dollars: of ``total``, ``day:2026-11-21``, ``user:ID`` or ``job:ID``."""
    return plan("spend.used", field("used"), {"scope": scope}, timeout)


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
    return plan("spend.settle", field("purchase"), request, timeout)


def spend_export(*, job_id: str | None = None, user: str | None = None, timeout: float | None = None) -> Plan[CallResult[Json]]:
    """The whole ledger as a table, CSV: ``files[0]``; what it adds up to: ``result["sum"]``."""
    return plan("spend.export", whole, {"jobId": job_id, "user": user}, timeout)


def spend_spool(*, after: str | None = None, limit: int | None = None, timeout: float | None = None) -> Plan[SpoolPage]:
    """Lists paid pictures that no store has taken yet, oldest first."""
    return plan("spend.spool", document, {"after": after, "limit": limit}, timeout)


def assets_put(asset: Asset, *, timeout: float | None = None) -> Plan[None]:
    return plan("assets.put", nothing, {"asset": dict(asset)}, timeout)


def assets_get(id: str, *, timeout: float | None = None) -> Plan[Asset | None]:
    return plan("assets.get", field("asset"), {"id": id}, timeout)


def assets_remove(id: str, *, timeout: float | None = None) -> Plan[None]:
    return plan("assets.remove", nothing, {"id": id}, timeout)


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
    return plan("assets.list", document, request, timeout)


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
    return plan("store.put", document, request, timeout, (data,))


def store_get(key: str, *, max_bytes: int | None = None, timeout: float | None = None) -> Plan[Bytes]:
    return plan("store.get", lambda answer: answer.files[0], {"key": key, "maxBytes": max_bytes}, timeout)


def store_head(key: str, *, timeout: float | None = None) -> Plan[ObjectInfo | None]:
    return plan("store.head", field("object"), {"key": key}, timeout)


def store_remove(key: str, *, timeout: float | None = None) -> Plan[None]:
    return plan("store.remove", nothing, {"key": key}, timeout)


def store_url(key: str, *, timeout: float | None = None) -> Plan[str]:
    return plan("store.url", field("url"), {"key": key}, timeout)


def store_list(
    *,
    prefix: str | None = None,
    limit: int | None = None,
    after: str | None = None,
    timeout: float | None = None,
) -> Plan[list[ObjectInfo]]:
    return plan("store.list", field("objects"), {"prefix": prefix, "limit": limit, "after": after}, timeout)


def store_describe(*, timeout: float | None = None) -> Plan[Json]:
    return plan("store.describe", document, {}, timeout)


def provider_describe(provider: str | None = None, *, timeout: float | None = None) -> Plan[Json]:
    """Tells what a provider and its ``models`` can do: of that name, or the first."""
    return plan("provider.describe", document, {"provider": provider}, timeout)


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
    return plan("provider.submit", _made, request, timeout)


def provider_resume(task: RemoteTask, *, timeout: float | None = None) -> Plan[MadePictures]:
    """Waits for a task of the provider, and fetches its pictures."""
    return plan("provider.resume", _made, {"task": dict(task), "timeoutMs": _provider_time(timeout)}, timeout)


def provider_cancel(task: RemoteTask, *, timeout: float | None = None) -> Plan[None]:
    """Cancels a task of the provider."""
    return plan("provider.cancel", nothing, {"task": dict(task)}, timeout)


def provider_check(*, timeout: float | None = None) -> Plan[None]:
    """Asks the first provider whether it is there and takes our key."""
    return plan("provider.check", nothing, {}, timeout)


# --------------------------------------------------------------------------------------------- runtime


def describe(*, timeout: float | None = None) -> Plan[Json]:
    """Version, provider, store, formats."""
    return plan("runtime.describe", document, {}, timeout)


def examine(*, timeout: float | None = None) -> Plan[list[Finding]]:
    """What is set, reachable, missing."""
    return plan("runtime.examine", field("findings"), {}, timeout)


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
    return plan("http.answer", document, request, timeout, () if body is None else (body,))
