"""`/qa`."""

from litestar import Router, delete, get, patch, post

from vinfer.domains.qa.schemas import (
    Agreement,
    AgreementQuery,
    OverrideBody,
    Result,
    ResultDetail,
    ResultQuery,
    Scorecard,
    ScorecardBody,
    ScorecardPatch,
)
from vinfer.domains.qa.service import agreeing, results, scorecards
from vinfer.domains.qa.service.agreeing import Drift
from vinfer.kit import http
from vinfer.kit.access import Actor
from vinfer.kit.clock import Clock
from vinfer.kit.db import Tx
from vinfer.kit.page import Page, PageQuery


@post("/scorecards")
async def create_scorecard(
    data: http.Body[ScorecardBody], actor: http.Given[Actor], tx: http.Given[Tx]
) -> Scorecard:
    """Publish a scorecard; with a `scope` it scores calls by itself."""
    return await scorecards.create(tx, actor, data)


@get("/scorecards")
async def list_scorecards(
    actor: http.Given[Actor], tx: http.Given[Tx], page: http.Given[PageQuery]
) -> Page[Scorecard]:
    """Scorecards at their newest versions, newest first."""
    return await scorecards.find(tx, actor, page)


@get("/scorecards/{id:str}")
async def get_scorecard(
    id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx]
) -> Scorecard:
    """A scorecard at its newest version."""
    return await scorecards.get(tx, actor, id)


@patch("/scorecards/{id:str}")
async def change_scorecard(
    id: http.Path[str],
    data: http.Body[ScorecardPatch],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
) -> Scorecard:
    """Publish a new version; results keep the one that they were made with."""
    return await scorecards.change(tx, actor, id, data)


@delete("/scorecards/{id:str}")
async def delete_scorecard(
    id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx]
) -> None:
    """Delete a scorecard that no unfinished job names; its results stay."""
    await scorecards.delete(tx, actor, id)


@get("/results", dependencies={"filters": http.query(ResultQuery)})
async def list_results(
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    page: http.Given[PageQuery],
    filters: http.Given[ResultQuery],
) -> Page[Result]:
    """Results without their parameters, newest first."""
    return await results.find(tx.conn, actor, filters, page)


@get("/results/{id:str}")
async def get_result(
    id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx]
) -> ResultDetail:
    """A result: every parameter with its evidence, and what a person has put right."""
    return await results.get(tx.conn, actor, id)


@post("/results/{id:str}/override", status_code=200)
async def override_result(
    id: http.Path[str],
    data: http.Body[OverrideBody],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    clock: http.Given[Clock],
) -> ResultDetail:
    """Put a person's word beside the machine's; the totals are computed anew."""
    return await results.override(tx, actor, id, data, now=clock.now())


@get("/agreement", dependencies={"filters": http.query(AgreementQuery)})
async def show_agreement(
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    clock: http.Given[Clock],
    qa_drift: http.Given[Drift],
    filters: http.Given[AgreementQuery],
) -> Agreement:
    """How far machine and people agree, for each parameter, and whether it has got worse."""
    return await agreeing.agreement_of(tx.conn, actor, filters, drift=qa_drift, now=clock.now())


router = Router(
    "/qa",
    route_handlers=[
        create_scorecard,
        list_scorecards,
        get_scorecard,
        change_scorecard,
        delete_scorecard,
        list_results,
        get_result,
        override_result,
        show_agreement,
    ],
)
