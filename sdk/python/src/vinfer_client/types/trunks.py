"""Bodies and answers of the API. Made by `python tools/client.py` from the OpenAPI document."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class Trunk(TypedDict):
    """A trunk; its password goes in and never comes out."""

    id: str
    name: str
    server: str
    transport: Literal["udp", "tcp", "tls"]
    username: str
    auth_username: str
    has_password: bool
    register: bool
    caller_ids: list[str]
    channels: int
    calls_per_second: int
    is_default: bool
    created_at: str


class TrunkChange(TypedDict):
    """`PATCH /trunks/{id}`; a null password takes it away, another host needs it given anew."""

    name: NotRequired[str]
    server: NotRequired[str]
    transport: NotRequired[Literal["udp", "tcp", "tls"]]
    username: NotRequired[str]
    auth_username: NotRequired[str]
    password: NotRequired[str | None]
    register: NotRequired[bool]
    caller_ids: NotRequired[list[str]]
    channels: NotRequired[int]
    calls_per_second: NotRequired[int]
    is_default: NotRequired[bool]


class TrunkCreate(TypedDict):
    """`POST /trunks`."""

    name: str
    server: str
    transport: NotRequired[Literal["udp", "tcp", "tls"]]
    username: NotRequired[str]
    auth_username: NotRequired[str]
    password: NotRequired[str | None]
    register: NotRequired[bool]
    caller_ids: NotRequired[list[str]]
    channels: NotRequired[int]
    calls_per_second: NotRequired[int]
    is_default: NotRequired[bool]


class TrunkPage(TypedDict):
    """One page of a list."""

    data: list[Trunk]
    total: int
    limit: int
    offset: int
    next_cursor: str | None
