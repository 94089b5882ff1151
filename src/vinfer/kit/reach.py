"""Where customers may have this server connect to, where a private network is a normal place."""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

from vinfer.kit import addresses
from vinfer.kit.addresses import AddressRefused

DEFAULT: Final = "default"
PRIVATE_PORTS: Final = range(5060, 5100)
_EVERY_PORT: Final = range(1, 65536)
_ENTRY: Final = re.compile(r"(?:\[([^\]]+)\]|([^\[\]:]+))(?::([0-9]{1,5})(?:-([0-9]{1,5}))?)?")
_NAME: Final = re.compile(r"(?:\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_NUMBER_LAST: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)", re.IGNORECASE)
_METADATA: Final = frozenset(
    {IPv4Address("100.100.100.200"), IPv6Address("fd00:ec2::254"), IPv6Address("fd20:ce::254")}
)
_PRIVATE: Final = (
    IPv4Network("10.0.0.0/8"),
    IPv4Network("100.64.0.0/10"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.168.0.0/16"),
    IPv6Network("fc00::/7"),
)
_PUBLIC: Final = addresses.allow((), plain_http=False)

Network = IPv4Network | IPv6Network


class Refused(Exception):
    """The operator does not admit this host and port."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A host name (`*.example.com` for subdomains) or a network, and its ports."""

    host: str | None
    network: Network | None
    ports: range


class Reach:
    """What rules admit; with `default` also public addresses, and private ones on SIP's ports."""

    def __init__(self, rules: Sequence[Rule] = (), *, default: bool = True) -> None:
        self._rules = tuple(rules)
        self._default = default

    def admits_name(self, host: str, port: int) -> bool:
        """Whether the operator admits this name, wherever it leads."""
        name = host.lower().rstrip(".")
        return any(
            rule.host is not None and port in rule.ports and _matches(name, rule.host)
            for rule in self._rules
        )

    def check_host(self, host: str, port: int) -> None:
        """Raise `Refused` for a name or address that needs no look-up to be refused."""
        name = host.lower().rstrip(".")
        if self.admits_name(name, port):
            return
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            inner = name == "localhost" or name.endswith(".localhost")
            nowhere = not self._default and all(rule.network is None for rule in self._rules)
            if inner or nowhere or _NUMBER_LAST.fullmatch(name):
                raise Refused from None
            return
        self.check_address(str(address), port)

    def check_address(self, text: str, port: int) -> None:
        """Raise `Refused` unless the numeric address may be reached on this port."""
        address = ipaddress.ip_address(text.partition("%")[0])
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        named = any(
            rule.network is not None
            and rule.network.version == address.version
            and address in rule.network
            and port in rule.ports
            for rule in self._rules
        )
        if not named and not (self._default and _is_normal(address, port)):
            raise Refused


def allow(entries: Iterable[str]) -> Reach:
    """Read `default`, hosts, addresses and networks with or without ports; raises `ValueError`."""
    texts = list(entries)
    rules = tuple(_rule(text) for text in texts if text != DEFAULT)
    return Reach(rules, default=DEFAULT in texts)


def _rule(text: str) -> Rule:
    try:
        return Rule(None, ipaddress.ip_network(text), _EVERY_PORT)  # IPv6 has colons of its own
    except ValueError:
        pass
    match = _ENTRY.fullmatch(text.lower())
    if match is None:
        raise ValueError(f"'{text}' is not a host, address or network, e.g. 10.1.0.0/16:5060")
    place, ports = match[1] or match[2], _ports(text, match[3], match[4])
    try:
        return Rule(None, ipaddress.ip_network(place), ports)
    except ValueError:
        if match[1] or not _NAME.fullmatch(place) or _NUMBER_LAST.fullmatch(place):
            raise ValueError(f"'{text}' is not a host, address or network") from None
    return Rule(place, None, ports)


def _ports(text: str, first: str | None, last: str | None) -> range:
    if first is None:
        return _EVERY_PORT
    ports = range(int(first), int(last or first) + 1)
    if not ports or ports[0] < 1 or ports[-1] > 65535:
        raise ValueError(f"'{text}' does not end in a port or a range of ports")
    return ports


def _matches(name: str, rule: str) -> bool:
    return name.endswith(rule[1:]) if rule.startswith("*.") else name == rule


def _is_normal(address: IPv4Address | IPv6Address, port: int) -> bool:
    if address in _METADATA:
        return False
    if any(address in net for net in _PRIVATE if net.version == address.version):
        return port in PRIVATE_PORTS
    try:
        _PUBLIC.check_address(str(address))
    except AddressRefused:
        return False
    return True
