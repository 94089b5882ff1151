"""Figures as people ask for them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import UNSET

from vinfer.domains.analytics.queries import reading
from vinfer.domains.analytics.queries.measures import NAMES, OF_CALLS, OF_COMPLIANCE, OF_QA
from vinfer.domains.analytics.queries.reading import Selection
from vinfer.domains.analytics.schemas import (
    MOST_GROUPS,
    AgentFigures,
    AgentsFigures,
    AgentsQuery,
    CallFigures,
    CampaignFigures,
    CampaignFiguresQuery,
    ComplianceFigures,
    FiguresQuery,
    GroupBy,
    GroupedCompliance,
    GroupedFigures,
    GroupedQa,
    QaFigures,
)
from vinfer.domains.analytics.service import figures
from vinfer.domains.campaigns import service as campaigns
from vinfer.kit.access import Actor
from vinfer.kit.db import Connection, Row
from vinfer.kit.errors import InvalidParameter, Unavailable

_BEHIND = "Very many calls have changed and are being added to the figures. Try again in a minute."


async def calls(conn: Connection, actor: Actor, query: FiguresQuery) -> CallFigures:
    """Figures of calls; with `group_by` those of each group too. Raises `InvalidParameter`."""
    zone, total, groups = await _asked(conn, actor, query, OF_CALLS)
    return CallFigures(
        **figures.of_calls(total),
        from_=query.from_,
        to=query.to,
        timezone=zone,
        grouped_data=UNSET if query.group_by is None else _call_groups(groups),
    )


async def qa(conn: Connection, actor: Actor, query: FiguresQuery) -> QaFigures:
    """Figures of scorecards' results. Raises `InvalidParameter`."""
    zone, total, groups = await _asked(conn, actor, query, OF_QA)
    shown = [GroupedQa(group=row["group"], **figures.of_qa(row)) for row in groups]
    return QaFigures(
        **figures.of_qa(total),
        from_=query.from_,
        to=query.to,
        timezone=zone,
        grouped_data=UNSET if query.group_by is None else shown,
    )


async def compliance(conn: Connection, actor: Actor, query: FiguresQuery) -> ComplianceFigures:
    """Figures of violations. Raises `InvalidParameter`."""
    zone, total, groups = await _asked(conn, actor, query, OF_COMPLIANCE)
    shown = [GroupedCompliance(group=row["group"], **figures.of_compliance(row)) for row in groups]
    return ComplianceFigures(
        **figures.of_compliance(total),
        from_=query.from_,
        to=query.to,
        timezone=zone,
        grouped_data=UNSET if query.group_by is None else shown,
    )


async def campaign(
    conn: Connection, actor: Actor, campaign_id: str, query: CampaignFiguresQuery
) -> CampaignFigures:
    """All figures of one campaign. Raises `NotFound` and `InvalidParameter`."""
    found = await campaigns.get(conn, actor, campaign_id)
    filters = {"campaign_id": campaign_id, "agent_id": query.agent_id, "language": query.language}
    zone, total, groups = await _read(
        conn,
        actor,
        query.timezone,
        first=query.from_ or date.min,
        last=query.to or date.max,
        filters=filters,
        group_by=query.group_by,
    )
    return CampaignFigures(
        **figures.everything(total),
        campaign_id=campaign_id,
        campaign_name=found.name,
        status=found.status,
        from_=query.from_,
        to=query.to,
        timezone=zone,
        grouped_data=UNSET if query.group_by is None else _call_groups(groups),
    )


async def agents(conn: Connection, actor: Actor, query: AgentsQuery) -> AgentsFigures:
    """All figures of every human agent. Raises `InvalidParameter`."""
    zone, _, groups = await _read(
        conn,
        actor,
        query.timezone,
        first=query.from_,
        last=query.to,
        filters={"campaign_id": query.campaign_id, "language": query.language},
        group_by="agent",
    )
    named = [row for row in groups if row["group"] is not None]
    shown = [AgentFigures(agent_id=row["group"], **figures.everything(row)) for row in named]
    return AgentsFigures(from_=query.from_, to=query.to, timezone=zone, data=shown)


def _call_groups(groups: Sequence[Row]) -> list[GroupedFigures]:
    return [GroupedFigures(group=row["group"], **figures.of_calls(row)) for row in groups]


async def _asked(
    conn: Connection, actor: Actor, query: FiguresQuery, measures: Sequence[str]
) -> tuple[str, Row, Sequence[Row]]:
    filters = {
        "campaign_id": query.campaign_id,
        "agent_id": query.agent_id,
        "language": query.language,
    }
    return await _read(
        conn,
        actor,
        query.timezone,
        first=query.from_,
        last=query.to,
        filters=filters,
        group_by=query.group_by,
        measures=measures,
    )


async def _read(
    conn: Connection,
    actor: Actor,
    zone: str | None,
    *,
    first: date,
    last: date,
    filters: Mapping[str, Any],
    group_by: GroupBy | None,
    measures: Sequence[str] = NAMES,
) -> tuple[str, Row, Sequence[Row]]:
    """The zone that is meant, the figures of all, and those of each group.

    Raises `Unavailable` while too many changes wait to be added.
    """
    selection = Selection(
        workspace_id=actor.workspace_id,
        zone=zone,
        first=first,
        last=last,
        filters={name: value for name, value in filters.items() if value is not None},
        group_by=group_by,
        measures=measures,
    )
    rows = await reading.from_sums(conn, selection)
    if rows[0]["waiting"] > reading.MOST_WAITING:
        raise Unavailable(_BEHIND)
    meant: str = rows[0]["zone"]
    if not rows[0]["summed"]:
        rows = await reading.from_facts(conn, selection)
        await reading.ask_for(conn, actor.workspace_id, meant)
    total, *groups = rows
    if len(groups) > MOST_GROUPS:
        expected = f"a grouping, days and filters that give at most {MOST_GROUPS} groups"
        raise InvalidParameter("group_by", provided=group_by, expected=expected)
    return meant, total, groups
