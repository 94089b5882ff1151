"""Operations on `/calls`. Made by `python tools/client.py` from the OpenAPI document."""

from collections.abc import Iterator
from typing import Literal
from urllib.parse import quote

from vinfer_client import types as t
from vinfer_client.transport import Transport


class CallsOperations(Transport):
    """Methods are named as the operations are."""

    def list_calls(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        cursor: str | None = None,
        campaign_id: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        disposition: Literal[
            "interested", "not_interested", "callback", "not_reachable", "dnd", "escalated"
        ]
        | None = None,
        language: str | None = None,
        status: Literal["in_progress", "completed", "failed"] | None = None,
        phone: str | None = None,
        agent_id: str | None = None,
    ) -> t.CallPage:
        """Calls, newest first."""
        return self.request(
            "GET",
            "/v1/calls",
            query={
                "limit": limit,
                "offset": offset,
                "cursor": cursor,
                "campaign_id": campaign_id,
                "from": from_,
                "to": to,
                "disposition": disposition,
                "language": language,
                "status": status,
                "phone": phone,
                "agent_id": agent_id,
            },
        )

    def all_calls(
        self,
        *,
        campaign_id: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        disposition: Literal[
            "interested", "not_interested", "callback", "not_reachable", "dnd", "escalated"
        ]
        | None = None,
        language: str | None = None,
        status: Literal["in_progress", "completed", "failed"] | None = None,
        phone: str | None = None,
        agent_id: str | None = None,
    ) -> Iterator[t.Call]:
        """Every row of `list_calls`, page after page."""
        return self.walk(
            "/v1/calls",
            {
                "campaign_id": campaign_id,
                "from": from_,
                "to": to,
                "disposition": disposition,
                "language": language,
                "status": status,
                "phone": phone,
                "agent_id": agent_id,
            },
        )

    def create_call(self, body: t.CallBody, *, idempotency_key: str | None = None) -> t.CallDetail:
        """Place one call; to a phone that must not be called it is written, and not made."""
        return self.request("POST", "/v1/calls", body=body, idempotency_key=idempotency_key)

    def get_call(self, id: str) -> t.CallDetail:
        """A call in full: transcript, captured values, recording, latency."""
        return self.request("GET", f"/v1/calls/{quote(id, safe='')}")

    def erase_call(self, id: str) -> None:
        """Erase whom a call was to and what was said, its recording too; its figures stay."""
        self.request("DELETE", f"/v1/calls/{quote(id, safe='')}")

    def analyze_call(
        self, id: str, body: t.AnalysisBody, *, idempotency_key: str | None = None
    ) -> t.TranscriptionDetail:
        """Have a recorded call analysed now, or anew where that failed; a failed job is erased."""
        return self.request(
            "POST",
            f"/v1/calls/{quote(id, safe='')}/analyze",
            body=body,
            idempotency_key=idempotency_key,
        )

    def hang_up(self, id: str, *, idempotency_key: str | None = None) -> t.CallDetail:
        """End a live call."""
        return self.request(
            "POST", f"/v1/calls/{quote(id, safe='')}/hangup", idempotency_key=idempotency_key
        )
