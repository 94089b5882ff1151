"""`multipart/form-data`, taken apart while it arrives: one file, encrypted on disk, and JSON."""

import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import multipart

from vinfer.kit import sealed_file
from vinfer.kit.errors import InvalidParameter, PayloadTooLarge

FORM: Final = "multipart/form-data"
MOST_JSON_BYTES: Final = 10 << 20
OVERHEAD_BYTES: Final = MOST_JSON_BYTES + (64 << 10)  # of a whole form besides its file
_ENDING: Final = re.compile(r"\.[A-Za-z0-9]{1,8}\Z")


@dataclass(frozen=True, slots=True)
class Fields:
    """The names of a form's two parts."""

    file: str
    json: str


@dataclass(frozen=True, slots=True)
class Form:
    """A form that has arrived. The file's blocks are encrypted under `key` at `path`.

    `ending` is that of the file's name, the dot included, or empty. `digest` is that of the parts,
    whatever lay between them.
    """

    json: bytes
    path: Path
    key: bytes
    size_bytes: int
    ending: str
    digest: bytes


async def read(
    chunks: AsyncIterator[bytes],
    file: IO[bytes],
    *,
    content_type: str,
    fields: Fields,
    most_file_bytes: int,
) -> Form:
    """Read a form, its file into `file`. Raises `InvalidParameter` and `PayloadTooLarge`."""
    taking = _Taking(file, fields, most_file_bytes)
    try:
        parser = multipart.PushMultipartParser(
            _boundary(content_type), max_segment_count=2, strict=True
        )
        async for chunk in chunks:
            for event in parser.parse(chunk) if chunk else ():
                await taking.take(event)
        parser.close()
    except (multipart.MultipartError, ValueError) as error:
        raise _malformed(fields) from error
    return await taking.finish()


def _boundary(content_type: str) -> str:
    untyped: Any = multipart
    _, options = untyped.parse_options_header(content_type)
    return str(options.get("boundary", ""))


class _Taking:
    """The parts of a form, as they come."""

    def __init__(self, file: IO[bytes], fields: Fields, most_file_bytes: int) -> None:
        self._file = file
        self._fields = fields
        self._most_file_bytes = most_file_bytes
        self._key = sealed_file.new_key()
        self._writer = sealed_file.SealedWriter(file, self._key)
        self._json = bytearray()
        self._digests = {fields.file: hashlib.sha256(), fields.json: hashlib.sha256()}
        self._seen: set[str] = set()
        self._current = ""
        self._ending = ""

    async def take(self, event: "multipart.MultipartSegment | bytearray | bytes | None") -> None:
        """A part's head, some of its content, or its end."""
        if isinstance(event, multipart.MultipartSegment):
            self._begin(event)
        elif event is not None:
            await self._content(bytes(event))

    def _begin(self, part: "multipart.MultipartSegment") -> None:
        if part.name not in self._digests or part.name in self._seen:
            raise InvalidParameter(
                str(part.name)[:64], provided=None, expected=f"once each of {_words(self._fields)}"
            )
        self._seen.add(part.name)
        self._current = part.name
        if part.name == self._fields.file:
            found = _ENDING.search(part.filename or "")
            self._ending = found[0].lower() if found else ""

    async def _content(self, content: bytes) -> None:
        self._digests[self._current].update(content)
        if self._current == self._fields.file:
            await self._writer.write(content)
            if self._writer.size_bytes > self._most_file_bytes:
                raise PayloadTooLarge(limit_bytes=self._most_file_bytes)
            return
        self._json += content
        if len(self._json) > MOST_JSON_BYTES:
            raise PayloadTooLarge(limit_bytes=MOST_JSON_BYTES)

    async def finish(self) -> Form:
        for name in (self._fields.file, self._fields.json):
            if name not in self._seen:
                raise InvalidParameter(name, provided=None, expected=_words(self._fields))
        await self._writer.finish()
        parts = b"".join(digest.digest() for digest in self._digests.values())
        return Form(
            json=bytes(self._json),
            path=Path(self._file.name),
            key=self._key,
            size_bytes=self._writer.size_bytes,
            ending=self._ending,
            digest=hashlib.sha256(parts).digest(),
        )


def _words(fields: Fields) -> str:
    return f"the parts '{fields.file}' (a file) and '{fields.json}' (JSON)"


def _malformed(fields: Fields) -> InvalidParameter:
    return InvalidParameter(
        "body", provided=None, expected=f"well-formed {FORM} with {_words(fields)}"
    )
