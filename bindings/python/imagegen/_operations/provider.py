"""What each typed method of provider asks for: see _binding.py. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from typing import Literal

from .._documents import MadePictures, PriceEstimate, ProviderDescription, RemoteTask
from .._plan import Plan, as_object, document, field, milliseconds, nothing, plan, with_files
from .._types import JsonObject


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


def provider_prices(
    *,
    provider: str | None = None,
    model: str | None = None,
    quality: str | None = None,
    width: int | None = None,
    height: int | None = None,
    count: int | None = None,
    timeout: float | None = None,
) -> Plan[list[PriceEstimate]]:
    """Tells what pictures of a provider's models may cost. Asks nobody; no key is needed.

    :param provider: Empty: the first.
    :param model: Empty: each of its models.
    :param quality: Empty: the model's own.
    :param width: Px; 0: the provider's choice.
    :param height: Px; 0: the provider's choice.
    :param count: Pictures.
    """
    request = {
        "provider": provider,
        "model": model,
        "quality": quality,
        "width": width,
        "height": height,
        "count": count,
    }
    return plan("provider.prices", field("prices"), request, timeout)
