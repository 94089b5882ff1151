"""Trunks as the API takes and gives them."""

import ipaddress
import re
from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from vinfer.kit import schema

_HOST: Final = re.compile(
    r"(?=.{1,253}\Z)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    r"(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)
_USER: Final = re.compile(  # `%` begins an escape, as in RFC 3261, but not of a control character
    r"([A-Za-z0-9_.!~*'()&=+$,@-]|%[2-6A-Fa-f][0-9A-Fa-f]|%7[0-9A-Ea-e])*"
)


def parse_server(text: str) -> str:
    """`host`, `host:port` or `[IPv6]:port`, and nothing that could end up in a SIP header."""
    host, port = _split(text)
    if (_is_ip(host) or _HOST.fullmatch(host)) and (port is None or 1 <= port <= 65535):
        return text
    raise schema.Invalid("host or host:port, e.g. sip.example.com:5060")


def server_of(text: str, transport: str) -> tuple[str, int]:
    """Host and port of what `parse_server` took."""
    host, port = _split(text)
    return host, port or (5061 if transport == "tls" else 5060)


def _split(text: str) -> tuple[str, int | None]:
    match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([^:\[\]]+))(?::([0-9]{1,5}))?", text, re.ASCII)
    if match is None:
        return "", None
    return match[1] or match[2], int(match[3]) if match[3] else None


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def parse_user(text: str) -> str:
    """A SIP user without separators, so that it cannot change the meaning of an address."""
    if _USER.fullmatch(text):
        return text
    raise schema.Invalid(
        "the characters of a SIP user: letters, digits, _.!~*'()&=+$,@- and escapes like %20"
    )


def parse_password(text: str) -> str:
    """Printable ASCII but `"` and `\\`, which the SIP stack cannot carry."""
    if text.isascii() and (not text or text.isprintable()) and not set(text) & set('"\\'):
        return text
    raise schema.Invalid('printable ASCII characters other than " and \\')


Name = Annotated[str, Meta(min_length=1, max_length=255)]
Server = Annotated[
    str,
    Meta(max_length=260),
    schema.Scalar(parse_server, format="sip-server", example="sip.example.com:5060"),
]
Transport = Literal["udp", "tcp", "tls"]
User = Annotated[
    str,
    Meta(max_length=128),
    schema.Scalar(parse_user, pattern=rf"^{_USER.pattern}$"),
]
Password = Annotated[
    str, Meta(max_length=255), schema.Scalar(parse_password, pattern=r"^[ !#-\[\]-~]*$")
]
CallerIds = Annotated[list[schema.Phone], Meta(max_length=100)]
Channels = Annotated[int, Meta(ge=1, le=10_000)]
CallsPerSecond = Annotated[int, Meta(ge=1, le=1_000)]


class TrunkCreate(schema.Body):
    """`POST /trunks`."""

    name: Name
    server: Server
    transport: Transport = "udp"
    username: User = ""
    auth_username: User = ""
    password: Password | None = None
    register: bool = False
    caller_ids: CallerIds = msgspec.field(default_factory=list[str])
    channels: Channels = 30
    calls_per_second: CallsPerSecond = 5
    is_default: bool = False

    example = {
        "name": "Carrier",
        "server": "sip.example.com:5060",
        "transport": "tls",
        "username": "bank",
        "password": "a-long-secret",
        "caller_ids": ["+911140000000"],
        "channels": 30,
        "calls_per_second": 5,
    }


class TrunkChange(schema.Body):
    """`PATCH /trunks/{id}`; a null password takes it away, another host needs it given anew."""

    name: Name | UnsetType = UNSET
    server: Server | UnsetType = UNSET
    transport: Transport | UnsetType = UNSET
    username: User | UnsetType = UNSET
    auth_username: User | UnsetType = UNSET
    password: Password | UnsetType | None = UNSET
    register: bool | UnsetType = UNSET
    caller_ids: CallerIds | UnsetType = UNSET
    channels: Channels | UnsetType = UNSET
    calls_per_second: CallsPerSecond | UnsetType = UNSET
    is_default: bool | UnsetType = UNSET

    example = {"channels": 60}


class Trunk(schema.Resource):
    """A trunk; its password goes in and never comes out."""

    id: str
    name: str
    server: str
    transport: Transport
    username: str
    auth_username: str
    has_password: bool
    register: bool
    caller_ids: list[str]
    channels: int
    calls_per_second: int
    is_default: bool
    created_at: datetime
