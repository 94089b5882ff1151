"""An HTTP client that judges the address of every connection it makes.

The judged address is the connected one, so neither odd spellings nor names that change their
address between a check and its use get past it.
"""

import asyncio
import contextlib
import errno
import socket
import ssl
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from vinfer.adapters.http_out.bounded import ANSWER_BYTES, TOO_LARGE, BoundedConnector
from vinfer.adapters.http_out.excerpt import read_excerpt
from vinfer.adapters.http_out.lookup import Lookup, Resolver, SystemLookup
from vinfer.kit.addresses import AddressPolicy, AddressRefused
from vinfer.ports.outbound import Answer, Unreachable

AGENT: Final = "VInfer-Webhooks/1"
_CONNECT_TIMEOUT_S: Final = 5.0
_LOOKUP_TIMEOUT_S: Final = 3.0
_LOOKUP_KEPT_S: Final = 10
_CHECKS_AT_ONCE: Final = 2  # each may hold a caller's transaction for as long as a look-up lasts
_URLS_KEPT: Final = 10_000
# Callers limit themselves: a queue here, for a host that many customers share, would count as a
# receiver's time.
_AT_ONCE: Final = 1024
_PER_HOST: Final = 0


Judge = Callable[[str], None]
"""Raises `AddressRefused` at an address."""


class GuardedHttp:
    """`ports.outbound.Outbound` on aiohttp: TLS verified, no redirects, no proxy, no cookies."""

    def __init__(
        self,
        policy: AddressPolicy,
        lookup: Lookup,
        guarded: aiohttp.ClientSession,
        free: aiohttp.ClientSession,
    ) -> None:
        self._policy = policy
        self._lookup = lookup
        self._guarded = guarded
        self._free = free  # for hosts that the operator admits by name
        self._sessions: dict[str, aiohttp.ClientSession] = {}
        self._checks = asyncio.Semaphore(_CHECKS_AT_ONCE)

    async def check(self, url: str) -> None:
        """See the port."""
        parts = self._policy.check_url(url)
        host = parts.hostname or ""
        if self._policy.admits_host(host) or self._checks.locked():
            return
        try:
            async with self._checks, asyncio.timeout(_LOOKUP_TIMEOUT_S):
                found = await self._lookup(host, parts.port or 443, socket.AF_UNSPEC)
        except (OSError, TimeoutError):
            return
        for *_, address in found:
            self._policy.check_address(str(address[0]))

    async def post(
        self, url: str, *, body: bytes, headers: Mapping[str, str], timeout_s: float
    ) -> Answer:
        """See the port."""
        try:
            async with self.session_for(url).post(
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
            raise Unreachable(words_of(error)) from error

    def session_for(self, url: str) -> aiohttp.ClientSession:
        """The session for a URL. Raises `AddressRefused`.

        What was judged by the policy, which never changes, is remembered.
        """
        session = self._sessions.get(url)
        if session is None:
            host = self._policy.check_url(url).hostname or ""
            session = self._free if self._policy.admits_host(host) else self._guarded
            if len(self._sessions) >= _URLS_KEPT:
                self._sessions.clear()
            self._sessions[url] = session
        return session


@asynccontextmanager
async def guarded_http(
    policy: AddressPolicy,
    *,
    lookup: Lookup | None = None,
    tls: ssl.SSLContext | None = None,
    agent: str = AGENT,
    answer_bytes: int = ANSWER_BYTES,
) -> AsyncGenerator[GuardedHttp]:
    """A client for as long as the block lasts; by default the system's names and authorities.

    A connection ends when its answer has more than `answer_bytes`.
    """
    options = _Options(tls, agent, answer_bytes)
    with contextlib.ExitStack() as stack:
        names = lookup or stack.enter_context(contextlib.closing(SystemLookup()))
        async with (
            _session(names, policy.check_address, options) as guarded,
            _session(names, _anything, options) as free,
        ):
            yield GuardedHttp(policy, names, guarded, free)


@dataclass(frozen=True, slots=True)
class _Options:
    tls: ssl.SSLContext | None
    agent: str
    answer_bytes: int


def _session(names: Lookup, judge: Judge, options: _Options) -> aiohttp.ClientSession:
    connector = BoundedConnector(
        answer_bytes=options.answer_bytes,
        socket_factory=_judged_sockets(judge),
        resolver=Resolver(names, judge),
        ttl_dns_cache=_LOOKUP_KEPT_S,
        ssl=options.tls or True,
        limit=_AT_ONCE,
        limit_per_host=_PER_HOST,
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        headers={"User-Agent": options.agent},
    )


def _judged_sockets(judge: Judge) -> Any:
    def make(info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = info
        try:
            judge(str(address[0]))
        except AddressRefused as error:  # the connecting library expects no other kind
            raise PermissionError(errno.EACCES, f"refused: not {error}") from error
        return socket.socket(family, kind, protocol)

    return make


def _anything(_address: str) -> None:
    """The operator admitted the host wherever its name leads."""


def words_of(error: Exception) -> str:
    """The error without the URL, which may hold a secret in its query."""
    kind = type(error).__name__
    match error:
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            return f"TLS: {kind}"
        case aiohttp.ClientConnectorError():
            return f"no connection: {error.strerror or 'no address'}"
        case OSError() if error.args[:1] == (TOO_LARGE,):
            return TOO_LARGE
        case aiohttp.ServerDisconnectedError():
            return "the connection ended without an answer"
        case aiohttp.ClientOSError():
            return f"the connection broke: {error.strerror or 'no reason given'}"
        case aiohttp.ClientPayloadError():
            return "the answer broke off, or is too large"
        case aiohttp.ClientResponseError():
            return "the answer is not HTTP, or its head is too large"
        case _:
            return kind
