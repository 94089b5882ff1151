"""Looking names up in threads of their own: a name server that is silent delays its name only."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from aiohttp.abc import AbstractResolver, ResolveResult

_THREADS: Final = 512  # made when needed: as many silent names as a worker makes attempts
_NUMERIC: Final = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV

AddressInfo = tuple[Any, Any, int, str, tuple[Any, ...]]
Lookup = Callable[[str, int, socket.AddressFamily], Awaitable[list[AddressInfo]]]
"""Like `getaddrinfo` for TCP: host, port and family to entries; raises `OSError`."""


class SystemLookup:
    """The system's resolver. Raises `OSError` for a name that leads nowhere."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="lookup")

    async def __call__(
        self, host: str, port: int, family: socket.AddressFamily
    ) -> list[AddressInfo]:
        """See `Lookup`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _addresses, host, port, family)

    def close(self) -> None:
        """Wait for nothing."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class Resolver(AbstractResolver):
    """A lookup as the HTTP client wants it; every address must pass `judge`."""

    def __init__(self, lookup: Lookup, judge: Callable[[str], None]) -> None:
        self._lookup = lookup
        self._judge = judge

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Every address of `host`; raises `OSError`, or what the judge raises at any of them."""
        entries = await self._lookup(host, port, family)
        for *_, address in entries:
            self._judge(str(address[0]))
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=int(address[1]),
                family=found,
                proto=protocol,
                flags=_NUMERIC,
            )
            for found, _, protocol, _, address in entries
        ]

    async def close(self) -> None:
        """Nothing of its own is open."""


def _addresses(host: str, port: int, family: socket.AddressFamily) -> list[AddressInfo]:
    try:
        return socket.getaddrinfo(
            host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
    except UnicodeError as error:  # a label that is empty or too long
        raise OSError("not a host name") from error
