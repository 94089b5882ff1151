"""`/analytics`."""

from litestar import Router, get

from vinfer.domains.analytics import service
from vinfer.domains.analytics.schemas import (
    AgentsFigures,
    AgentsQuery,
    CallFigures,
    CampaignFigures,
    CampaignFiguresQuery,
    ComplianceFigures,
    FiguresQuery,
    QaFigures,
    QaQuery,
)
from vinfer.kit import http
from vinfer.kit.access import Actor
from vinfer.kit.db import Tx

_FIGURES = {"asked": http.query(FiguresQuery)}


@get("/calls", dependencies=_FIGURES)
async def analyse_calls(
    actor: http.Given[Actor], tx: http.Given[Tx], asked: http.Given[FiguresQuery]
) -> CallFigures:
    """Figures of calls by day, week, human agent, campaign or language."""
    return await service.calls(tx.conn, actor, asked)


@get("/qa", dependencies={"asked": http.query(QaQuery)})
async def analyse_qa(
    actor: http.Given[Actor], tx: http.Given[Tx], asked: http.Given[QaQuery]
) -> QaFigures:
    """How calls were scored; if asked for, by scorecard and parameter."""
    return await service.qa_in_full(tx.conn, actor, asked)


@get("/compliance", dependencies=_FIGURES)
async def analyse_compliance(
    actor: http.Given[Actor], tx: http.Given[Tx], asked: http.Given[FiguresQuery]
) -> ComplianceFigures:
    """Which rules were violated in calls, how often."""
    return await service.compliance(tx.conn, actor, asked)


@get("/campaigns/{id:str}", dependencies={"asked": http.query(CampaignFiguresQuery)})
async def analyse_campaign(
    id: http.Path[str],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    asked: http.Given[CampaignFiguresQuery],
) -> CampaignFigures:
    """A campaign's figures, of all its days or some."""
    return await service.campaign(tx.conn, actor, id, asked)


@get("/agents", dependencies={"asked": http.query(AgentsQuery)})
async def analyse_agents(
    actor: http.Given[Actor], tx: http.Given[Tx], asked: http.Given[AgentsQuery]
) -> AgentsFigures:
    """The figures of each human agent, the busiest first."""
    return await service.agents(tx.conn, actor, asked)


router = Router(
    "/analytics",
    route_handlers=[
        analyse_calls,
        analyse_qa,
        analyse_compliance,
        analyse_campaign,
        analyse_agents,
    ],
)
