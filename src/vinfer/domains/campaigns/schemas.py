"""What a campaign looks like, outside and inside."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from vinfer.domains.agents.schemas import Fallback, Notice
from vinfer.domains.contacts.schemas import MAX_CONTACTS, Progress
from vinfer.kit import schema
from vinfer.kit.errors import InvalidParameter

Status = Literal["scheduled", "running", "paused", "completed", "stopped"]
Verb = Literal["start", "pause", "resume", "stop"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Feature = Literal[
    "transcription",
    "summary",
    "sentiment",
    "intent",
    "qa_scoring",
    "compliance",
    "redaction",
]

MAX_METADATA_BYTES: Final = 64 * 1024
MAX_AGENT_ID: Final = 255
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")

WEEKDAYS: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def parse_clock(text: str) -> str:
    """A time of day; raises `Invalid`."""
    if _CLOCK.fullmatch(text):
        return text
    raise schema.Invalid("a time of day as HH:MM, 00:00 to 24:00")


Name = Annotated[str, Meta(min_length=1, max_length=255)]
Attempts = Annotated[int, Meta(ge=1, le=5)]
Minutes = Annotated[int, Meta(ge=1, le=10_080)]
Concurrency = Annotated[int, Meta(ge=1, le=100_000)]
Clock = Annotated[
    str,
    schema.Scalar(parse_clock, pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", example="09:30"),
]
Moment = Annotated[
    str, Meta(extra_json_schema={"format": "moment", "examples": ["2026-02-01T09:00:00+05:30"]})
]
Zone = Annotated[
    str, Meta(extra_json_schema={"format": "iana-time-zone", "examples": ["Asia/Kolkata"]})
]
Contact = Annotated[
    dict[str, Any],
    Meta(
        extra_json_schema={
            "description": "A person. Fields beside `phone` and `name` are what the script speaks.",
            "required": ["phone"],
            "properties": {
                "phone": {
                    "type": "string",
                    "format": "e164",
                    "pattern": r"^\+[1-9][0-9]{6,14}$",
                    "examples": ["+919876543210"],
                },
                "name": {"type": ["string", "null"], "maxLength": 255},
            },
        }
    ),
]


Metadata = Annotated[
    dict[str, Any],
    Meta(
        description="Yours: shown as it was given, on every call too; at most 64 KiB of JSON."
        " `agent_id` names the human agent, by which calls are listed.",
        extra_json_schema={"properties": {"agent_id": {"maxLength": MAX_AGENT_ID}}},
    ),
]


def require_metadata(metadata: dict[str, Any] | UnsetType | None) -> None:
    """Raise `Invalid` for what is too large to stand on every call, or to be listed by."""
    if not metadata:
        return
    agent_id = metadata.get("agent_id")
    if isinstance(agent_id, str) and len(agent_id) > MAX_AGENT_ID:
        expected = f"text of at most {MAX_AGENT_ID} characters"
        raise schema.Invalid(expected, field="metadata.agent_id")
    if len(msgspec.json.encode(metadata)) > MAX_METADATA_BYTES:
        raise schema.Invalid(f"at most {MAX_METADATA_BYTES} bytes of JSON", field="metadata")


class DailyWindow(schema.Body):
    """The hours of each day in which calls may begin, in the schedule's time zone."""

    start: Clock
    end: Clock


class Schedule(schema.Body, omit_defaults=True):
    """When calls may begin. Times without an offset are read in `timezone`."""

    start_time: Moment | None = None
    end_time: Moment | None = None
    timezone: Zone | None = None
    daily_window: DailyWindow | None = None
    days: Annotated[list[Weekday], Meta(min_length=1, max_length=7)] | None = None


def require_features(
    field: str, wanted: Sequence[Feature] | None, installed: Collection[str] | None
) -> None:
    """Refuse an analysis that is not installed; None: all are. Raises `InvalidParameter`."""
    for at, feature in enumerate(wanted or ()):
        if installed is not None and feature not in installed:
            raise InvalidParameter(
                f"{field}[{at}]",
                provided=feature,
                expected=f"an installed feature: {', '.join(sorted(installed))}",
            )


class CampaignBody(schema.Body):
    """`POST /campaigns`."""

    name: Name
    language: schema.Language
    contacts: Annotated[list[Contact], Meta(max_length=MAX_CONTACTS)]
    script_id: str | None = None
    agent_id: str | None = None
    schedule: Schedule | None = None
    max_attempts: Attempts = 1
    retry_interval_minutes: Minutes = 240
    trunk_id: str | None = None
    concurrency: Concurrency | None = None
    metadata: Metadata | None = None
    analyze: Annotated[list[Feature], Meta(max_length=7)] | None = None
    fallback: Fallback | None = None
    dedupe: Literal["keep", "reject"] = "keep"

    example = {
        "name": "Q1 Outreach",
        "script_id": "scr_01HNJ7Z9K2QV4T8M3X6B1C5D01",
        "language": "en-IN",
        "contacts": [
            {"phone": "+919876543210", "name": "Ravi", "amount": 5200},
            {"phone": "+919876543211", "name": "Meera", "amount": 1850},
        ],
        "schedule": {
            "start_time": "2030-01-07T09:00:00",
            "timezone": "Asia/Kolkata",
            "daily_window": {"start": "09:30", "end": "18:00"},
            "days": ["mon", "tue", "wed", "thu", "fri"],
        },
        "max_attempts": 3,
        "retry_interval_minutes": 120,
    }
    rules = schema.one_needed("script_id", "agent_id")

    def __post_init__(self) -> None:
        require_metadata(self.metadata)


class CampaignPatch(schema.Body):
    """`PATCH /campaigns/{id}`: a move, an edit, or both."""

    status: Literal["running", "paused", "stopped"] | UnsetType = UNSET
    action: Verb | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    schedule: Schedule | UnsetType | None = UNSET
    max_attempts: Attempts | UnsetType = UNSET
    retry_interval_minutes: Minutes | UnsetType = UNSET
    concurrency: Concurrency | UnsetType | None = UNSET
    metadata: Metadata | UnsetType | None = UNSET

    example = {"name": "Q1 Outreach, north", "max_attempts": 2}

    def __post_init__(self) -> None:
        require_metadata(self.metadata)


class ContactsBody(schema.Body):
    """`POST /campaigns/{id}/contacts` as JSON."""

    contacts: Annotated[list[Contact], Meta(min_length=1, max_length=MAX_CONTACTS)]

    example = {"contacts": [{"phone": "+919876543212", "name": "Asha", "amount": 900}]}


class CampaignQuery(schema.Query, frozen=True, rename={"from_": "from"}):
    """Filters of `GET /campaigns`; days in UTC, both inclusive, on `created_at`."""

    status: Status | None = None
    from_: schema.Day | None = None
    to: schema.Day | None = None


class Campaign(schema.Resource):
    """A campaign as the API returns it. `fallback` is its agent's, with its own over it."""

    id: str
    campaign_id: str
    name: str
    status: Status
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
    progress: Progress
    dispositions: dict[str, int]
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class Hours(Struct, frozen=True, kw_only=True):
    """A schedule, compiled: what the dialer's statement compares."""

    start_at: datetime | None
    end_at: datetime | None
    timezone: str
    window_start: str
    window_end: str
    days: tuple[int, ...]
