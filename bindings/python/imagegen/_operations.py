"""What each typed method asks for: see _binding.py. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from ._documents import (
    Asset,
    AssetPage,
    EnhancedPrompt,
    EraseReport,
    Finding,
    HeroProgress,
    HeroResult,
    Job,
    JobAudit,
    JobEvents,
    JobPage,
    Json,
    LedgerExport,
    MadePictures,
    PromptJob,
    PromptJobPage,
    ProviderDescription,
    Purchase,
    PurchasePage,
    QueuedPromptJob,
    RemoteTask,
    Replay,
    RuntimeDescription,
    SpoolPage,
    StateCopyProgress,
    StateCopyReport,
    StoreDescription,
    StoredObject,
    WorkerProgress,
    WorkerResult,
)
from ._drain import Drain
from ._native import Bytes
from ._plan import Plan, as_list, as_object, document, field, first_file, milliseconds, nothing, plan, with_files
from ._types import BytesLike, JsonObject


def heroes_generate(
    work_item_id: str,
    *,
    lifestyle_pack: JsonObject | str | None = None,
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
    on_progress: Callable[[HeroProgress], object] | None = None,
) -> Plan[HeroResult]:
    """Makes the lifestyle heroes of a work item: one master a shot, cut into every size of its pack.

    :param lifestyle_pack: Of version 2; absent: the runtime's are asked.
    :param shot_ids: Only these shots; none: all of the pack.
    :param dry_run: Plan and price only; buy and write nothing.
    :param overwrite: Make files again that exist, from the kept masters.
    :param user: The user's id, for budgets and limits.
    :param budget: US dollars; a higher estimate is refused.
    :param fresh: Buy new masters in place of kept ones; implies overwrite.
    :param prompt_template: In place of the one that is built in.
    :param allow_unknown_price: Under a budget, buy also what has no known price.
    :param buy_again_when_unknown: Buy again what a run that was cut off may have bought; it may then be paid twice.
    :param contact_sheet: Also a page and a picture of all files.
    :param drain: Requested: nothing more is begun, and what was begun is finished.
    """
    request = {
        "workItemId": work_item_id,
        "lifestylePack": as_object(lifestyle_pack),
        "shotIds": as_list(shot_ids),
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
    return plan(
        "heroes.generate",
        with_files(("contactSheet.html", True), ("contactSheet.png", False)),
        request,
        timeout,
        (),
        on_progress,
        drain,
    )


def prompts_enhance(intent: str, prompt: str, *, timeout: float | None = None) -> Plan[EnhancedPrompt]:
    """Makes a better prompt for the user to approve, and tells what pictures of it would cost.

    :param intent: What the picture is for, as "hero image".
    :param prompt: What the user wrote.
    """
    request = {"intent": intent, "prompt": prompt}
    return plan("prompts.enhance", document, request, timeout)


def prompts_execute(
    intent: str,
    raw_prompt: str,
    final_prompt: str,
    *,
    image_count: float | None = None,
    owner: str | None = None,
    timeout: float | None = None,
) -> Plan[QueuedPromptJob]:
    """Queues a job that buys pictures of exactly the approved prompt.

    :param intent: What the picture is for, as "hero image".
    :param raw_prompt: What the user wrote; for the record.
    :param final_prompt: The approved one; it is sent byte for byte.
    :param image_count: What is not in 1..5 is taken to the nearest.
    :param owner: Whose job it is, and whose budget it counts against.
    """
    request = {
        "intent": intent,
        "rawPrompt": raw_prompt,
        "finalPrompt": final_prompt,
        "imageCount": image_count,
        "owner": owner,
    }
    return plan("prompts.execute", document, request, timeout)


def prompts_get(job_id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[PromptJob]:
    """Tells how a prompt job stands.

    :param job_id: The job's id.
    :param owner: In whose name; the jobs of others are not found then.
    """
    request = {"jobId": job_id, "owner": owner}
    return plan("prompts.get", document, request, timeout)


def prompts_retry(job_id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[QueuedPromptJob]:
    """Queues a failed prompt job again; pictures that were paid for are kept.

    :param job_id: The job's id.
    :param owner: In whose name; the jobs of others are not found then.
    """
    request = {"jobId": job_id, "owner": owner}
    return plan("prompts.retry", document, request, timeout)


def prompts_cancel(job_id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[PromptJob]:
    """Cancels a prompt job that has not ended, or asks its worker to stop.

    :param job_id: The job's id.
    :param owner: In whose name; the jobs of others are not found then.
    """
    request = {"jobId": job_id, "owner": owner}
    return plan("prompts.cancel", document, request, timeout)


def prompts_list(
    *,
    state: Literal["queued", "running", "succeeded", "partly_succeeded", "failed", "cancelled"] | None = None,
    owner: str | None = None,
    after: str | None = None,
    limit: int | None = None,
    timeout: float | None = None,
) -> Plan[PromptJobPage]:
    """Lists prompt jobs, newest first.

    :param state: Only jobs in this state.
    :param owner: Only jobs of this user.
    :param after: Next of the page before, to go on there.
    :param limit: How many.
    """
    request = {"state": state, "owner": owner, "after": after, "limit": limit}
    return plan("prompts.list", document, request, timeout)


def jobs_get(id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[Job]:
    """Shows a job of any kind.

    :param id: The job's id.
    :param owner: In whose name; the jobs of others are not found then.
    """
    request = {"id": id, "owner": owner}
    return plan("jobs.get", field("job"), request, timeout)


def jobs_cancel(id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[Job]:
    """Cancels a job that has not ended.

    :param id: The job's id.
    :param owner: In whose name; the jobs of others are not found then.
    """
    request = {"id": id, "owner": owner}
    return plan("jobs.cancel", field("job"), request, timeout)


def jobs_retry(id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[Job]:
    """Queues a job again that failed, was cancelled or partly succeeded.

    :param id: The job's id.
    :param owner: In whose name; the jobs of others are not found then.
    """
    request = {"id": id, "owner": owner}
    return plan("jobs.retry", field("job"), request, timeout)


def jobs_list(
    *,
    kind: str | None = None,
    state: Literal["queued", "running", "succeeded", "partly_succeeded", "failed", "cancelled"] | None = None,
    owner: str | None = None,
    after: str | None = None,
    limit: int | None = None,
    declined_since: bool | None = None,
    timeout: float | None = None,
) -> Plan[JobPage]:
    """Lists jobs of all kinds, newest first.

    :param kind: Only jobs of this kind.
    :param state: Only jobs in this state.
    :param owner: Only jobs of this user.
    :param after: Next of the page before, to go on there.
    :param limit: How many.
    :param declined_since: Also tell of each that is queued since when no worker could do it, which reads its events.
    """
    request = {
        "kind": kind,
        "state": state,
        "owner": owner,
        "after": after,
        "limit": limit,
        "declinedSince": declined_since,
    }
    return plan("jobs.list", document, request, timeout)


def jobs_events(id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[JobEvents]:
    """Tells what happened to a job, and whether the record was changed since.

    :param id: The job's id.
    :param owner: In whose name; the jobs of others are not found then.
    """
    request = {"id": id, "owner": owner}
    return plan("jobs.events", document, request, timeout)


def jobs_replay(id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[Replay]:
    """Plans and renders a job again from its record, offline and free.

    :param id: The job's id.
    :param owner: In whose name; the jobs of others are not found then.
    """
    request = {"id": id, "owner": owner}
    return plan("jobs.replay", document, request, timeout)


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
    """Lists what was bought, oldest first, with the sum of the page.

    :param job_id: Only of this job.
    :param user: Only of this user.
    :param since: ms since 1970, included
    :param until: ms since 1970, not included
    :param after: Next of the page before, to go on there.
    :param limit: How many.
    """
    request = {"jobId": job_id, "user": user, "from": since, "until": until, "after": after, "limit": limit}
    return plan("spend.list", document, request, timeout)


def spend_used(scope: str = "total", *, timeout: float | None = None) -> Plan[float]:
    """Tells what counts against a budget, in US dollars.

    :param scope: `total`, `day:2026-11-21`, `user:ID` or `job:ID`.
    """
    request = {"scope": scope}
    return plan("spend.used", field("used"), request, timeout)


def spend_settle(
    purchase: str,
    outcome: Literal["released", "settled", "buyAgain"],
    *,
    actual_usd: float | None = None,
    note: str | None = None,
    timeout: float | None = None,
) -> Plan[Purchase]:
    """Says how a purchase ended whose outcome nobody knows: nothing is owed (`released`), it did cost `actualUsd`
    (`settled`), or it may be bought again while its estimate stays held (`buyAgain`).

    :param purchase: Its id.
    :param actual_usd: What it did cost, with settled.
    :param note: Why, for whoever looks at the ledger later.
    """
    request = {"purchase": purchase, "outcome": outcome, "actualUsd": actual_usd, "note": note}
    return plan("spend.settle", field("purchase"), request, timeout)


def spend_spool(*, after: str | None = None, limit: int | None = None, timeout: float | None = None) -> Plan[SpoolPage]:
    """Lists paid pictures that no store has taken yet, oldest first.

    :param after: Next of the page before, to go on there.
    :param limit: How many.
    """
    request = {"after": after, "limit": limit}
    return plan("spend.spool", document, request, timeout)


def assets_put(asset: Asset, *, timeout: float | None = None) -> Plan[None]:
    """Adds the record of a file, or replaces the one with its id."""
    request = {"asset": as_object(asset)}
    return plan("assets.put", nothing, request, timeout)


def assets_get(id: str, *, timeout: float | None = None) -> Plan[Asset | None]:
    """Shows the record of a file; null when there is none."""
    request = {"id": id}
    return plan("assets.get", field("asset"), request, timeout)


def assets_remove(id: str, *, timeout: float | None = None) -> Plan[None]:
    """Removes the record of a file; the file stays."""
    request = {"id": id}
    return plan("assets.remove", nothing, request, timeout)


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
    """Lists records of files, newest first.

    :param job_id: Only those of this job.
    :param owner: Only those of this user.
    :param kind: Only those of this kind.
    :param sha256: Only files with this SHA-256.
    :param after: Next of the page before, to go on there.
    :param limit: How many.
    """
    request = {"jobId": job_id, "owner": owner, "kind": kind, "sha256": sha256, "after": after, "limit": limit}
    return plan("assets.list", document, request, timeout)


def store_put(
    key: str,
    data: BytesLike,
    *,
    content_type: str | None = None,
    cache_control: str | None = None,
    only_if_absent: bool | None = None,
    timeout: float | None = None,
) -> Plan[StoredObject]:
    """Stores an object."""
    request = {"key": key, "contentType": content_type, "cacheControl": cache_control, "onlyIfAbsent": only_if_absent}
    return plan("store.put", document, request, timeout, (data,))


def store_get(key: str, *, max_bytes: int | None = None, timeout: float | None = None) -> Plan[Bytes]:
    """Fetches an object."""
    request = {"key": key, "maxBytes": max_bytes}
    return plan("store.get", first_file, request, timeout)


def store_head(key: str, *, timeout: float | None = None) -> Plan[StoredObject | None]:
    """Tells what is known of an object; null when there is none."""
    request = {"key": key}
    return plan("store.head", field("object"), request, timeout)


def store_remove(key: str, *, timeout: float | None = None) -> Plan[None]:
    """Removes an object, if there is one."""
    request = {"key": key}
    return plan("store.remove", nothing, request, timeout)


def store_url(key: str, *, timeout: float | None = None) -> Plan[str]:
    """Tells where a reader finds an object."""
    request = {"key": key}
    return plan("store.url", field("url"), request, timeout)


def store_list(
    *,
    prefix: str | None = None,
    after: str | None = None,
    limit: int | None = None,
    timeout: float | None = None,
) -> Plan[list[StoredObject]]:
    """Lists objects by key.

    :param after: The last key of the page before.
    """
    request = {"prefix": prefix, "after": after, "limit": limit}
    return plan("store.list", field("objects"), request, timeout)


def store_describe(*, timeout: float | None = None) -> Plan[StoreDescription]:
    """Tells what the store can do."""
    request: Json = {}
    return plan("store.describe", document, request, timeout)


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
    strength: float | None = None,
    guidance: float | None = None,
    steps: int | None = None,
    user: str | None = None,
    task_id: str | None = None,
    seed: int | str | None = None,
    extras: JsonObject | str | None = None,
    strict: bool | None = None,
    timeout: float | None = None,
) -> Plan[MadePictures]:
    """Makes the bare call of a provider, the first where none is named: what it buys is in no ledger and counts
    against no budget.

    :param outside_the_ledger: What this call buys is in no ledger and counts against no budget.
    :param provider: Empty: the first.
    :param model: Empty: the first of the provider.
    :param width: px
    :param height: px
    :param seed: 0..18446744073709551615.
    :param extras: What one service alone has, in its own words.
    :param strict: False: what the model cannot do exactly as it is asked is sent nearly so, or left out, and told.
    """
    request = {
        "outsideTheLedger": outside_the_ledger,
        "provider": provider,
        "model": model,
        "quality": quality,
        "prompt": prompt,
        "negativePrompt": negative_prompt,
        "count": count,
        "strength": strength,
        "guidance": guidance,
        "steps": steps,
        "user": user,
        "taskId": task_id,
        "width": width,
        "height": height,
        "seed": seed,
        "extras": as_object(extras),
        "strict": strict,
        "timeoutMs": milliseconds(timeout),
    }
    return plan("provider.submit", with_files(("images[].data", False)), request, timeout)


def provider_resume(task: RemoteTask, *, timeout: float | None = None) -> Plan[MadePictures]:
    """Waits for a task of the provider, and fetches its pictures."""
    request = {"task": as_object(task), "timeoutMs": milliseconds(timeout)}
    return plan("provider.resume", with_files(("images[].data", False)), request, timeout)


def provider_cancel(task: RemoteTask, *, timeout: float | None = None) -> Plan[None]:
    """Cancels a task of the provider."""
    request = {"task": as_object(task), "timeoutMs": milliseconds(timeout)}
    return plan("provider.cancel", nothing, request, timeout)


def provider_check(*, timeout: float | None = None) -> Plan[None]:
    """Asks the first provider, free of charge, whether it is there and takes our key."""
    request = {"timeoutMs": milliseconds(timeout)}
    return plan("provider.check", nothing, request, timeout)


def provider_describe(*, provider: str | None = None, timeout: float | None = None) -> Plan[ProviderDescription]:
    """Tells what a provider and its models can do: of that name, or the first.

    :param provider: Empty: the first.
    """
    request = {"provider": provider}
    return plan("provider.describe", document, request, timeout)


def runtime_describe(*, timeout: float | None = None) -> Plan[RuntimeDescription]:
    """Tells what this library and its configuration are."""
    request: Json = {}
    return plan("runtime.describe", document, request, timeout)


def runtime_examine(*, timeout: float | None = None) -> Plan[list[Finding]]:
    """Tries provider and store, and says what is wrong; buys nothing."""
    request: Json = {}
    return plan("runtime.examine", field("findings"), request, timeout)


def worker_run(
    *,
    concurrency: int | None = None,
    until_idle: bool | None = None,
    drain: Drain | None = None,
    timeout: float | None = None,
    on_progress: Callable[[WorkerProgress], object] | None = None,
) -> Plan[WorkerResult]:
    """Does queued jobs of every kind, until it is drained or cancelled, or nothing is left.

    :param concurrency: Jobs at a time; 4 unless it is configured.
    :param until_idle: End when nothing is left to do.
    :param drain: Requested: nothing more is begun, and what was begun is finished.
    """
    request = {"concurrency": concurrency, "untilIdle": until_idle}
    return plan("worker.run", document, request, timeout, (), on_progress, drain)


def jobs_audit(id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[JobAudit]:
    """Tells what happened to a job and what was bought for it, and whether the record was changed since.

    :param id: The job's id.
    :param owner: In whose name; the jobs of others are not found then.
    """
    request = {"id": id, "owner": owner}
    return plan("jobs.audit", document, request, timeout)


def spend_export(
    *,
    job_id: str | None = None,
    user: str | None = None,
    timeout: float | None = None,
) -> Plan[LedgerExport]:
    """Gives the whole ledger as a table, and what it adds up to.

    :param job_id: Only of this job.
    :param user: Only of this user.
    """
    request = {"jobId": job_id, "user": user}
    return plan("spend.export", with_files(("csv", True)), request, timeout)


def persons_erase(
    *,
    user: str | None = None,
    character: str | None = None,
    cancel_jobs: bool | None = None,
    dry_run: bool | None = None,
    patience_ms: int | None = None,
    timeout: float | None = None,
) -> Plan[EraseReport]:
    """Removes the prompts, references, files and records of a user or a character; the ledger keeps amounts.

    :param user: A user's id, exactly.
    :param character: A character's id, exactly.
    :param cancel_jobs: Cancel the person's jobs that are queued or run, and wait for them; else refuse.
    :param dry_run: Only tell what would go.
    :param patience_ms: How long to wait for jobs that were cancelled.
    """
    request = {
        "user": user,
        "character": character,
        "cancelJobs": cancel_jobs,
        "dryRun": dry_run,
        "patienceMs": patience_ms,
    }
    return plan("persons.erase", document, request, timeout)


def state_copy(
    source: str,
    target: str,
    *,
    retire_source: bool | None = None,
    timeout: float | None = None,
    on_progress: Callable[[StateCopyProgress], object] | None = None,
) -> Plan[StateCopyReport]:
    """Copies a state to another database, as a backup or to move it; nobody may work with either meanwhile.

    :param source: Sqlite:FILE or postgres://...
    :param target: The same; empty, or what an interrupted copy of the same state has left.
    :param retire_source: Mark the source as moved, so that no worker takes anything from it any more.
    """
    request = {"source": source, "target": target, "retireSource": retire_source}
    return plan("state.copy", document, request, timeout, (), on_progress)
