"""What each typed method of spend asks for: see _binding.py. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from typing import Literal

from .._documents import LedgerExport, Purchase, PurchasePage, SpendSums, SpoolPage
from .._plan import Plan, document, field, plan, with_files


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


def spend_sums(
    by: Literal["user", "day", "model", "provider"] = "model",
    *,
    job_id: str | None = None,
    user: str | None = None,
    timeout: float | None = None,
) -> Plan[SpendSums]:
    """Adds up what was bought, by user, day (UTC), model or provider.

    :param by: What each sum is of.
    :param job_id: Only of this job.
    :param user: Only of this user.
    """
    request = {"by": by, "jobId": job_id, "user": user}
    return plan("spend.sums", document, request, timeout)
