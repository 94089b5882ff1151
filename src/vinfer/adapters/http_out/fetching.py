"""Files from addresses that customers name: every redirect is judged like the URL itself."""

import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urljoin

import aiohttp
from yarl import URL

from vinfer.adapters.http_out.guarded import GuardedHttp, words_of
from vinfer.kit.addresses import AddressRefused
from vinfer.ports.fetching import FetchFailed

AGENT: Final = "VInfer-Transcription/1"
MOST_REDIRECTS: Final = 5
HEAD_BYTES: Final = 1 << 20  # of an answer besides its body
_CONNECT_TIMEOUT_S: Final = 10.0
_READ_TIMEOUT_S: Final = 30.0
_PART_BYTES: Final = 256 * 1024
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PASSING: Final = frozenset({408, 425, 429})


class GuardedFetcher:
    """`ports.fetching.Fetcher` on a guarded client, whose answers must be large enough."""

    def __init__(self, http: GuardedHttp) -> None:
        self._http = http

    async def check(self, url: str) -> None:
        """See the port."""
        await self._http.check(url)

    @asynccontextmanager
    async def open(
        self, url: str, *, most_bytes: int, timeout_s: float
    ) -> AsyncGenerator[AsyncIterator[bytes]]:
        """See the port."""
        response = await self._landed(url, time.monotonic() + timeout_s)
        try:
            _judge(response, most_bytes)
            yield _parts(response, most_bytes)
        finally:
            response.close()

    async def _landed(self, url: str, deadline: float) -> aiohttp.ClientResponse:
        """The answer at the end of all redirects."""
        for _ in range(MOST_REDIRECTS + 1):
            response = await self._get(url, deadline)
            location = response.headers.get("Location")
            if response.status not in _REDIRECTS or not location:
                return response
            response.close()
            url = _target(url, location)
        raise FetchFailed("audio_unreachable", f"more than {MOST_REDIRECTS} redirects")

    async def _get(self, url: str, deadline: float) -> aiohttp.ClientResponse:
        left_s = deadline - time.monotonic()
        try:
            if left_s <= 0:
                raise TimeoutError
            return await self._http.session_for(url).get(
                URL(url, encoded=True),  # a signed URL must arrive as it was signed
                allow_redirects=False,
                headers={"Accept-Encoding": "identity", "Accept": "*/*"},
                timeout=aiohttp.ClientTimeout(
                    total=left_s, sock_connect=_CONNECT_TIMEOUT_S, sock_read=_READ_TIMEOUT_S
                ),
            )
        except (AddressRefused, TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise _failure(error) from error


def _target(url: str, location: str) -> str:
    try:
        return urljoin(url, location).partition("#")[0]
    except ValueError as error:
        raise _failure(AddressRefused("a well-formed URL")) from error


def _judge(response: aiohttp.ClientResponse, most_bytes: int) -> None:
    if response.status != 200:
        passing = response.status >= 500 or response.status in _PASSING
        words = f"the server answered with status {response.status}"
        raise FetchFailed("audio_unreachable", words, again=passing)
    if (response.content_length or 0) > most_bytes:
        raise _too_large(most_bytes)
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding != "identity":
        raise FetchFailed("audio_unreachable", "the server compressed its answer unasked")


async def _parts(response: aiohttp.ClientResponse, most_bytes: int) -> AsyncIterator[bytes]:
    size = 0
    while True:
        try:
            part = await response.content.read(_PART_BYTES)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise _failure(error) from error
        if not part:
            return
        size += len(part)
        if size > most_bytes:
            raise _too_large(most_bytes)
        yield part


def _too_large(most_bytes: int) -> FetchFailed:
    return FetchFailed("audio_too_large", f"the file has more than {most_bytes} bytes")


def _failure(error: Exception) -> FetchFailed:
    """The error without addresses: what lies inside is nobody's business."""
    match error:
        case AddressRefused():
            return FetchFailed("audio_address_refused", f"the URL does not lead to {error}")
        case aiohttp.ClientConnectorError() if isinstance(error.os_error, PermissionError):
            words = "the URL does not lead to a publicly reachable address"
            return FetchFailed("audio_address_refused", words)
        case TimeoutError():
            return FetchFailed("audio_unreachable", "the server was too slow", again=True)
        case _:
            return FetchFailed("audio_unreachable", words_of(error), again=True)
