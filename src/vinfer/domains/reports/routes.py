"""`/reports`."""

from litestar import Router, delete, get, post

from vinfer.domains.reports import service
from vinfer.domains.reports.schemas import Report, ReportBody, ReportDetail, ReportQuery
from vinfer.domains.reports.service import ReportLink
from vinfer.kit import http
from vinfer.kit.access import Actor
from vinfer.kit.clock import Clock
from vinfer.kit.db import Tx
from vinfer.kit.page import Page, PageQuery


@post("/", status_code=202)
async def create_report(
    data: http.Body[ReportBody],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    clock: http.Given[Clock],
) -> ReportDetail:
    """Have a report made, once or on a schedule."""
    return await service.create(tx, actor, data, now=clock.now())


@get("/", dependencies={"filters": http.query(ReportQuery)})
async def list_reports(
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    page: http.Given[PageQuery],
    filters: http.Given[ReportQuery],
) -> Page[Report]:
    """Reports and schedules, newest first."""
    return await service.find(tx.conn, actor, filters, page)


@get("/{id:str}")
async def get_report(
    id: http.Path[str],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    report_link: http.Given[ReportLink | None],
) -> ReportDetail:
    """A report: how far it is, its data, and a new link to its file."""
    return await service.get(tx.conn, actor, id, report_link=report_link)


@delete("/{id:str}")
async def delete_report(
    id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx], clock: http.Given[Clock]
) -> None:
    """Delete a report and its file; of a schedule, also the runs that are not made yet."""
    await service.delete(tx, actor, id, now=clock.now())


router = Router("/reports", route_handlers=[create_report, list_reports, get_report, delete_report])
