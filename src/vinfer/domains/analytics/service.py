"""Figures as people ask for them."""

from vinfer.domains.analytics.schemas import (
    AgentsFigures,
    AgentsQuery,
    CallFigures,
    CampaignFigures,
    CampaignFiguresQuery,
    ComplianceFigures,
    FiguresQuery,
    QaFigures,
)
from vinfer.kit.access import Actor
from vinfer.kit.db import Connection


async def calls(conn: Connection, actor: Actor, query: FiguresQuery) -> CallFigures:
    """Figures of calls; with `group_by` those of each group too. Raises `InvalidParameter`."""
    raise NotImplementedError


async def qa(conn: Connection, actor: Actor, query: FiguresQuery) -> QaFigures:
    """Figures of scorecards' results. Raises `InvalidParameter`."""
    raise NotImplementedError


async def compliance(conn: Connection, actor: Actor, query: FiguresQuery) -> ComplianceFigures:
    """Figures of violations. Raises `InvalidParameter`."""
    raise NotImplementedError


async def campaign(
    conn: Connection, actor: Actor, campaign_id: str, query: CampaignFiguresQuery
) -> CampaignFigures:
    """All figures of one campaign. Raises `NotFound` and `InvalidParameter`."""
    raise NotImplementedError


async def agents(conn: Connection, actor: Actor, query: AgentsQuery) -> AgentsFigures:
    """All figures of every human agent. Raises `InvalidParameter`."""
    raise NotImplementedError
