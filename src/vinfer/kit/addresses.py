"""Which addresses this server may be sent to by a customer: the guard against inward requests."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final
from urllib.parse import SplitResult, urlsplit

MAX_URL: Final = 2048
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
_NAT64: Final = IPv6Network("64:ff9b::/96")

Address = IPv4Address | IPv6Address


class AddressRefused(Exception):
    """The target is not one that customers may name; the message ends a sentence about it."""


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Public addresses, and what the operator admits besides."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    schemes: frozenset[str] = frozenset({"https"})

    def check_url(self, url: str) -> SplitResult:
        """Split `url`; raises `AddressRefused` for what needs no look-up to be refused."""
        if (
            len(url) > MAX_URL
            or not url.isascii()
            or not url.isprintable()
            or set(url) & set(" \\")
        ):
            raise AddressRefused("a URL of printable ASCII characters, at most 2048")
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            raise AddressRefused("a well-formed URL") from error
        if parts.scheme not in self.schemes:
            raise AddressRefused(f"a URL with the scheme {' or '.join(sorted(self.schemes))}")
        if not host or "@" in parts.netloc or "%" in parts.netloc:
            raise AddressRefused("a URL with a host and without user name or password")
        literal = _literal(host)
        if literal is not None and not self.admits_host(host):
            self.check_address(literal)
        return parts

    def admits_host(self, host: str) -> bool:
        """Whether the operator admits this name, wherever it leads."""
        return host.lower().rstrip(".") in self.hosts

    def check_address(self, text: str) -> None:
        """Raise `AddressRefused` unless the numeric address is public, or admitted."""
        address = _innermost(ip_address(text.partition("%")[0]))
        admitted = any(address in net for net in self.networks if net.version == address.version)
        if not (admitted or _is_public(address)):
            raise AddressRefused("a publicly reachable address")


def allow(entries: Iterable[str], *, plain_http: bool) -> AddressPolicy:
    """A policy that admits these hosts, addresses and networks too; raises `ValueError`."""
    hosts: set[str] = set()
    networks: list[IPv4Network | IPv6Network] = []
    for entry in entries:
        try:
            networks.append(ip_network(entry))
        except ValueError:
            if "/" in entry:
                raise
            hosts.add(entry.lower().rstrip("."))
    schemes = frozenset({"https", "http"} if plain_http else {"https"})
    return AddressPolicy(frozenset(hosts), tuple(networks), schemes)


def _literal(host: str) -> str | None:
    try:
        return str(ip_address(host))
    except ValueError:
        return None


def _innermost(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, if it does."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFF_FFFF)
        return inner or address
    return address


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False  # among them site-local and IPv4-compatible ones, which `is_global` admits
    return address.is_global and not address.is_multicast and not address.is_reserved
