"""Bodies and answers of the API. Made by `python tools/client.py` from the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Filters(TypedDict):
    """Which calls a report is about; all of the workspace's without any."""

    campaign_id: NotRequired[str | None]
    agent_id: NotRequired[str | None]
    language: NotRequired[str | None]


class ReportPage(TypedDict):
    """One page of a list."""

    data: list[Report]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class ReportSchedule(TypedDict):
    """When a report is made again, about the days before, and who is sent its link.

        `day_of_week` is for weekly, `day_of_month` for monthly ones. A daily run covers the
    day before
        it, a weekly one the 7 days that end the day before, a monthly one the calendar month
    before.
    """

    frequency: Literal["daily", "weekly", "monthly"]
    email: str
    day_of_week: NotRequired[
        Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    ]
    day_of_month: NotRequired[int]
    time: NotRequired[str]
    timezone: NotRequired[str]


class ReportsTrouble(TypedDict):
    """Why a report failed."""

    code: Literal["too_large", "internal_error"]
    message: str


Report = TypedDict(
    "Report",
    {
        "id": str,
        "report_id": str,
        "type": Literal[
            "call_summary",
            "qa_performance",
            "compliance_audit",
            "agent_coaching",
            "campaign_performance",
        ],
        "format": Literal["json", "csv", "pdf"],
        "status": Literal["scheduled", "queued", "processing", "completed", "failed"],
        "from": str | None,
        "to": str | None,
        "timezone": str,
        "filters": dict[str, Any],
        "schedule": dict[str, Any] | None,
        "next_run_at": str | None,
        "runs": int,
        "schedule_id": str | None,
        "size_bytes": int | None,
        "sha256": str | None,
        "mail_status": Literal["due", "sent", "refused", None],
        "error": ReportsTrouble | None,
        "created_at": str,
        "completed_at": str | None,
        "download_url": str | None,
    },
)
"""A report as lists show it: `id` and `report_id` are the same.

        A schedule is a report whose `status` is `scheduled`; each of its `runs` is one of its
    own, with
        its `schedule_id`.
    """

ReportBody = TypedDict(
    "ReportBody",
    {
        "type": Literal[
            "call_summary",
            "qa_performance",
            "compliance_audit",
            "agent_coaching",
            "campaign_performance",
        ],
        "from": NotRequired[str | None],
        "to": NotRequired[str | None],
        "filters": NotRequired[Filters | None],
        "format": NotRequired[Literal["json", "csv", "pdf"]],
        "timezone": NotRequired[str | None],
        "schedule": NotRequired[ReportSchedule | None],
    },
)
"""`POST /reports`. Days are both inclusive; with a `schedule` each run has its own instead."""

ReportDetail = TypedDict(
    "ReportDetail",
    {
        "id": str,
        "report_id": str,
        "type": Literal[
            "call_summary",
            "qa_performance",
            "compliance_audit",
            "agent_coaching",
            "campaign_performance",
        ],
        "format": Literal["json", "csv", "pdf"],
        "status": Literal["scheduled", "queued", "processing", "completed", "failed"],
        "from": str | None,
        "to": str | None,
        "timezone": str,
        "filters": dict[str, Any],
        "schedule": dict[str, Any] | None,
        "next_run_at": str | None,
        "runs": int,
        "schedule_id": str | None,
        "size_bytes": int | None,
        "sha256": str | None,
        "mail_status": Literal["due", "sent", "refused", None],
        "error": ReportsTrouble | None,
        "created_at": str,
        "completed_at": str | None,
        "download_url": str | None,
        "data": NotRequired[dict[str, Any]],
    },
)
"""A report with its link, and with its `data` if it is a JSON one that is completed."""
