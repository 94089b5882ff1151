"""Bodies and answers of the API. Made by `python tools/client.py` from the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from vinfer_client.types.shared import Fallback, Notice


class Campaign(TypedDict):
    """A campaign as the API returns it. `fallback` is its agent's, with its own over it."""

    id: str
    campaign_id: str
    name: str
    status: Literal["scheduled", "running", "paused", "completed", "stopped"]
    stop_reason: str | None
    script_id: str
    script_version: int
    agent_id: str | None
    language: str
    trunk_id: str | None
    schedule: dict[str, Any] | None
    max_attempts: int
    retry_interval_minutes: int
    concurrency: int | None
    metadata: dict[str, Any]
    analyze: list[str] | None
    fallback: dict[str, Any] | None
    warnings: list[Notice]
    progress: ContactsProgress
    dispositions: dict[str, int]
    created_at: str
    started_at: str | None
    ended_at: str | None


class CampaignBody(TypedDict):
    """`POST /campaigns`."""

    name: str
    language: str
    contacts: list[dict[str, Any]]
    script_id: NotRequired[str | None]
    agent_id: NotRequired[str | None]
    schedule: NotRequired[Schedule | None]
    max_attempts: NotRequired[int]
    retry_interval_minutes: NotRequired[int]
    trunk_id: NotRequired[str | None]
    concurrency: NotRequired[int | None]
    metadata: NotRequired[dict[str, Any] | None]
    analyze: NotRequired[
        list[
            Literal[
                "transcription",
                "summary",
                "sentiment",
                "intent",
                "qa_scoring",
                "compliance",
                "redaction",
            ]
        ]
        | None
    ]
    fallback: NotRequired[Fallback | None]
    dedupe: NotRequired[Literal["keep", "reject"]]


class CampaignPage(TypedDict):
    """One page of a list."""

    data: list[Campaign]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class CampaignPatch(TypedDict):
    """`PATCH /campaigns/{id}`: a move, an edit, or both."""

    status: NotRequired[Literal["running", "paused", "stopped"]]
    action: NotRequired[Literal["start", "pause", "resume", "stop"]]
    name: NotRequired[str]
    schedule: NotRequired[Schedule | None]
    max_attempts: NotRequired[int]
    retry_interval_minutes: NotRequired[int]
    concurrency: NotRequired[int | None]
    metadata: NotRequired[dict[str, Any] | None]


class ContactsBody(TypedDict):
    """`POST /campaigns/{id}/contacts` as JSON."""

    contacts: list[dict[str, Any]]


class ContactsProgress(TypedDict):
    """A campaign's contacts by state; the parts sum to `total`."""

    total: int
    pending: int
    in_progress: int
    retry_scheduled: int
    completed: int
    skipped: int


class DailyWindow(TypedDict):
    """The hours of each day in which calls may begin, in the schedule's time zone."""

    start: str
    end: str


class Schedule(TypedDict):
    """When calls may begin. Times without an offset are read in `timezone`."""

    start_time: NotRequired[str | None]
    end_time: NotRequired[str | None]
    timezone: NotRequired[str | None]
    daily_window: NotRequired[DailyWindow | None]
    days: NotRequired[list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] | None]
