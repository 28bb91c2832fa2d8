"""Documents of the operations store.*. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from typing import TypedDict



class StoredObject(TypedDict):
    key: str
    sizeBytes: int
    etag: str
    contentType: str
    url: str  # where readers find it


class StoreDescription(TypedDict):
    name: str  # "memory", "file", "s3" ...
    keepsContentType: bool  # else it is derived from the key
    durable: bool  # what is stored survives a crash
