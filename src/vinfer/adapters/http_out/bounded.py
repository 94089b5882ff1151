"""A connector whose connections end when an answer is larger than any honest one.

The client below bounds a header and a body, but not interim answers (100, 103), empty lines or
chunk extensions, which can keep a core busy until the time is up.
"""

import asyncio
import functools
from typing import Any, Final

import aiohttp
from aiohttp.client_proto import ResponseHandler

ANSWER_BYTES: Final = 256 * 1024  # everything between a request and the end of its answer
TOO_LARGE: Final = "the answer is too large"


class BoundedConnector(aiohttp.TCPConnector):
    """A TCP connector that gives each answer `answer_bytes`."""

    def __init__(self, *, answer_bytes: int = ANSWER_BYTES, **options: Any) -> None:
        super().__init__(**options)  # pyright: ignore[reportUnknownMemberType]  # its own types
        loop = asyncio.get_running_loop()
        self._factory = functools.partial(_BoundedAnswers, loop=loop, most_bytes=answer_bytes)


class _BoundedAnswers(ResponseHandler):
    def __init__(self, loop: asyncio.AbstractEventLoop, most_bytes: int) -> None:
        super().__init__(loop)
        self._most_bytes = self._left = most_bytes

    def set_response_params(self, **options: Any) -> None:
        self._left = self._most_bytes
        super().set_response_params(**options)

    def data_received(self, data: bytes) -> None:
        self._left -= len(data)
        if self._left >= 0:
            super().data_received(data)
        elif self.transport is not None:
            self.transport.abort()

    def connection_lost(self, exc: BaseException | None) -> None:
        super().connection_lost(OSError(TOO_LARGE) if self._left < 0 else exc)
