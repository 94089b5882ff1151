"""Bodies and answers of the API. Made by `python tools/client.py` from the OpenAPI document."""

from __future__ import annotations

from typing import Any, TypedDict


class Envelope(TypedDict):
    """What is sent: the same bytes at every attempt."""

    id: str
    event: str
    created_at: str
    workspace_id: str
    sequence: int
    data: dict[str, Any]


class Log(TypedDict):
    """A part of the workspace's log, in order. `next_after` asks for what follows."""

    data: list[Envelope]
    next_after: int
