"""Operations of the API. Made by `python tools/client.py` from the OpenAPI document."""

from collections.abc import Iterator
from typing import Literal
from urllib.parse import quote

from vinfer_client import types as t
from vinfer_client.transport import Transport


class Operations(Transport):
    """Methods are named as the operations are."""

    def list_agents(
        self, *, limit: int | None = None, offset: int | None = None, cursor: str | None = None
    ) -> t.AgentPage:
        """Agents, newest first."""
        return self.request(
            "GET", "/v1/agents", query={"limit": limit, "offset": offset, "cursor": cursor}
        )

    def all_agents(self) -> Iterator[t.Agent]:
        """Every row of `list_agents`, page after page."""
        return self.walk("/v1/agents", {})

    def create_agent(self, body: t.AgentBody, *, idempotency_key: str | None = None) -> t.Agent:
        """Make an agent: a voice, a script, and the rules by which a person takes over."""
        return self.request("POST", "/v1/agents", body=body, idempotency_key=idempotency_key)

    def get_agent(self, id: str) -> t.Agent:
        """An agent."""
        return self.request("GET", f"/v1/agents/{quote(id, safe='')}")

    def change_agent(self, id: str, body: t.AgentPatch) -> t.Agent:
        """Change an agent; campaigns that have started keep what they started with."""
        return self.request("PATCH", f"/v1/agents/{quote(id, safe='')}", body=body)

    def delete_agent(self, id: str) -> None:
        """Delete an agent that no campaign and nothing live uses."""
        self.request("DELETE", f"/v1/agents/{quote(id, safe='')}")

    def list_keys(
        self, *, limit: int | None = None, offset: int | None = None, cursor: str | None = None
    ) -> t.KeyPage:
        """The workspace's keys, newest first."""
        return self.request(
            "GET", "/v1/api-keys", query={"limit": limit, "offset": offset, "cursor": cursor}
        )

    def all_keys(self) -> Iterator[t.Key]:
        """Every row of `list_keys`, page after page."""
        return self.walk("/v1/api-keys", {})

    def create_key(self, body: t.KeyCreate, *, idempotency_key: str | None = None) -> t.Key:
        """Make a key; its secret is in this answer only."""
        return self.request("POST", "/v1/api-keys", body=body, idempotency_key=idempotency_key)

    def revoke_key(self, id: str) -> None:
        """End a key in every process."""
        self.request("DELETE", f"/v1/api-keys/{quote(id, safe='')}")

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

    def hang_up(self, id: str, *, idempotency_key: str | None = None) -> t.CallDetail:
        """End a live call."""
        return self.request(
            "POST", f"/v1/calls/{quote(id, safe='')}/hangup", idempotency_key=idempotency_key
        )

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

    def list_contacts(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        cursor: str | None = None,
        campaign_id: str | None = None,
        status: Literal["pending", "in_progress", "retry_scheduled", "completed", "skipped"]
        | None = None,
        disposition: Literal[
            "interested", "not_interested", "callback", "not_reachable", "dnd", "escalated"
        ]
        | None = None,
        phone: str | None = None,
    ) -> t.ContactPage:
        """The contacts of all campaigns, newest first."""
        return self.request(
            "GET",
            "/v1/contacts",
            query={
                "limit": limit,
                "offset": offset,
                "cursor": cursor,
                "campaign_id": campaign_id,
                "status": status,
                "disposition": disposition,
                "phone": phone,
            },
        )

    def all_contacts(
        self,
        *,
        campaign_id: str | None = None,
        status: Literal["pending", "in_progress", "retry_scheduled", "completed", "skipped"]
        | None = None,
        disposition: Literal[
            "interested", "not_interested", "callback", "not_reachable", "dnd", "escalated"
        ]
        | None = None,
        phone: str | None = None,
    ) -> Iterator[t.Contact]:
        """Every row of `list_contacts`, page after page."""
        return self.walk(
            "/v1/contacts",
            {
                "campaign_id": campaign_id,
                "status": status,
                "disposition": disposition,
                "phone": phone,
            },
        )

    def get_contact(self, phone: str) -> t.Profile:
        """A person: values, do-not-call status, calls."""
        return self.request("GET", f"/v1/contacts/{quote(phone, safe='')}")

    def change_contact(self, phone: str, body: t.ContactPatch) -> t.Profile:
        """Put a person's name or values right, for the calls that are still to be made too."""
        return self.request("PATCH", f"/v1/contacts/{quote(phone, safe='')}", body=body)

    def erase_contact(self, phone: str) -> None:
        """Erase a person and every call to them."""
        self.request("DELETE", f"/v1/contacts/{quote(phone, safe='')}")

    def list_dnc(
        self, *, limit: int | None = None, offset: int | None = None, cursor: str | None = None
    ) -> t.DncEntryPage:
        """The phones that are never called, newest first; numbers of the erased are not shown."""
        return self.request(
            "GET", "/v1/dnc", query={"limit": limit, "offset": offset, "cursor": cursor}
        )

    def all_dnc(self) -> Iterator[t.DncEntry]:
        """Every row of `list_dnc`, page after page."""
        return self.walk("/v1/dnc", {})

    def add_dnc(
        self, body: t.DncBody | str, *, idempotency_key: str | None = None
    ) -> t.DncEntry | t.Intake:
        """Never call a phone again, or many (JSON or CSV); they leave the queues of campaigns."""
        return self.request("POST", "/v1/dnc", body=body, idempotency_key=idempotency_key)

    def remove_dnc(self, phone: str) -> None:
        """Allow calls to a phone again."""
        self.request("DELETE", f"/v1/dnc/{quote(phone, safe='')}")

    def pull_events(self, *, after: int | None = None, limit: int | None = None) -> t.Log:
        """The workspace's events in order, from the one that follows `after`."""
        return self.request("GET", "/v1/events", query={"after": after, "limit": limit})

    def health(self) -> dict[str, str]:
        """Whether this process and its database answer."""
        return self.request("GET", "/v1/health")

    def list_scripts(
        self, *, limit: int | None = None, offset: int | None = None, cursor: str | None = None
    ) -> t.ScriptAnswerPage:
        """Scripts at their newest versions, newest script first."""
        return self.request(
            "GET", "/v1/scripts", query={"limit": limit, "offset": offset, "cursor": cursor}
        )

    def all_scripts(self) -> Iterator[t.ScriptAnswer]:
        """Every row of `list_scripts`, page after page."""
        return self.walk("/v1/scripts", {})

    def create_script(
        self, body: t.Script, *, idempotency_key: str | None = None
    ) -> t.ScriptAnswer:
        """Publish a script; its weaknesses come back as `warnings`."""
        return self.request("POST", "/v1/scripts", body=body, idempotency_key=idempotency_key)

    def get_script(self, id: str) -> t.ScriptAnswer:
        """A script at its newest version."""
        return self.request("GET", f"/v1/scripts/{quote(id, safe='')}")

    def change_script(self, id: str, body: t.ScriptPatch) -> t.ScriptAnswer:
        """Publish a new version; running campaigns keep the one they started with."""
        return self.request("PATCH", f"/v1/scripts/{quote(id, safe='')}", body=body)

    def delete_script(self, id: str) -> None:
        """Delete a script that no agent and nothing live uses."""
        self.request("DELETE", f"/v1/scripts/{quote(id, safe='')}")

    def list_transcriptions(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        cursor: str | None = None,
        status: Literal["queued", "processing", "completed", "failed"] | None = None,
        from_: str | None = None,
        to: str | None = None,
        call_id: str | None = None,
    ) -> t.TranscriptionJobPage:
        """Jobs without their results, newest first."""
        return self.request(
            "GET",
            "/v1/transcription",
            query={
                "limit": limit,
                "offset": offset,
                "cursor": cursor,
                "status": status,
                "from": from_,
                "to": to,
                "call_id": call_id,
            },
        )

    def all_transcriptions(
        self,
        *,
        status: Literal["queued", "processing", "completed", "failed"] | None = None,
        from_: str | None = None,
        to: str | None = None,
        call_id: str | None = None,
    ) -> Iterator[t.TranscriptionJob]:
        """Every row of `list_transcriptions`, page after page."""
        return self.walk(
            "/v1/transcription", {"status": status, "from": from_, "to": to, "call_id": call_id}
        )

    def create_transcription(
        self, body: t.TranscriptionBody, *, idempotency_key: str | None = None
    ) -> t.TranscriptionDetail:
        """Have a recording transcribed: by URL, fetched within 15 minutes, or sent in a form."""
        return self.request("POST", "/v1/transcription", body=body, idempotency_key=idempotency_key)

    def get_transcription(self, id: str) -> t.TranscriptionDetail:
        """A job: how far it is, and its results."""
        return self.request("GET", f"/v1/transcription/{quote(id, safe='')}")

    def delete_transcription(self, id: str) -> None:
        """Erase a job with all that came of it; one that is being done is ended."""
        self.request("DELETE", f"/v1/transcription/{quote(id, safe='')}")

    def list_trunks(
        self, *, limit: int | None = None, offset: int | None = None, cursor: str | None = None
    ) -> t.TrunkPage:
        """Trunks, newest first."""
        return self.request(
            "GET", "/v1/trunks", query={"limit": limit, "offset": offset, "cursor": cursor}
        )

    def all_trunks(self) -> Iterator[t.Trunk]:
        """Every row of `list_trunks`, page after page."""
        return self.walk("/v1/trunks", {})

    def create_trunk(self, body: t.TrunkCreate, *, idempotency_key: str | None = None) -> t.Trunk:
        """Make a trunk; the first becomes the default."""
        return self.request("POST", "/v1/trunks", body=body, idempotency_key=idempotency_key)

    def get_trunk(self, id: str) -> t.Trunk:
        """A trunk, without its password."""
        return self.request("GET", f"/v1/trunks/{quote(id, safe='')}")

    def change_trunk(self, id: str, body: t.TrunkChange) -> t.Trunk:
        """Change a trunk; calls that are placed from now on use it as it then is."""
        return self.request("PATCH", f"/v1/trunks/{quote(id, safe='')}", body=body)

    def delete_trunk(self, id: str) -> None:
        """Delete a trunk that nothing live uses."""
        self.request("DELETE", f"/v1/trunks/{quote(id, safe='')}")

    def list_webhooks(
        self, *, limit: int | None = None, offset: int | None = None, cursor: str | None = None
    ) -> t.WebhookPage:
        """The workspace's webhooks, each with its last delivery."""
        return self.request(
            "GET", "/v1/webhooks", query={"limit": limit, "offset": offset, "cursor": cursor}
        )

    def all_webhooks(self) -> Iterator[t.Webhook]:
        """Every row of `list_webhooks`, page after page."""
        return self.walk("/v1/webhooks", {})

    def create_webhook(
        self, body: t.WebhookCreate, *, idempotency_key: str | None = None
    ) -> t.Webhook:
        """Register a URL for events; the secret is in this answer only."""
        return self.request("POST", "/v1/webhooks", body=body, idempotency_key=idempotency_key)

    def get_webhook(self, id: str) -> t.Webhook:
        """One webhook with its last delivery."""
        return self.request("GET", f"/v1/webhooks/{quote(id, safe='')}")

    def update_webhook(self, id: str, body: t.WebhookPatch) -> t.Webhook:
        """Change the URL, the events or the status."""
        return self.request("PATCH", f"/v1/webhooks/{quote(id, safe='')}", body=body)

    def delete_webhook(self, id: str) -> None:
        """End a webhook; deliveries stop at once."""
        self.request("DELETE", f"/v1/webhooks/{quote(id, safe='')}")

    def list_deliveries(
        self,
        id: str,
        *,
        limit: int | None = None,
        offset: int | None = None,
        cursor: str | None = None,
        status: Literal["sending", "delivered", "failed"] | None = None,
        event: str | None = None,
    ) -> t.DeliveryPage:
        """Attempts, newest first: what was sent, what came back, when it is tried again."""
        return self.request(
            "GET",
            f"/v1/webhooks/{quote(id, safe='')}/deliveries",
            query={
                "limit": limit,
                "offset": offset,
                "cursor": cursor,
                "status": status,
                "event": event,
            },
        )

    def all_deliveries(
        self,
        id: str,
        *,
        status: Literal["sending", "delivered", "failed"] | None = None,
        event: str | None = None,
    ) -> Iterator[t.Delivery]:
        """Every row of `list_deliveries`, page after page."""
        return self.walk(
            f"/v1/webhooks/{quote(id, safe='')}/deliveries", {"status": status, "event": event}
        )

    def get_delivery(self, id: str, delivery_id: str) -> t.Delivery:
        """One attempt."""
        return self.request(
            "GET", f"/v1/webhooks/{quote(id, safe='')}/deliveries/{quote(delivery_id, safe='')}"
        )

    def redeliver(
        self, id: str, delivery_id: str, *, idempotency_key: str | None = None
    ) -> t.Queued:
        """Send the event again, under the id it has."""
        return self.request(
            "POST",
            f"/v1/webhooks/{quote(id, safe='')}/deliveries/{quote(delivery_id, safe='')}/redeliver",
            idempotency_key=idempotency_key,
        )

    def replay(
        self, id: str, body: t.ReplayRequest, *, idempotency_key: str | None = None
    ) -> t.Replay:
        """Send every wanted event since a moment again, ordered per resource, under their ids."""
        return self.request(
            "POST",
            f"/v1/webhooks/{quote(id, safe='')}/replay",
            body=body,
            idempotency_key=idempotency_key,
        )

    def rotate_secret(
        self, id: str, body: t.SecretRotation, *, idempotency_key: str | None = None
    ) -> t.Webhook:
        """Change the secret; for 24 hours deliveries are signed with the old one too."""
        return self.request(
            "POST",
            f"/v1/webhooks/{quote(id, safe='')}/rotate-secret",
            body=body,
            idempotency_key=idempotency_key,
        )

    def test_webhook(self, id: str, *, idempotency_key: str | None = None) -> t.Delivery:
        """Send a `webhook.test` event now, once; what becomes of it is under the delivery's id."""
        return self.request(
            "POST", f"/v1/webhooks/{quote(id, safe='')}/test", idempotency_key=idempotency_key
        )

    def get_workspace(self) -> t.Workspace:
        """The key's workspace and its limits."""
        return self.request("GET", "/v1/workspace")
