"""What each typed method of jobs asks for: see _binding.py. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from typing import Literal

from .._documents import Job, JobAudit, JobEvents, JobPage, Replay
from .._plan import Plan, document, field, plan


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


def jobs_audit(id: str, *, owner: str | None = None, timeout: float | None = None) -> Plan[JobAudit]:
    """Tells what happened to a job and what was bought for it, and whether the record was changed since.

    :param id: The job's id.
    :param owner: In whose name; the jobs of others are not found then.
    """
    request = {"id": id, "owner": owner}
    return plan("jobs.audit", document, request, timeout)
