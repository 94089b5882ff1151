"""Webhooks as the API takes and gives them."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

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
TEST: Final = "webhook.test"
Status = Literal["active", "disabled"]
DisabledReason = Literal["requested", "gone", "exhausted"]
DeliveryStatus = Literal["sending", "delivered", "failed"]


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


class SecretRotation(schema.Body):
    """`POST /webhooks/{id}/rotate-secret`; without a secret one is made."""

    secret: Secret | None = None

    example = {"secret": "known to both sides"}


class ReplayRequest(schema.Body):
    """`POST /webhooks/{id}/replay`."""

    since: schema.Timestamp

    example = {"since": "2026-01-01T00:00:00Z"}


class LastDelivery(schema.Resource):
    """The latest attempt."""

    id: str
    event_id: str
    attempt: int
    status: DeliveryStatus
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
    disabled_reason: DisabledReason | None
    """Who ended it: somebody here, the receiver by a 410, or three days of failures."""
    created_at: datetime
    previous_secret_expires_at: datetime | None = None
    """While a rotation lasts: until when the secret before it signs too."""
    last_delivery: LastDelivery | None = None
    secret: str | UnsetType = UNSET
    """In the answer that creates or rotates it, and never again."""


class DeliveryQuery(schema.Query, frozen=True):
    """Filters of `GET /webhooks/{id}/deliveries`."""

    status: DeliveryStatus | None = None
    event: Annotated[str, Meta(max_length=100)] | None = None


class SentRequest(schema.Resource):
    """What an attempt sent; signatures are masked."""

    headers: dict[str, str]
    body: str


class Delivery(schema.Resource):
    """One attempt at one event."""

    id: str
    webhook_id: str
    event_id: str
    event: str
    sequence: int
    """Of the event in the workspace's log; 0 for a test, which is not part of it."""
    attempt: int
    status: DeliveryStatus
    status_code: int | None
    error: str | None
    latency_ms: int | None
    created_at: datetime
    next_attempt_at: datetime | None
    request: SentRequest | None
    """Null when the event is no longer kept."""
    response: str | None
    """The beginning of what the receiver said, at most 2 KiB."""


class Queued(schema.Resource):
    """An event that is about to be sent again; it keeps its id."""

    webhook_id: str
    event_id: str
    sequence: int


class Replay(schema.Resource):
    """What a replay sends: wanted events from the log's `first_sequence` to `last_sequence`."""

    webhook_id: str
    since: datetime
    first_sequence: int | None
    last_sequence: int | None
    events: int


class Envelope(schema.Resource):
    """What is sent: the same bytes at every attempt."""

    id: str
    event: str
    created_at: datetime
    workspace_id: str
    sequence: int
    data: dict[str, Any]


class LogQuery(schema.Query, frozen=True):
    """`GET /events`: what follows `after`; without it, from the oldest event that is kept."""

    after: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 100


class Log(schema.Resource):
    """A part of the workspace's log, in order. `next_after` asks for what follows."""

    data: list[Envelope]
    next_after: int
