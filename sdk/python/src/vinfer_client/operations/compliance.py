"""Operations on `/compliance`. Made by `python tools/client.py` from the OpenAPI document."""

from collections.abc import Iterator
from typing import Literal
from urllib.parse import quote

from vinfer_client import types as t
from vinfer_client.transport import Transport


class ComplianceOperations(Transport):
    """Methods are named as the operations are."""

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
