"""Operations on `/campaigns`. Made by `python tools/client.py` from the OpenAPI document."""

from collections.abc import Iterator
from typing import Literal
from urllib.parse import quote

from vinfer_client import types as t
from vinfer_client.transport import Transport


class CampaignsOperations(Transport):
    """Methods are named as the operations are."""

    def list_campaigns(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        cursor: str | None = None,
        status: Literal["scheduled", "running", "paused", "completed", "stopped"] | None = None,
        from_: str | None = None,
        to: str | None = None,
    ) -> t.CampaignPage:
        """Campaigns, newest first."""
        return self.request(
            "GET",
            "/v1/campaigns",
            query={
                "limit": limit,
                "offset": offset,
                "cursor": cursor,
                "status": status,
                "from": from_,
                "to": to,
            },
        )

    def all_campaigns(
        self,
        *,
        status: Literal["scheduled", "running", "paused", "completed", "stopped"] | None = None,
        from_: str | None = None,
        to: str | None = None,
    ) -> Iterator[t.Campaign]:
        """Every row of `list_campaigns`, page after page."""
        return self.walk("/v1/campaigns", {"status": status, "from": from_, "to": to})

    def create_campaign(
        self, body: t.CampaignBody, *, idempotency_key: str | None = None
    ) -> t.Campaign:
        """Make a campaign with its contacts; it waits for its start."""
        return self.request("POST", "/v1/campaigns", body=body, idempotency_key=idempotency_key)

    def get_campaign(self, id: str) -> t.Campaign:
        """A campaign and how far it is."""
        return self.request("GET", f"/v1/campaigns/{quote(id, safe='')}")

    def edit_campaign(self, id: str, body: t.CampaignPatch) -> t.Campaign:
        """Change a campaign, move it, or both."""
        return self.request("PATCH", f"/v1/campaigns/{quote(id, safe='')}", body=body)

    def list_campaign_calls(
        self,
        id: str,
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
        """A campaign's calls, newest first."""
        return self.request(
            "GET",
            f"/v1/campaigns/{quote(id, safe='')}/calls",
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

    def all_campaign_calls(
        self,
        id: str,
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
        """Every row of `list_campaign_calls`, page after page."""
        return self.walk(
            f"/v1/campaigns/{quote(id, safe='')}/calls",
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

    def add_contacts(
        self, id: str, body: t.ContactsBody | str, *, idempotency_key: str | None = None
    ) -> t.Intake:
        """More contacts, as JSON or CSV; bad rows are reported, the others taken."""
        return self.request(
            "POST",
            f"/v1/campaigns/{quote(id, safe='')}/contacts",
            body=body,
            idempotency_key=idempotency_key,
        )

    def pause_campaign(self, id: str, *, idempotency_key: str | None = None) -> t.Campaign:
        """Begin no more calls; live ones finish."""
        return self.request(
            "POST", f"/v1/campaigns/{quote(id, safe='')}/pause", idempotency_key=idempotency_key
        )

    def resume_campaign(self, id: str, *, idempotency_key: str | None = None) -> t.Campaign:
        """Go on after a pause."""
        return self.request(
            "POST", f"/v1/campaigns/{quote(id, safe='')}/resume", idempotency_key=idempotency_key
        )

    def start_campaign(self, id: str, *, idempotency_key: str | None = None) -> t.Campaign:
        """Begin to call."""
        return self.request(
            "POST", f"/v1/campaigns/{quote(id, safe='')}/start", idempotency_key=idempotency_key
        )

    def stop_campaign(self, id: str, *, idempotency_key: str | None = None) -> t.Campaign:
        """End for good; live calls finish."""
        return self.request(
            "POST", f"/v1/campaigns/{quote(id, safe='')}/stop", idempotency_key=idempotency_key
        )
