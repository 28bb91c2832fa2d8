"""What each typed method of runtime asks for: see _binding.py. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from .._documents import Finding, Json, RuntimeDescription
from .._plan import Plan, document, field, plan


def runtime_describe(*, timeout: float | None = None) -> Plan[RuntimeDescription]:
    """Tells what this library and its configuration are."""
    request: Json = {}
    return plan("runtime.describe", document, request, timeout)


def runtime_examine(*, timeout: float | None = None) -> Plan[list[Finding]]:
    """Tries provider and store, and says what is wrong; buys nothing."""
    request: Json = {}
    return plan("runtime.examine", field("findings"), request, timeout)
