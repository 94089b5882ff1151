"""Serving stored files, whole or in part."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from vinfer.domains.recordings.errors import LinkInvalid, RangeInvalid
from vinfer.domains.recordings.links import FileLinks
from vinfer.ports.storage import Storage

_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_TYPES: Final = {
    ".wav": "audio/wav",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes [start, end) of a file of `size` bytes. `partial` when the client asked for a part."""

    key: str
    start: int
    end: int
    size: int
    partial: bool

    @property
    def media_type(self) -> str:
        """By the name's ending."""
        return _TYPES.get(PurePosixPath(self.key).suffix, "application/octet-stream")

    @property
    def name(self) -> str:
        """The file's name for those who save it."""
        return PurePosixPath(self.key).name

    @property
    def content_range(self) -> str:
        """The header of a partial answer."""
        return f"bytes {self.start}-{self.end - 1}/{self.size}"


async def find(token: str, range: str | None, *, links: FileLinks, storage: Storage) -> Span:
    """What to send for a link. Raises `LinkInvalid`, `RangeInvalid`."""
    key = links.open(token)
    size = await storage.size(key)
    if size is None:
        raise LinkInvalid
    bounds = parse_range(range, size=size)
    start, end = bounds or (0, size)
    return Span(key, start, end, size, partial=bounds is not None)


def parse_range(header: str | None, *, size: int) -> tuple[int, int] | None:
    """Bounds [start, end) of one range (RFC 9110 section 14.2); None for no or another form.

    Raises `RangeInvalid` when nothing of the file lies in it.
    """
    found = _RANGE.fullmatch(header.strip()) if header else None
    if header is None or found is None or not (found[1] or found[2]):
        return None
    if found[1]:
        start = int(found[1])
        end = min(int(found[2]) + 1, size) if found[2] else size
        if found[2] and int(found[2]) < start:
            return None  # malformed, and therefore to be ignored
    else:
        start, end = max(size - int(found[2]), 0), size
    if start >= end:
        raise RangeInvalid(header, size=size)
    return start, end
