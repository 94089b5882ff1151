"""Webhooks as the API takes and gives them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType

from vinfer.kit import schema

EventName = Literal[
    "*",
    "call.started",
    "call.completed",
    "call.disposition_set",
    "call.escalated",
    "call.transcription_ready",
    "campaign.started",
    "campaign.paused",
    "campaign.resumed",
    "campaign.stopped",
    "campaign.completed",
    "transcription.completed",
    "transcription.failed",
    "qa.completed",
    "compliance.violation",
    "report.completed",
    "report.failed",
    "webhook.disabled",
]
Status = Literal["active", "disabled"]


def _parse_secret(text: str) -> str:
    if not 1 <= len(text) <= 255 or not text.isprintable():
        raise schema.Invalid("1 to 255 printable characters")
    return text


Url = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=2048,
        extra_json_schema={"format": "public-url", "examples": ["https://hooks.example.com/x"]},
    ),
]
Events = Annotated[list[EventName], Meta(min_length=1, max_length=50)]
Secret = Annotated[
    str,
    schema.Scalar(_parse_secret, format="printable-text"),
    Meta(extra_json_schema={"minLength": 1, "maxLength": 255}),
]


class WebhookCreate(schema.Body):
    """`POST /webhooks`."""

    url: Url
    events: Events
    secret: Secret | None = None

    example = {
        "url": "https://hooks.example.com/vinfer",
        "events": ["call.completed", "campaign.completed"],
    }


class WebhookPatch(schema.Body):
    """`PATCH /webhooks/{id}`."""

    url: Url | UnsetType = UNSET
    events: Events | UnsetType = UNSET
    status: Status | UnsetType = UNSET

    example = {"events": ["*"]}


class LastDelivery(schema.Resource):
    """The latest attempt."""

    id: str
    event_id: str
    attempt: int
    status: Literal["sending", "delivered", "failed"]
    status_code: int | None
    error: str | None
    latency_ms: int | None
    created_at: datetime


class Webhook(schema.Resource):
    """A webhook without its secret."""

    id: str
    url: str
    events: list[EventName]
    status: Status
    created_at: datetime
    last_delivery: LastDelivery | None = None
    secret: str | UnsetType = UNSET
    """In the answer that creates the webhook, and never again."""


class Envelope(schema.Resource):
    """What is sent: the same bytes at every attempt."""

    id: str
    event: str
    created_at: datetime
    workspace_id: str
    sequence: int
    data: dict[str, Any]
