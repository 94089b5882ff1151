"""Bodies and answers of the API. Made by `python tools/client.py` from the OpenAPI document."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class Call(TypedDict):
    """A call as lists show it."""

    id: str
    campaign_id: str | None
    campaign_name: str | None
    contact: Callee
    status: Literal["in_progress", "completed", "failed"]
    disposition: Literal[
        "interested", "not_interested", "callback", "not_reachable", "dnd", "escalated", None
    ]
    tag: str | None
    end_reason: str | None
    duration_seconds: int
    language: str
    attempt: int
    script_id: str
    voice_agent_id: str | None
    agent_id: str | None
    started_at: str
    answered_at: str | None
    ended_at: str | None


class CallPage(TypedDict):
    """One page of a list."""

    data: list[Call]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class Callee(TypedDict):
    """Who was called; nobody, in stored answers and events of a call that is erased."""

    phone: str | None
    name: str | None


class Fallback(TypedDict):
    """The handover: when, to whom, and how; `cold` unless said otherwise.

        `warm` is accepted and, until it is available, carried out cold; `warnings` then say
    so.
    """

    triggers: NotRequired[list[Trigger] | None]
    transfer_to: NotRequired[str | None]
    mode: NotRequired[Literal["warm", "cold", None]]


class Intake(TypedDict):
    """What came of many rows: all that are good are taken. `rejected` shows the first 1,000."""

    accepted: int
    rejected: list[Rejected]
    rejected_total: int


class Notice(TypedDict):
    """Something that is taken as given, and may not do what was meant."""

    field: str
    message: str


class Rejected(TypedDict):
    """A row that was not taken. The first row of a JSON list is 1; a CSV's header is row 1."""

    row: int
    reason: str


class Trigger(TypedDict):
    """When a call is handed to a person; the lowest `priority` is looked at first.

        `keyword` needs `phrases` (and takes `match`), `sentiment` a `threshold`,
    `max_duration`
        `seconds`, `custom` a `condition`; a field of another type is refused.
    """

    type: Literal[
        "explicit_request", "keyword", "sentiment", "max_duration", "compliance_alert", "custom"
    ]
    priority: NotRequired[int]
    phrases: NotRequired[list[str] | None]
    match: NotRequired[Literal["any", "all", None]]
    threshold: NotRequired[float | None]
    seconds: NotRequired[int | None]
    condition: NotRequired[str | None]
