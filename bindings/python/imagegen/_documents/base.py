"""What all documents are made of, and what buys. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

# Operations of which nobody knows, where they were left, whether something was paid for.
MAY_BUY = frozenset({
    "heroes.generate",
    "prompts.enhance",
    "provider.submit",
    "provider.resume",
    "worker.run",
    "http.answer",
})
