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

    def analyse_agents(
        self,
        *,
        from_: str,
        to: str,
        timezone: str | None = None,
        campaign_id: str | None = None,
        language: str | None = None,
    ) -> t.AgentsFigures:
        """The figures of each human agent, the busiest first."""
        return self.request(
            "GET",
            "/v1/analytics/agents",
            query={
                "from": from_,
                "to": to,
                "timezone": timezone,
                "campaign_id": campaign_id,
                "language": language,
            },
        )

    def analyse_calls(
        self,
        *,
        from_: str,
        to: str,
        timezone: str | None = None,
        campaign_id: str | None = None,
        agent_id: str | None = None,
        language: str | None = None,
        group_by: Literal["day", "week", "agent", "campaign", "language"] | None = None,
    ) -> t.CallFigures:
        """Figures of calls by day, week, human agent, campaign or language."""
        return self.request(
            "GET",
            "/v1/analytics/calls",
            query={
                "from": from_,
                "to": to,
                "timezone": timezone,
                "campaign_id": campaign_id,
                "agent_id": agent_id,
                "language": language,
                "group_by": group_by,
            },
        )

    def analyse_campaign(
        self,
        id: str,
        *,
        from_: str | None = None,
        to: str | None = None,
        timezone: str | None = None,
        agent_id: str | None = None,
        language: str | None = None,
        group_by: Literal["day", "week", "agent", "campaign", "language"] | None = None,
    ) -> t.CampaignFigures:
        """A campaign's figures, of all its days or some."""
        return self.request(
            "GET",
            f"/v1/analytics/campaigns/{quote(id, safe='')}",
            query={
                "from": from_,
                "to": to,
                "timezone": timezone,
                "agent_id": agent_id,
                "language": language,
                "group_by": group_by,
            },
        )

    def analyse_compliance(
        self,
        *,
        from_: str,
        to: str,
        timezone: str | None = None,
        campaign_id: str | None = None,
        agent_id: str | None = None,
        language: str | None = None,
        group_by: Literal["day", "week", "agent", "campaign", "language"] | None = None,
    ) -> t.ComplianceFigures:
        """Which rules were violated in calls, how often."""
        return self.request(
            "GET",
            "/v1/analytics/compliance",
            query={
                "from": from_,
                "to": to,
                "timezone": timezone,
                "campaign_id": campaign_id,
                "agent_id": agent_id,
                "language": language,
                "group_by": group_by,
            },
        )

    def analyse_qa(
        self,
        *,
        from_: str,
        to: str,
        timezone: str | None = None,
        campaign_id: str | None = None,
        agent_id: str | None = None,
        language: str | None = None,
        group_by: Literal["day", "week", "agent", "campaign", "language"] | None = None,
    ) -> t.QaFigures:
        """How calls were scored."""
        return self.request(
            "GET",
            "/v1/analytics/qa",
            query={
                "from": from_,
                "to": to,
                "timezone": timezone,
                "campaign_id": campaign_id,
                "agent_id": agent_id,
                "language": language,
                "group_by": group_by,
            },
        )

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

    def list_checks(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        cursor: str | None = None,
        outcome: Literal["passed", "violated", "unsure", "not_applicable"] | None = None,
        rule_id: str | None = None,
        type: Literal[
            "required_disclosure",
            "prohibited_language",
            "script_adherence",
            "dnc",
            "policy_deviation",
        ]
        | None = None,
        severity: Literal["low", "medium", "high", "critical"] | None = None,
        campaign_id: str | None = None,
        agent_id: str | None = None,
        call_id: str | None = None,
        job_id: str | None = None,
        from_: str | None = None,
        to: str | None = None,
    ) -> t.CheckPage:
        """What became of each rule in each transcript, newest first; `outcome=unsure` is for
        review
        """
        return self.request(
            "GET",
            "/v1/compliance/checks",
            query={
                "limit": limit,
                "offset": offset,
                "cursor": cursor,
                "outcome": outcome,
                "rule_id": rule_id,
                "type": type,
                "severity": severity,
                "campaign_id": campaign_id,
                "agent_id": agent_id,
                "call_id": call_id,
                "job_id": job_id,
                "from": from_,
                "to": to,
            },
        )

    def all_checks(
        self,
        *,
        outcome: Literal["passed", "violated", "unsure", "not_applicable"] | None = None,
        rule_id: str | None = None,
        type: Literal[
            "required_disclosure",
            "prohibited_language",
            "script_adherence",
            "dnc",
            "policy_deviation",
        ]
        | None = None,
        severity: Literal["low", "medium", "high", "critical"] | None = None,
        campaign_id: str | None = None,
        agent_id: str | None = None,
        call_id: str | None = None,
        job_id: str | None = None,
        from_: str | None = None,
        to: str | None = None,
    ) -> Iterator[t.Check]:
        """Every row of `list_checks`, page after page."""
        return self.walk(
            "/v1/compliance/checks",
            {
                "outcome": outcome,
                "rule_id": rule_id,
                "type": type,
                "severity": severity,
                "campaign_id": campaign_id,
                "agent_id": agent_id,
                "call_id": call_id,
                "job_id": job_id,
                "from": from_,
                "to": to,
            },
        )

    def list_rules(
        self, *, limit: int | None = None, offset: int | None = None, cursor: str | None = None
    ) -> t.RulePage:
        """Rules at their newest versions, newest first."""
        return self.request(
            "GET",
            "/v1/compliance/rules",
            query={"limit": limit, "offset": offset, "cursor": cursor},
        )

    def all_rules(self) -> Iterator[t.Rule]:
        """Every row of `list_rules`, page after page."""
        return self.walk("/v1/compliance/rules", {})

    def create_rule(self, body: t.RuleBody, *, idempotency_key: str | None = None) -> t.Rule:
        """Publish a rule; every call that is transcribed from now on is checked by it."""
        return self.request(
            "POST", "/v1/compliance/rules", body=body, idempotency_key=idempotency_key
        )

    def get_rule(self, id: str) -> t.Rule:
        """A rule at its newest version."""
        return self.request("GET", f"/v1/compliance/rules/{quote(id, safe='')}")

    def change_rule(self, id: str, body: t.RulePatch) -> t.Rule:
        """Publish a new version; what was found keeps the one that it was found by."""
        return self.request("PATCH", f"/v1/compliance/rules/{quote(id, safe='')}", body=body)

    def delete_rule(self, id: str) -> None:
        """Delete a rule; its checks and violations stay."""
        self.request("DELETE", f"/v1/compliance/rules/{quote(id, safe='')}")

    def list_violations(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        cursor: str | None = None,
        rule_id: str | None = None,
        type: Literal[
            "required_disclosure",
            "prohibited_language",
            "script_adherence",
            "dnc",
            "policy_deviation",
        ]
        | None = None,
        severity: Literal["low", "medium", "high", "critical"] | None = None,
        campaign_id: str | None = None,
        agent_id: str | None = None,
        call_id: str | None = None,
        job_id: str | None = None,
        from_: str | None = None,
        to: str | None = None,
    ) -> t.ViolationPage:
        """Violations, newest first: when, by which words, of which rule."""
        return self.request(
            "GET",
            "/v1/compliance/violations",
            query={
                "limit": limit,
                "offset": offset,
                "cursor": cursor,
                "rule_id": rule_id,
                "type": type,
                "severity": severity,
                "campaign_id": campaign_id,
                "agent_id": agent_id,
                "call_id": call_id,
                "job_id": job_id,
                "from": from_,
                "to": to,
            },
        )

    def all_violations(
        self,
        *,
        rule_id: str | None = None,
        type: Literal[
            "required_disclosure",
            "prohibited_language",
            "script_adherence",
            "dnc",
            "policy_deviation",
        ]
        | None = None,
        severity: Literal["low", "medium", "high", "critical"] | None = None,
        campaign_id: str | None = None,
        agent_id: str | None = None,
        call_id: str | None = None,
        job_id: str | None = None,
        from_: str | None = None,
        to: str | None = None,
    ) -> Iterator[t.Violation]:
        """Every row of `list_violations`, page after page."""
        return self.walk(
            "/v1/compliance/violations",
            {
                "rule_id": rule_id,
                "type": type,
                "severity": severity,
                "campaign_id": campaign_id,
                "agent_id": agent_id,
                "call_id": call_id,
                "job_id": job_id,
                "from": from_,
                "to": to,
            },
        )

    def get_violation(self, id: str) -> t.Violation:
        """A violation."""
        return self.request("GET", f"/v1/compliance/violations/{quote(id, safe='')}")

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

    def list_models(self) -> t.EngineModels:
        """Every engine: licence, version, hash, languages, and measured figures with sample sizes."""
        return self.request("GET", "/v1/models")

    def show_agreement(self, *, scorecard_id: str | None = None) -> t.Agreement:
        """How far machine and people agree, for each parameter, and whether it has got worse."""
        return self.request("GET", "/v1/qa/agreement", query={"scorecard_id": scorecard_id})

    def list_results(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        cursor: str | None = None,
        scorecard_id: str | None = None,
        campaign_id: str | None = None,
        agent_id: str | None = None,
        call_id: str | None = None,
        passed: bool | None = None,
        needs_review: bool | None = None,
        from_: str | None = None,
        to: str | None = None,
    ) -> t.ResultPage:
        """Results without their parameters, newest first."""
        return self.request(
            "GET",
            "/v1/qa/results",
            query={
                "limit": limit,
                "offset": offset,
                "cursor": cursor,
                "scorecard_id": scorecard_id,
                "campaign_id": campaign_id,
                "agent_id": agent_id,
                "call_id": call_id,
                "passed": passed,
                "needs_review": needs_review,
                "from": from_,
                "to": to,
            },
        )

    def all_results(
        self,
        *,
        scorecard_id: str | None = None,
        campaign_id: str | None = None,
        agent_id: str | None = None,
        call_id: str | None = None,
        passed: bool | None = None,
        needs_review: bool | None = None,
        from_: str | None = None,
        to: str | None = None,
    ) -> Iterator[t.Result]:
        """Every row of `list_results`, page after page."""
        return self.walk(
            "/v1/qa/results",
            {
                "scorecard_id": scorecard_id,
                "campaign_id": campaign_id,
                "agent_id": agent_id,
                "call_id": call_id,
                "passed": passed,
                "needs_review": needs_review,
                "from": from_,
                "to": to,
            },
        )

    def get_result(self, id: str) -> t.ResultDetail:
        """A result: every parameter with its evidence, and what a person has put right."""
        return self.request("GET", f"/v1/qa/results/{quote(id, safe='')}")

    def override_result(
        self, id: str, body: t.OverrideBody, *, idempotency_key: str | None = None
    ) -> t.ResultDetail:
        """Put a person's word beside the machine's; the totals are computed anew."""
        return self.request(
            "POST",
            f"/v1/qa/results/{quote(id, safe='')}/override",
            body=body,
            idempotency_key=idempotency_key,
        )

    def list_scorecards(
        self, *, limit: int | None = None, offset: int | None = None, cursor: str | None = None
    ) -> t.ScorecardPage:
        """Scorecards at their newest versions, newest first."""
        return self.request(
            "GET", "/v1/qa/scorecards", query={"limit": limit, "offset": offset, "cursor": cursor}
        )

    def all_scorecards(self) -> Iterator[t.Scorecard]:
        """Every row of `list_scorecards`, page after page."""
        return self.walk("/v1/qa/scorecards", {})

    def create_scorecard(
        self, body: t.ScorecardBody, *, idempotency_key: str | None = None
    ) -> t.Scorecard:
        """Publish a scorecard; with a `scope` it scores calls by itself."""
        return self.request("POST", "/v1/qa/scorecards", body=body, idempotency_key=idempotency_key)

    def get_scorecard(self, id: str) -> t.Scorecard:
        """A scorecard at its newest version."""
        return self.request("GET", f"/v1/qa/scorecards/{quote(id, safe='')}")

    def change_scorecard(self, id: str, body: t.ScorecardPatch) -> t.Scorecard:
        """Publish a new version; results keep the one that they were made with."""
        return self.request("PATCH", f"/v1/qa/scorecards/{quote(id, safe='')}", body=body)

    def delete_scorecard(self, id: str) -> None:
        """Delete a scorecard that no unfinished job names; its results stay."""
        self.request("DELETE", f"/v1/qa/scorecards/{quote(id, safe='')}")

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
