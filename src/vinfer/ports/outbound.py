"""HTTP requests to addresses that customers name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

EXCERPT_BYTES: Final = 2048


@dataclass(frozen=True, slots=True)
class Answer:
    """What the far side said. `retry_after` is its header as sent, or None.

    `excerpt` is the beginning of the body for a log: at most `EXCERPT_BYTES` of UTF-8 without
    control characters; empty for a compressed one.
    """

    status: int
    retry_after: str | None = None
    excerpt: str = ""


class Unreachable(Exception):
    """No answer: the message says why (refused address, no connection, TLS, timeout)."""


@runtime_checkable  # so that routes may be given one
class Outbound(Protocol):
    """Sends to public addresses only; redirects are answers like others."""

    async def check(self, url: str) -> None:
        """Raise `kit.addresses.AddressRefused` for a URL that may never be sent to.

        A name that does not resolve, or whose turn to be looked up would have to be waited for,
        is accepted: it is judged at each connection.
        """
        ...

    async def post(
        self, url: str, *, body: bytes, headers: Mapping[str, str], timeout_s: float
    ) -> Answer:
        """POST and return the answer; raises `Unreachable`.

        A body that is long, slow or broken off is cut: the status is the verdict.
        """
        ...
