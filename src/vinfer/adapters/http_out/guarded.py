"""An HTTP client that judges the address of every connection it makes.

The judged address is the connected one, so neither odd spellings nor names that change their
address between a check and its use get past it.
"""

import asyncio
import socket
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp

from vinfer.adapters.http_out.excerpt import read_excerpt
from vinfer.kit.addresses import AddressPolicy, AddressRefused
from vinfer.ports.outbound import Answer, Unreachable

_CONNECT_TIMEOUT_S: Final = 5.0
_RESOLVE_TIMEOUT_S: Final = 3.0
_PER_HOST: Final = 8


class GuardedHttp:
    """`ports.outbound.Outbound` on aiohttp: TLS verified, no redirects, no proxy, no cookies."""

    def __init__(
        self, policy: AddressPolicy, guarded: aiohttp.ClientSession, free: aiohttp.ClientSession
    ) -> None:
        self._policy = policy
        self._guarded = guarded
        self._free = free  # for hosts that the operator admits by name

    async def check(self, url: str) -> None:
        """See the port."""
        parts = self._policy.check_url(url)
        host = parts.hostname or ""
        if self._policy.admits_host(host):
            return
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_RESOLVE_TIMEOUT_S):
                found = await loop.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError, TimeoutError):
            return
        for *_, address in found:
            self._policy.check_address(str(address[0]))

    async def post(
        self, url: str, *, body: bytes, headers: Mapping[str, str], timeout_s: float
    ) -> Answer:
        """See the port."""
        try:
            host = self._policy.check_url(url).hostname or ""
            session = self._free if self._policy.admits_host(host) else self._guarded
            async with session.post(
                url,
                data=body,
                headers={**headers, "Accept-Encoding": "identity"},
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=timeout_s, sock_connect=_CONNECT_TIMEOUT_S),
            ) as response:
                wait = response.headers.get("Retry-After")
                return Answer(response.status, wait, await read_excerpt(response))
        except AddressRefused as error:
            raise Unreachable(f"refused: not {error}") from error
        except TimeoutError as error:
            raise Unreachable(f"no answer within {timeout_s:g} s") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Unreachable(_words(error)) from error


@asynccontextmanager
async def guarded_http(policy: AddressPolicy) -> AsyncGenerator[GuardedHttp]:
    """A client for as long as the block lasts."""
    async with _session(_guard(policy)) as guarded, _session(None) as free:
        yield GuardedHttp(policy, guarded, free)


def _session(factory: Any) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        socket_factory=factory, use_dns_cache=False, limit_per_host=_PER_HOST
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        headers={"User-Agent": "VInfer-Webhooks/1"},
    )


def _guard(policy: AddressPolicy) -> Any:
    def make(info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = info
        policy.check_address(str(address[0]))
        return socket.socket(family, kind, protocol)

    return make


def _words(error: Exception) -> str:
    """The error without the URL, which may hold a secret in its query."""
    kind = type(error).__name__
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return f"TLS: {kind}"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"no connection: {error.strerror or kind}"
    return kind
