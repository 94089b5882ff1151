"""Who really asks: what is believed of proxies, host names and origins."""

import ipaddress
import re
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, Final

from vinfer.kit.errors import InvalidParameter

Network = IPv4Network | IPv6Network
Headers = list[tuple[bytes, bytes]]

ANY: Final = "*"
_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?")
_HOP: Final = re.compile(
    r"\[([0-9A-Fa-f:.]+)\](?::\d{1,5})?|([0-9.]+)(?::\d{1,5})?|([0-9A-Fa-f:.]+)"
)
_SHOWN: Final = (
    b"X-Request-Id, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After,"
    b" Idempotency-Replayed, Deprecation, Sunset, Link, Allow, WWW-Authenticate,"
    b" Content-Range, Content-Disposition"
)
_PREFLIGHT: Final[Headers] = [
    (b"access-control-allow-methods", b"GET, POST, PATCH, DELETE"),
    (b"access-control-allow-headers", b"Authorization, Content-Type, Idempotency-Key, Range"),
    (b"access-control-max-age", b"600"),
]


@dataclass(frozen=True, slots=True)
class Client:
    """Where a request comes from, and whether its way there was encrypted."""

    address: str
    secure: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """What the operator says of the network in front of this server.

    `proxies` may name the client in X-Forwarded-For and -Proto. `hosts` are the names in the Host
    header that are answered (`*.example.com` for subdomains); none means any. `origins` are the
    websites whose scripts may read answers; `*` means all of them.
    """

    proxies: tuple[Network, ...] = ()
    hosts: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()

    def client_of(self, scope: MutableMapping[str, Any]) -> Client:
        """The nearest address that no trusted proxy stands for.

        Read from the right, because each proxy appends what it saw itself; whatever stands left of
        the first stranger was written by that stranger.
        """
        peer: str = (scope.get("client") or ("local", 0))[0]
        secure = scope.get("scheme") == "https"
        if not self.proxies:
            return Client(peer, secure)
        address = _address(peer)
        if address is None or not self._trusts(address):
            return Client(peer if address is None else str(address), secure)
        hops = _listed(scope, b"x-forwarded-for")
        index = len(hops)
        for index in range(len(hops) - 1, -1, -1):
            hop = _hop(hops[index])
            if hop is None:
                break  # what wrote this is no proxy that we understand: stay with who sent it
            address = hop
            if not self._trusts(address):
                break
        schemes = _listed(scope, b"x-forwarded-proto")
        if schemes:
            said = schemes[index] if len(schemes) == len(hops) else schemes[-1]
            secure = said.lower() == "https"
        return Client(str(address), secure)

    def require_host(self, scope: MutableMapping[str, Any]) -> None:
        """Raise `InvalidParameter` for a request that was meant for another host."""
        values = [value for name, value in scope["headers"] if name == b"host"]
        host = _host(values[0].decode("latin-1")) if len(values) == 1 else None
        if len(values) > 1 or (self.hosts and not self._answers_for(host)):
            raise InvalidParameter(
                "Host",
                provided=b", ".join(values).decode("latin-1")[:255] if values else None,
                expected="a host name of this server (VINFER_ALLOWED_HOSTS)",
            )

    def is_preflight(self, scope: MutableMapping[str, Any]) -> bool:
        """Whether a browser asks if one of the admitted websites may send a request."""
        return (
            scope["method"] == "OPTIONS"
            and any(name == b"access-control-request-method" for name, _ in scope["headers"])
            and self._origin(scope) is not None
        )

    def cors(self, scope: MutableMapping[str, Any], *, preflight: bool = False) -> Headers:
        """What tells a browser to show an answer to the script that asked."""
        if not self.origins:
            return []
        headers: Headers = [(b"vary", b"Origin")]
        if (origin := self._origin(scope)) is not None:
            headers += [(b"access-control-allow-origin", origin)]
            headers += _PREFLIGHT if preflight else [(b"access-control-expose-headers", _SHOWN)]
        return headers

    def _origin(self, scope: MutableMapping[str, Any]) -> bytes | None:
        values = [value for name, value in scope["headers"] if name == b"origin"]
        if len(values) != 1:
            return None
        if values[0].decode("latin-1") in self.origins:
            return values[0]
        return b"*" if ANY in self.origins else None

    def is_proxy(self, peer: str) -> bool:
        """Whether a connection comes from a trusted proxy, behind which there may be anybody."""
        address = _address(peer)
        return address is not None and self._trusts(address)

    def _trusts(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in net for net in self.proxies if net.version == address.version)

    def _answers_for(self, host: str | None) -> bool:
        if host is None:
            return False
        return host in self.hosts or any(
            f"*.{host.split('.', cut)[-1]}" in self.hosts for cut in range(1, host.count(".") + 1)
        )


def networks(entries: Iterable[str]) -> tuple[Network, ...]:
    """Read addresses and networks, e.g. `10.0.0.0/8`; raises `ValueError`."""
    return tuple(ipaddress.ip_network(entry) for entry in entries)


def parse_host(text: str) -> str:
    """A host name, address or `*.domain` as a Host header would say it; raises `ValueError`."""
    host = _host(text.removeprefix("*."))
    if host is None or ":" in text.rpartition("]")[2]:
        raise ValueError(f"'{text}' is not a host name without a port, e.g. api.example.com")
    return f"*.{host}" if text.startswith("*.") else host


def parse_origin(text: str) -> str:
    """An origin as browsers send it, or `*`; raises `ValueError`."""
    if text == ANY or re.fullmatch(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?", text):
        return text
    raise ValueError(f"'{text}' is not an origin in lower case, e.g. https://app.example.com")


def _host(text: str) -> str | None:
    match = _HOST.fullmatch(text.lower())
    return match[1].rstrip(".") if match else None


def _listed(scope: MutableMapping[str, Any], name: bytes) -> list[str]:
    """The elements of a header that may come in several lines."""
    lines = [value for key, value in scope["headers"] if key == name]
    return [part.strip() for part in b",".join(lines).decode("latin-1").split(",")] if lines else []


def _hop(text: str) -> IPv4Address | IPv6Address | None:
    match = _HOP.fullmatch(text)
    return _address(match[1] or match[2] or match[3]) if match else None


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
