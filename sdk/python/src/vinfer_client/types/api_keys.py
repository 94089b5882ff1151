"""Bodies and answers of the API. Made by `python tools/client.py` from the OpenAPI document."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class Key(TypedDict):
    """A key without its secret."""

    id: str
    name: str
    prefix: str
    scope: Literal["read_only", "read_write", "admin"]
    created_at: str
    last_used_at: str | None
    expires_at: str | None
    revoked_at: str | None
    key: NotRequired[str]


class KeyCreate(TypedDict):
    """`POST /api-keys`."""

    name: str
    scope: Literal["read_only", "read_write", "admin"]
    expires_at: NotRequired[str | None]


class KeyPage(TypedDict):
    """One page of a list."""

    data: list[Key]
    total: int
    limit: int
    offset: int
    next_cursor: str | None
