"""`/calls`, the calls of a campaign, and `/contacts/{phone}`, whose history is calls."""

from collections.abc import Collection

from litestar import Router, get, post

from vinfer.domains.calls import service
from vinfer.domains.calls.resources import Link
from vinfer.domains.calls.schemas import Call, CallBody, CallDetail, CallQuery, Profile
from vinfer.kit import http, schema
from vinfer.kit.access import Actor
from vinfer.kit.clock import Clock
from vinfer.kit.db import Tx
from vinfer.kit.page import Page, PageQuery

_FILTERS = {"filters": http.query(CallQuery)}


@post("/calls")
async def create_call(
    data: http.Body[CallBody],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    clock: http.Given[Clock],
    installed_languages: http.Given[Collection[str]],
) -> CallDetail:
    """Place one call."""
    return await service.create(tx, actor, data, installed=installed_languages, now=clock.now())


@get("/calls", dependencies=_FILTERS)
async def list_calls(
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    page: http.Given[PageQuery],
    filters: http.Given[CallQuery],
) -> Page[Call]:
    """Calls, newest first."""
    return await service.list_calls(tx.conn, actor, filters, page)


@get("/campaigns/{id:str}/calls", dependencies=_FILTERS)
async def list_campaign_calls(
    id: http.Path[str],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    page: http.Given[PageQuery],
    filters: http.Given[CallQuery],
) -> Page[Call]:
    """A campaign's calls, newest first."""
    return await service.list_campaign_calls(tx.conn, actor, id, filters, page)


@get("/calls/{id:str}")
async def get_call(
    id: http.Path[str],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    recording_link: http.Given[Link | None],
) -> CallDetail:
    """A call in full: transcript, captured values, recording, latency."""
    return await service.get(tx.conn, actor, id, link=recording_link)


@post("/calls/{id:str}/hangup", status_code=200)
async def hang_up(
    id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx], clock: http.Given[Clock]
) -> CallDetail:
    """End a live call."""
    return await service.hang_up(tx, actor, id, clock.now())


@get("/contacts/{phone:str}")
async def get_contact(
    phone: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx]
) -> Profile:
    """A person: values, do-not-call status, calls."""
    return await service.profile(tx.conn, actor, schema.parse_path_phone(phone))


router = Router(
    "/",
    route_handlers=[
        create_call,
        list_calls,
        list_campaign_calls,
        get_call,
        hang_up,
        get_contact,
    ],
)
