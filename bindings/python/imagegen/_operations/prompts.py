"""What each typed method of prompts asks for: see _binding.py. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from typing import Literal

from .._documents import EnhancedPrompt, PromptJob, PromptJobPage, QueuedPromptJob
from .._plan import Plan, document, plan


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
