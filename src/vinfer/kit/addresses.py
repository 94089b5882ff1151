"""Which addresses this server may be sent to by a customer: the guard against inward requests."""

import re
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
_MAX_HOST: Final = 253
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_HOST: Final = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_-]{1,63}\.?")
_ENDS_IN_NUMBER: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?")
_INNER_NAMES: Final = frozenset(
    {"localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "arpa"}
)
# Global by the registries' letter, and yet an inside: Azure's metadata service, documentation,
# the retired 6to4 relays and the anycast addresses of protocols.
_NOT_PUBLIC: Final = (
    IPv4Network("168.63.129.16/32"),
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.31.196.0/24"),
    IPv4Network("192.52.193.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv4Network("192.175.48.0/24"),
    IPv6Network("2001::/23"),
    IPv6Network("3fff::/20"),
)

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
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise AddressRefused("a well-formed URL") from error
        if parts.scheme not in self.schemes:
            raise AddressRefused(f"a URL with the scheme {' or '.join(sorted(self.schemes))}")
        if not host or "@" in parts.netloc or "%" in parts.netloc:
            raise AddressRefused("a URL with a host and without user name or password")
        if "#" in url or port == 0:
            raise AddressRefused("a URL without a fragment and with a port above 0")
        if not self.admits_host(host):
            self._check_host(host, in_brackets="[" in parts.netloc)
        return parts

    def admits_host(self, host: str) -> bool:
        """Whether the operator admits this name, wherever it leads."""
        return host.lower().rstrip(".") in self.hosts

    def _check_host(self, host: str, *, in_brackets: bool) -> None:
        literal = _literal(host)
        if literal is not None:
            self.check_address(literal)
        elif in_brackets or len(host) > _MAX_HOST or not _HOST.fullmatch(host):
            raise AddressRefused("a URL with a well-formed host name")
        elif _ENDS_IN_NUMBER.fullmatch(host):
            raise AddressRefused("a host name, or an address in its usual spelling")
        elif not self.networks and _is_inner(host):
            raise AddressRefused("a publicly reachable name")

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


def _is_inner(host: str) -> bool:
    """Whether no public name server knows the name; where networks are admitted, its address
    decides."""
    first, dot, last = host.rstrip(".").rpartition(".")
    return not dot or not first or last in _INNER_NAMES


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
    if any(address in net for net in _NOT_PUBLIC if net.version == address.version):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved
