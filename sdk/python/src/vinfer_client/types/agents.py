"""Bodies and answers of the API. Made by `python tools/client.py` from the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from vinfer_client.types.shared import Fallback, Notice


class Agent(TypedDict):
    """An agent as the API returns it; `warnings` are of its last change."""

    id: str
    agent_name: str
    language: str
    voice: Literal["male", "female"]
    script_id: str
    fallback: dict[str, Any] | None
    dispositions: list[str]
    warnings: list[Notice]
    created_at: str
    updated_at: str


class AgentBody(TypedDict):
    """`POST /agents`."""

    agent_name: str
    language: str
    voice: Literal["male", "female"]
    script_id: str
    fallback: NotRequired[Fallback | None]
    dispositions: NotRequired[list[str]]


class AgentPage(TypedDict):
    """One page of a list."""

    data: list[Agent]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class AgentPatch(TypedDict):
    """`PATCH /agents/{id}`: what it names replaces what was there; null clears."""

    agent_name: NotRequired[str]
    language: NotRequired[str]
    voice: NotRequired[Literal["male", "female"]]
    script_id: NotRequired[str]
    fallback: NotRequired[Fallback | None]
    dispositions: NotRequired[list[str] | None]
