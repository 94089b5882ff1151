"""What a report is about."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from vinfer.domains.analytics.schemas import AgentsQuery, FiguresQuery, GroupBy
from vinfer.domains.reports.rhythm import moment
from vinfer.domains.reports.schemas import Filters
from vinfer.kit.access import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Days of a zone, both inclusive, and which calls of the workspace."""

    actor: Actor
    workspace: str
    """Its name."""
    first: date
    last: date
    timezone: str
    filters: Filters
    campaign: str | None = None
    """The name of the campaign that `filters` names."""
    made_at: datetime
    report_id: str

    @property
    def zone(self) -> ZoneInfo:
        """The zone."""
        return ZoneInfo(self.timezone)

    @property
    def start(self) -> datetime:
        """The first moment of the first day."""
        return moment(self.first, time(), self.zone)

    @property
    def end(self) -> datetime:
        """The first moment that is no longer part of it."""
        return moment(self.last + timedelta(days=1), time(), self.zone)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def in_time(self) -> GroupBy:
        """What its course is shown by: days, or weeks if those would be too many."""
        return "day" if self.days <= 62 else "week"

    @property
    def args(self) -> tuple[Any, ...]:
        """Arguments $1 to $6 of the queries on its calls."""
        named = self.filters
        return (
            self.actor.workspace_id,
            self.start,
            self.end,
            named.campaign_id,
            named.agent_id,
            named.language,
        )

    def figures(self, group_by: GroupBy | None = None) -> FiguresQuery:
        """The same as a question to analytics."""
        return FiguresQuery(
            from_=self.first,
            to=self.last,
            timezone=self.timezone,
            campaign_id=self.filters.campaign_id,
            agent_id=self.filters.agent_id,
            language=self.filters.language,
            group_by=group_by,
        )

    def agents(self) -> AgentsQuery:
        """The same as a question about agents."""
        return AgentsQuery(
            from_=self.first,
            to=self.last,
            timezone=self.timezone,
            campaign_id=self.filters.campaign_id,
            language=self.filters.language,
        )
