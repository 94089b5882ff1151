"""What a campaign looks like, outside and inside."""

import re
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from vinfer.domains.contacts.schemas import MAX_CONTACTS, Progress
from vinfer.kit import schema

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

# without headers, which could add some to the transfer
_SIP_URI: Final = re.compile(
    r"sips?:[A-Za-z0-9_.!~*'()&=+$%-]{1,64}@[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?"
    r"(;transport=(udp|tcp|tls))?"
)
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")

WEEKDAYS: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS_INSTALLED: Final = frozenset({"hi-IN", "en-IN"})


def parse_target(text: str) -> str:
    """A phone or a SIP URI to hand calls to; raises `Invalid`."""
    if _SIP_URI.fullmatch(text):
        return text
    try:
        return schema.parse_phone(text)
    except schema.Invalid:
        raise schema.Invalid("an E.164 phone or a SIP URI, e.g. sip:desk@pbx.example.com") from None


def parse_clock(text: str) -> str:
    """A time of day; raises `Invalid`."""
    if _CLOCK.fullmatch(text):
        return text
    raise schema.Invalid("a time of day as HH:MM, 00:00 to 24:00")


Name = Annotated[str, Meta(min_length=1, max_length=255)]
Attempts = Annotated[int, Meta(ge=1, le=5)]
Minutes = Annotated[int, Meta(ge=1, le=10_080)]
Concurrency = Annotated[int, Meta(ge=1, le=100_000)]
Clock = Annotated[str, schema.Scalar(parse_clock)]
Target = Annotated[str, schema.Scalar(parse_target)]


class DailyWindow(schema.Body):
    """The hours of each day in which calls may begin, in the schedule's time zone."""

    start: Clock
    end: Clock


class Schedule(schema.Body, omit_defaults=True):
    """When calls may begin. Times without an offset are read in `timezone`."""

    start_time: str | None = None
    end_time: str | None = None
    timezone: str | None = None
    daily_window: DailyWindow | None = None
    days: Annotated[list[Weekday], Meta(min_length=1, max_length=7)] | None = None


class Trigger(schema.Body, omit_defaults=True):
    """When a call is handed to a person; the lowest priority is looked at first."""

    type: Literal[
        "explicit_request", "keyword", "sentiment", "max_duration", "compliance_alert", "custom"
    ]
    priority: int = 0
    phrases: Annotated[list[str], Meta(max_length=100)] | None = None
    match: Literal["any", "all"] = "any"
    threshold: Annotated[float, Meta(ge=-1, le=1)] | None = None
    seconds: Annotated[int, Meta(ge=1, le=3600)] | None = None
    condition: str | None = None


class Fallback(schema.Body, omit_defaults=True):
    """The handover: when, to whom, and how."""

    triggers: Annotated[list[Trigger], Meta(max_length=50)] | None = None
    transfer_to: Target | None = None
    mode: Literal["warm", "cold"] = "cold"


class CampaignBody(schema.Body):
    """`POST /campaigns`."""

    name: Name
    language: schema.Language
    contacts: Annotated[list[dict[str, Any]], Meta(max_length=MAX_CONTACTS)]
    script_id: str | None = None
    agent_id: str | None = None
    schedule: Schedule | None = None
    max_attempts: Attempts = 1
    retry_interval_minutes: Minutes = 240
    trunk_id: str | None = None
    concurrency: Concurrency | None = None
    metadata: dict[str, Any] | None = None
    analyze: Annotated[list[Feature], Meta(max_length=7)] | None = None
    fallback: Fallback | None = None
    dedupe: Literal["keep", "reject"] = "keep"


class CampaignPatch(schema.Body):
    """`PATCH /campaigns/{id}`: a move, an edit, or both."""

    status: Literal["running", "paused", "stopped"] | UnsetType = UNSET
    action: Verb | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    schedule: Schedule | UnsetType | None = UNSET
    max_attempts: Attempts | UnsetType = UNSET
    retry_interval_minutes: Minutes | UnsetType = UNSET
    concurrency: Concurrency | UnsetType | None = UNSET
    metadata: dict[str, Any] | UnsetType | None = UNSET


class ContactsBody(schema.Body):
    """`POST /campaigns/{id}/contacts` as JSON."""

    contacts: Annotated[list[dict[str, Any]], Meta(min_length=1, max_length=MAX_CONTACTS)]


class CampaignQuery(schema.Query, rename={"from_": "from"}):
    """Filters of `GET /campaigns`; days in UTC, both inclusive, on `created_at`."""

    status: Status | None = None
    from_: schema.Day | None = None
    to: schema.Day | None = None


class Campaign(schema.Resource):
    """A campaign as the API returns it."""

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
