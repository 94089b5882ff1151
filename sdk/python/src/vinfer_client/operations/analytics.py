"""Operations on `/analytics`. Made by `python tools/client.py` from the OpenAPI document."""

from typing import Literal
from urllib.parse import quote

from vinfer_client import types as t
from vinfer_client.transport import Transport


class AnalyticsOperations(Transport):
    """Methods are named as the operations are."""

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
        breakdown: bool | None = None,
    ) -> t.QaFigures:
        """How calls were scored; if asked for, by scorecard and parameter."""
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
                "breakdown": breakdown,
            },
        )
