"""Documents of the operations state.*. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from typing import TypedDict



class CopiedPart(TypedDict):
    name: str
    rows: int  # or pictures
    sha256: str  # over all values, the same in source and copy


class StateCopyReport(TypedDict):
    source: str
    target: str
    parts: list[CopiedPart]  # read again from both, and found equal
    resumed: bool  # an earlier call had begun it
    wasComplete: bool  # it was there already, and nobody has used it since
    sourceRetired: bool  # no worker takes anything from the source any more
    remarks: list[str]  # what its operator should know


class StateCopyProgress(TypedDict):
    part: str
    rows: int  # of it so far
