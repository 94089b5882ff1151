"""Bodies and answers of the API. Made by `python tools/client.py` from the OpenAPI document."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class DncBody(TypedDict):
    """`POST /dnc`: one phone, or many."""

    phone: NotRequired[str | None]
    phones: NotRequired[list[str] | None]
    reason: NotRequired[str]


class DncEntry(TypedDict):
    """A phone that is never called."""

    phone: str
    reason: str
    created_at: str


class DncEntryPage(TypedDict):
    """One page of a list."""

    data: list[DncEntry]
    total: int
    limit: int
    offset: int
    next_cursor: str | None
