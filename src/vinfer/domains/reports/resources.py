"""Reports as the API returns them."""

from typing import Any

import msgspec
from msgspec import UNSET

from vinfer.domains.reports.schemas import Report, ReportDetail, Trouble
from vinfer.kit.db import Row


def item(row: Row) -> Report:
    """The report as lists and events show it: without a link."""
    return Report(**_facts(row))


def detail(row: Row, *, link: str | None) -> ReportDetail:
    """The report in full."""
    data: str | None = row["data"]
    shown = UNSET if data is None else msgspec.json.decode(data)
    return ReportDetail(**_facts(row), data=shown, download_url=link)


def _facts(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "report_id": row["id"],
        "type": row["type"],
        "format": row["format"],
        "status": row["status"],
        "from_": row["from_day"],
        "to": row["to_day"],
        "timezone": row["timezone"],
        "filters": row["filters"],
        "schedule": row["schedule"],
        "next_run_at": row["next_run_at"],
        "runs": row["runs"],
        "schedule_id": row["schedule_id"],
        "size_bytes": row["file_bytes"],
        "sha256": row["file_sha256"],
        "mail_status": row["mail_state"],
        "error": Trouble(**row["error"]) if row["error"] else None,
        "created_at": row["created_at"],
        "completed_at": row["completed_at"],
    }
