"""Reading an answer's body: a little of it, for a while, whatever the far side does."""

import asyncio
import contextlib
from typing import Final

import aiohttp

from vinfer.ports.outbound import EXCERPT_BYTES

MAX_BODY: Final = 64 * 1024
BODY_PATIENCE_S: Final = 2.0  # the status has arrived: the rest may not hold a place for long
_WHITESPACE: Final = "\t\n\r"


async def read_excerpt(response: aiohttp.ClientResponse) -> str:
    """The beginning of the body as `ports.outbound.Answer` holds it.

    A short body is read to its end, so that the connection serves again; from any other the
    connection is closed.
    """
    if response.content.at_eof():
        return ""
    start = bytearray()
    size = 0
    with contextlib.suppress(TimeoutError, aiohttp.ClientError, OSError, ValueError):
        async with asyncio.timeout(BODY_PATIENCE_S):
            async for chunk in response.content.iter_any():
                size += len(chunk)
                start += chunk[: EXCERPT_BYTES - len(start)]
                if size > MAX_BODY:
                    break
    if not response.content.at_eof() or response.content.exception() is not None:
        response.close()
    encoded = response.headers.get("Content-Encoding", "identity").strip().lower()
    return printable(bytes(start)) if encoded == "identity" else ""


def printable(body: bytes) -> str:
    """Text of at most `EXCERPT_BYTES` in UTF-8, without what a log or a terminal would act on."""
    text = body[:EXCERPT_BYTES].decode("utf-8", errors="replace")
    clean = "".join(c if c.isprintable() or c in _WHITESPACE else "�" for c in text)
    return clean.encode()[:EXCERPT_BYTES].decode("utf-8", errors="ignore")
