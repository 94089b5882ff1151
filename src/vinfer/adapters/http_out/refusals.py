"""What the error of an engine's HTTP API says: its name, and how long to stay away."""

import asyncio
import contextlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isnan
from typing import Any, Final, cast

import aiohttp
import msgspec

LONGEST_WAIT_S: Final = 3600.0  # what a Retry-After may ask for
PATIENCE_S: Final = 2.0  # the status has arrived, which is what counts
_ERROR_BYTES: Final = 64 * 1024
_TOLD: Final = ("code", "err_code", "category", "type")  # where vendors put the name of an error
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{2,60}")


async def beginning(response: aiohttp.ClientResponse) -> bytes:
    """What an error says, as far as it says it soon and in few words."""
    start = bytearray()
    with contextlib.suppress(TimeoutError, aiohttp.ClientError, OSError, ValueError):
        async with asyncio.timeout(PATIENCE_S):
            async for piece in response.content.iter_any():
                start += piece
                if len(start) > _ERROR_BYTES:
                    break
    if not response.content.at_eof() or response.content.exception() is not None:
        response.close()
    return bytes(start[:_ERROR_BYTES])


def name_of(body: bytes) -> str | None:
    """What an error is called; its sentence may repeat what a customer said, and is left out."""
    try:
        answer = msgspec.json.decode(body, type=dict[str, Any])
    except (ValueError, RecursionError):
        return None
    error = answer.get("error")
    inner = cast("dict[str, Any]", error) if isinstance(error, dict) else answer
    names = (inner.get(key) for key in _TOLD)  # a code may be the number of the status
    return next((it for it in names if isinstance(it, str) and _NAME.fullmatch(it)), None)


def asked_wait_s(headers: Mapping[str, str]) -> float | None:
    """How long an answer asks to be left alone, in seconds, where it does.

    `Retry-After-Ms` is what OpenAI and Azure send besides, and is the finer of the two.
    """
    with contextlib.suppress(ValueError, KeyError):
        return _bounded(float(headers["Retry-After-Ms"]) / 1000)
    return wait_s(headers.get("Retry-After"))


def wait_s(header: str | None) -> float | None:
    """A Retry-After in seconds, either form of RFC 9110; None without one that can be read."""
    if header is None:
        return None
    with contextlib.suppress(ValueError):
        return _bounded(float(header))
    with contextlib.suppress(ValueError, TypeError):
        left = parsedate_to_datetime(header) - datetime.now(UTC)
        return _bounded(left.total_seconds())
    return None


def _bounded(seconds: float) -> float | None:
    return None if isnan(seconds) else min(max(0.0, seconds), LONGEST_WAIT_S)
