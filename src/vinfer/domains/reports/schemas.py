"""Reports as the API takes and gives them."""

import re
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, UnsetType

from vinfer.domains.analytics.schemas import Zone
from vinfer.kit import schema
from vinfer.ports.mail import is_address

ReportType = Literal[
    "call_summary", "qa_performance", "compliance_audit", "agent_coaching", "campaign_performance"
]
Format = Literal["json", "csv", "pdf"]
Status = Literal["scheduled", "queued", "processing", "completed", "failed"]
Frequency = Literal["daily", "weekly", "monthly"]
MailStatus = Literal["due", "sent", "refused"]
ErrorCode = Literal["too_large", "internal_error"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: Final[tuple[Weekday, ...]] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)
MOST_DAYS: Final = 3_660
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


def parse_clock(text: str) -> str:
    """A time of day; raises `Invalid`."""
    if _CLOCK.fullmatch(text):
        return text
    raise schema.Invalid("a time of day as HH:MM, 00:00 to 23:59")


def parse_email(text: str) -> str:
    """One bare mail address unchanged; raises `Invalid`."""
    if not is_address(text):
        raise schema.Invalid("one mail address, e.g. asha@example.com")
    return text


Clock = Annotated[
    str,
    schema.Scalar(parse_clock, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", example="07:30"),
]
Email = Annotated[
    str, schema.Scalar(parse_email, format="mail-address", example="asha@example.com")
]


class Filters(schema.Body, omit_defaults=True):
    """Which calls a report is about; all of the workspace's without any."""

    campaign_id: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    agent_id: Annotated[str, Meta(min_length=1, max_length=255)] | None = None
    """The human agent."""
    language: schema.Language | None = None


class ReportSchedule(schema.Body):
    """When a report is made again, about the days before, and who is sent its link.

    `day_of_week` is for weekly, `day_of_month` for monthly ones. A daily run covers the day before
    it, a weekly one the 7 days that end the day before, a monthly one the calendar month before.
    """

    frequency: Frequency
    email: Email
    day_of_week: Weekday = "monday"
    day_of_month: Annotated[int, Meta(ge=1, le=28)] = 1
    time: Clock = "00:00"
    timezone: Zone = "UTC"


class ReportBody(schema.Body, rename={"from_": "from"}):
    """`POST /reports`. Days are both inclusive; with a `schedule` each run has its own instead."""

    type: ReportType
    from_: schema.Day | None = None
    to: schema.Day | None = None
    filters: Filters | None = None
    format: Format = "json"
    timezone: Zone | None = None
    """Whose midnight counts, without a `schedule`; the workspace's unless given."""
    schedule: ReportSchedule | None = None

    example = {
        "type": "call_summary",
        "from": "2026-01-01",
        "to": "2026-01-31",
        "filters": {"language": "hi-IN"},
        "format": "pdf",
    }
    rules = {
        "anyOf": [
            {
                "required": ["from", "to"],
                "properties": {
                    "from": {"type": "string"},
                    "to": {"type": "string"},
                    "schedule": {"type": "null"},
                },
            },
            {
                "required": ["schedule"],
                "properties": {"schedule": {"type": "object"}, "timezone": {"type": "null"}},
            },
        ]
    }

    def __post_init__(self) -> None:
        """Refuse what does not go together, and days that no figures can have."""
        if self.schedule is None and self.from_ is None:
            raise schema.Invalid("a date, e.g. 2026-01-01, or else 'schedule'", field="from")
        if self.schedule is None and self.to is None:
            raise schema.Invalid("a date, e.g. 2026-01-31, or else 'schedule'", field="to")
        if self.schedule is not None and self.timezone is not None:
            raise schema.Invalid("absent: the time zone stands in 'schedule'", field="timezone")
        for name, day in (("from", self.from_), ("to", self.to)):
            if day is not None and not FIRST_DAY <= day <= LAST_DAY:
                raise schema.Invalid(f"a date from {FIRST_DAY} to {LAST_DAY}", field=name)
        if self.from_ is not None and self.to is not None:
            _require_span(self.from_, self.to)


def _require_span(first: date, last: date) -> None:
    if last < first:
        raise schema.Invalid("a day not before 'from'", field="to")
    if last - first >= timedelta(days=MOST_DAYS):
        raise schema.Invalid(f"at most {MOST_DAYS} days, 'from' included", field="to")


class ReportQuery(schema.Query, frozen=True):
    """Filters of `GET /reports`."""

    status: Status | None = None
    type: ReportType | None = None
    schedule_id: str | None = None


class Trouble(schema.Resource):
    """Why a report failed."""

    code: ErrorCode
    message: str


class Report(schema.Resource, rename={"from_": "from"}):
    """A report as lists show it: `id` and `report_id` are the same.

    A schedule is a report whose `status` is `scheduled`; each of its `runs` is one of its own, with
    its `schedule_id`.
    """

    id: str
    report_id: str
    type: ReportType
    format: Format
    status: Status
    from_: date | None
    to: date | None
    timezone: str
    filters: dict[str, Any]
    schedule: dict[str, Any] | None
    next_run_at: datetime | None
    runs: int
    """How often a schedule has run."""
    schedule_id: str | None
    size_bytes: int | None
    sha256: str | None
    """Of the file."""
    mail_status: MailStatus | None
    error: Trouble | None
    created_at: datetime
    completed_at: datetime | None
    download_url: str | None = None
    """Signed, for 7 days; every GET of the report makes a new one, lists and events have none."""


class ReportDetail(Report):
    """A report with its link, and with its `data` if it is a JSON one that is completed."""

    data: dict[str, Any] | UnsetType = UNSET
