"""What each typed method of store asks for: see _binding.py. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from .._documents import Json, StoreDescription, StoredObject
from .._native import Bytes
from .._plan import Plan, document, field, first_file, nothing, plan
from .._types import BytesLike


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
