"""Documents of the operations assets.*. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from typing import TypedDict



class _Asset(TypedDict):
    id: str
    kind: str  # "master", "rendition" ...
    objectKey: str
    sha256: str  # of the file, in hexadecimal


class Asset(_Asset, total=False):
    url: str
    contentType: str
    width: int  # px
    height: int  # px
    sizeBytes: int
    jobId: str
    owner: str
    provider: str
    model: str
    promptSha256: str  # in hexadecimal
    extra: str  # JSON of the workflow
    created: int  # milliseconds since 1970


class AssetQuery(TypedDict, total=False):
    jobId: str  # only those of this job
    owner: str  # only those of this user
    kind: str  # only those of this kind
    sha256: str  # only files with this SHA-256
    after: str  # next of the page before, to go on there
    limit: int  # how many


class AssetPage(TypedDict):
    assets: list[Asset]
    next: str  # empty: the last page
