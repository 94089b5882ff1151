"""Operations on `/reports`. Made by `python tools/client.py` from the OpenAPI document."""

from collections.abc import Iterator
from typing import Literal
from urllib.parse import quote

from vinfer_client import types as t
from vinfer_client.transport import Transport


class ReportsOperations(Transport):
    """Methods are named as the operations are."""

    def list_reports(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        cursor: str | None = None,
        status: Literal["scheduled", "queued", "processing", "completed", "failed"] | None = None,
        type: Literal[
            "call_summary",
            "qa_performance",
            "compliance_audit",
            "agent_coaching",
            "campaign_performance",
        ]
        | None = None,
        schedule_id: str | None = None,
    ) -> t.ReportPage:
        """Reports and schedules, newest first."""
        return self.request(
            "GET",
            "/v1/reports",
            query={
                "limit": limit,
                "offset": offset,
                "cursor": cursor,
                "status": status,
                "type": type,
                "schedule_id": schedule_id,
            },
        )

    def all_reports(
        self,
        *,
        status: Literal["scheduled", "queued", "processing", "completed", "failed"] | None = None,
        type: Literal[
            "call_summary",
            "qa_performance",
            "compliance_audit",
            "agent_coaching",
            "campaign_performance",
        ]
        | None = None,
        schedule_id: str | None = None,
    ) -> Iterator[t.Report]:
        """Every row of `list_reports`, page after page."""
        return self.walk(
            "/v1/reports", {"status": status, "type": type, "schedule_id": schedule_id}
        )

    def create_report(
        self, body: t.ReportBody, *, idempotency_key: str | None = None
    ) -> t.ReportDetail:
        """Have a report made, once or on a schedule."""
        return self.request("POST", "/v1/reports", body=body, idempotency_key=idempotency_key)

    def get_report(self, id: str) -> t.ReportDetail:
        """A report: how far it is, its data, and a new link to its file."""
        return self.request("GET", f"/v1/reports/{quote(id, safe='')}")

    def delete_report(self, id: str) -> None:
        """Delete a report and its file; of a schedule, also the runs that are not made yet."""
        self.request("DELETE", f"/v1/reports/{quote(id, safe='')}")
