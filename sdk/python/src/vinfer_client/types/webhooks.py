"""Bodies and answers of the API. Made by `python tools/client.py` from the OpenAPI document."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class Delivery(TypedDict):
    """One attempt at one event."""

    id: str
    webhook_id: str
    event_id: str
    event: str
    sequence: int
    attempt: int
    status: Literal["sending", "delivered", "failed"]
    status_code: int | None
    error: str | None
    latency_ms: int | None
    created_at: str
    next_attempt_at: str | None
    request: SentRequest | None
    response: str | None


class DeliveryPage(TypedDict):
    """One page of a list."""

    data: list[Delivery]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class LastDelivery(TypedDict):
    """The latest attempt."""

    id: str
    event_id: str
    attempt: int
    status: Literal["sending", "delivered", "failed"]
    status_code: int | None
    error: str | None
    latency_ms: int | None
    created_at: str


class Queued(TypedDict):
    """An event that is about to be sent again; it keeps its id."""

    webhook_id: str
    event_id: str
    sequence: int


class Replay(TypedDict):
    """What a replay sends: wanted events from the log's `first_sequence` to `last_sequence`."""

    webhook_id: str
    since: str
    first_sequence: int | None
    last_sequence: int | None
    events: int


class ReplayRequest(TypedDict):
    """`POST /webhooks/{id}/replay`."""

    since: str


class SecretRotation(TypedDict):
    """`POST /webhooks/{id}/rotate-secret`; without a secret one is made."""

    secret: NotRequired[str | None]


class SentRequest(TypedDict):
    """What an attempt sent; signatures are masked."""

    headers: dict[str, str]
    body: str


class Webhook(TypedDict):
    """A webhook without its secret."""

    id: str
    url: str
    events: list[
        Literal[
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
    ]
    status: Literal["active", "disabled"]
    disabled_reason: Literal["requested", "gone", "exhausted", None]
    created_at: str
    previous_secret_expires_at: str | None
    last_delivery: LastDelivery | None
    secret: NotRequired[str]


class WebhookCreate(TypedDict):
    """`POST /webhooks`."""

    url: str
    events: list[
        Literal[
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
    ]
    secret: NotRequired[str | None]


class WebhookPage(TypedDict):
    """One page of a list."""

    data: list[Webhook]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class WebhookPatch(TypedDict):
    """`PATCH /webhooks/{id}`."""

    url: NotRequired[str]
    events: NotRequired[
        list[
            Literal[
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
        ]
    ]
    status: NotRequired[Literal["active", "disabled"]]
