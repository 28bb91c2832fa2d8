"""What each typed method of assets asks for: see _binding.py. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from .._documents import Asset, AssetPage
from .._plan import Plan, as_object, document, field, nothing, plan


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
