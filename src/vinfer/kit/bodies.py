"""Bodies of requests as they arrive: bounded, of a type the route takes, spooled when not JSON."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, cast

from vinfer.kit import forms, sealed_file
from vinfer.kit.errors import InvalidParameter, PayloadTooLarge, UnsupportedMediaType
from vinfer.kit.forms import FORM, OVERHEAD_BYTES, Fields, Form
from vinfer.kit.gateway import Call, HttpScope, Receive, header_values

JSON: Final = "application/json"
MAX_JSON_BYTES: Final = 10 * 1024 * 1024
READ_TIMEOUT_S: Final = 60.0
_SPOOL_BYTES: Final = 1024 * 1024
LARGE_BYTES: Final = 64 * 1024
"""A body up to this is read and judged at once, by any number of requests."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A body that is not JSON, spooled to a file that goes with the request, at its start.

    Of a form `file` holds what `form` says.
    """

    content_type: str
    file: IO[bytes]
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Uploads:
    """Where files of forms lie while they arrive, encrypted, and how large they may be."""

    folder: Path | None = None
    most_bytes: int | None = None


def is_large(scope: HttpScope, options: Mapping[str, Any]) -> bool:
    """Whether a body may fill much memory: what is spooled to a file, or refused, does not."""
    chunked = header_values(scope, b"transfer-encoding")
    length = MAX_JSON_BYTES if chunked else _length(scope)
    values = header_values(scope, b"content-type") or [b""]
    kind = values[0].decode("latin-1").lower().partition(";")[0].strip()
    return LARGE_BYTES < length <= MAX_JSON_BYTES and kind not in options.get("accepts", {})


async def read_body(
    scope: HttpScope, receive: Receive, call: Call, options: Mapping[str, Any], uploads: Uploads
) -> tuple[bytes, bytes]:
    """The JSON body (other types are spooled into `call.upload`) and the digest of the bytes.

    Raises `InvalidParameter`, `PayloadTooLarge` and `UnsupportedMediaType`.
    """
    others: dict[str, int] = options.get("accepts", {})
    length = _length(scope)
    chunked = bool(header_values(scope, b"transfer-encoding"))
    kind = _media_type(scope, empty=not length and not chunked, others=others)
    limit = others.get(kind, MAX_JSON_BYTES)
    if kind == FORM:
        limit = uploads.most_bytes or limit
        fields: Fields = options["form"]
        return b"", await _form(scope, receive, call, fields, limit, uploads)
    if length > limit:
        raise PayloadTooLarge(limit_bytes=limit)
    if kind == JSON:
        body = await _whole(receive, limit)
        return body, hashlib.sha256(body).digest()
    digest = hashlib.sha256()
    file = cast("IO[bytes]", tempfile.SpooledTemporaryFile(_SPOOL_BYTES))  # noqa: SIM115  # closed by Exchange
    call.upload = Upload(kind, file)
    async for chunk in _chunks(receive, limit):
        digest.update(chunk)
        await asyncio.to_thread(file.write, chunk)
    file.seek(0)
    return b"", digest.digest()


async def _form(
    scope: HttpScope,
    receive: Receive,
    call: Call,
    fields: Fields,
    limit: int,
    uploads: Uploads,
) -> bytes:
    """Spool a form into `call.upload`; the digest of its parts."""
    if _length(scope) > limit + OVERHEAD_BYTES:
        raise PayloadTooLarge(limit_bytes=limit)
    file = await asyncio.to_thread(sealed_file.scratch_file, uploads.folder)
    call.upload = Upload(FORM, file)
    form = await forms.read(
        _chunks(receive, limit + OVERHEAD_BYTES),
        file,
        content_type=header_values(scope, b"content-type")[0].decode("latin-1"),
        fields=fields,
        most_file_bytes=limit,
    )
    call.upload = Upload(FORM, file, form)
    return form.digest


def _media_type(scope: HttpScope, *, empty: bool, others: dict[str, int]) -> str:
    accepted = (JSON, *others)
    values = header_values(scope, b"content-type")
    if empty and (not values or values[0].decode("latin-1").lower() not in others):
        return JSON  # many clients name a type for a body that they do not send
    if len(values) != 1 or header_values(scope, b"content-encoding"):
        raise UnsupportedMediaType(accepted)
    kind, _, options = values[0].decode("latin-1").lower().partition(";")
    charset = options.partition("charset=")[2].strip(' "')
    if kind.strip() not in accepted or charset not in ("", "utf-8", "utf8"):
        raise UnsupportedMediaType(accepted)
    return kind.strip()


def _length(scope: HttpScope) -> int:
    text = next(iter(header_values(scope, b"content-length")), b"0")
    if not text.isdigit():
        raise _broken_off()
    return int(text)


async def _whole(receive: Receive, limit: int) -> bytes:
    try:
        async with asyncio.timeout(READ_TIMEOUT_S):
            return b"".join([chunk async for chunk in _chunks(receive, limit)])
    except TimeoutError as error:
        raise _broken_off() from error


async def _chunks(receive: Receive, limit: int) -> AsyncGenerator[bytes]:
    total = 0
    more = True
    while more:
        try:
            async with asyncio.timeout(READ_TIMEOUT_S):
                message = await receive()
        except TimeoutError as error:
            raise _broken_off() from error
        if message["type"] == "http.disconnect":
            raise _broken_off()
        chunk: bytes = message.get("body", b"")
        more = message.get("more_body", False)
        total += len(chunk)
        if total > limit:
            raise PayloadTooLarge(limit_bytes=limit)
        yield chunk


def _broken_off() -> InvalidParameter:
    return InvalidParameter("body", provided=None, expected="a body that arrives whole")
