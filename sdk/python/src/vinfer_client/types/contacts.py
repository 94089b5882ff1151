"""Bodies and answers of the API. Made by `python tools/client.py` from the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from vinfer_client.types.shared import Call


class Contact(TypedDict):
    """A person in a campaign, and how far their calls are. An erased person has no phone."""

    id: str
    campaign_id: str
    phone: str | None
    name: str | None
    attributes: dict[str, Any]
    status: Literal["pending", "in_progress", "retry_scheduled", "completed", "skipped"]
    disposition: Literal[
        "interested", "not_interested", "callback", "not_reachable", "dnd", "escalated", None
    ]
    attempts: int
    next_attempt_at: str | None
    created_at: str


class ContactPage(TypedDict):
    """One page of a list."""

    data: list[Contact]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class ContactPatch(TypedDict):
    """`PATCH /contacts/{phone}`: null takes a value away; what is not named stays."""

    name: NotRequired[str | None]
    attributes: NotRequired[dict[str, Any]]


class DoNotCall(TypedDict):
    """Whether a phone may be called, and if not why and since when."""

    listed: bool
    reason: str | None
    since: str | None


class Profile(TypedDict):
    """A person, by phone: what is known, whether they may be called, and their newest 100 calls."""

    phone: str
    name: str | None
    attributes: dict[str, Any]
    do_not_call: DoNotCall
    calls: list[Call]
