"""Bodies and answers of the API. Made by `python tools/client.py` from the OpenAPI document."""

from __future__ import annotations

from typing import TypedDict


class Limits(TypedDict):
    """What the operator grants a workspace."""

    requests_per_minute: int
    max_concurrent_calls: int


class Workspace(TypedDict):
    """A tenant and its limits."""

    id: str
    name: str
    timezone: str
    limits: Limits
    created_at: str
