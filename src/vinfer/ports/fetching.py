"""Getting files from addresses that customers name."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Literal, Protocol

FetchCode = Literal["audio_unreachable", "audio_address_refused", "audio_too_large"]


class FetchFailed(Exception):
    """A file that cannot be had. `code` is the API's; `again`: it may be there a moment later."""

    def __init__(self, code: FetchCode, message: str, *, again: bool = False) -> None:
        super().__init__(message)
        self.code: FetchCode = code
        self.again = again


class Fetcher(Protocol):
    """Gets files from public addresses only."""

    async def check(self, url: str) -> None:
        """Raise `kit.addresses.AddressRefused` for a URL that may never be fetched.

        A name that does not resolve is accepted: it is judged at each connection.
        """
        ...

    def open(
        self, url: str, *, most_bytes: int, timeout_s: float
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """GET a file in parts as they come, following few redirects, each of them judged.

        Opening and reading raise `FetchFailed`.
        """
        ...
