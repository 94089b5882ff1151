"""`/calls`, the calls of a campaign, and what touches calls: `/contacts/{phone}`, `POST /dnc`."""

from collections.abc import Awaitable, Callable, Collection

import structlog
from litestar import Router, delete, get, patch, post

from vinfer.domains.calls import blocking, erasure, service
from vinfer.domains.calls.resources import Link
from vinfer.domains.calls.schemas import Call, CallBody, CallDetail, CallQuery, Profile
from vinfer.domains.contacts.numbers import digester
from vinfer.domains.contacts.schemas import CSV_BYTES, ContactPatch, DncBody, DncEntry, Intake
from vinfer.kit import http, schema
from vinfer.kit.access import Actor
from vinfer.kit.clock import Clock
from vinfer.kit.db import Database, Tx
from vinfer.kit.page import Page, PageQuery
from vinfer.kit.seal import Seal

_FILTERS = {"filters": http.query(CallQuery)}
_log = structlog.get_logger()


@post("/calls")
async def create_call(
    data: http.Body[CallBody],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    seal: http.Given[Seal],
    clock: http.Given[Clock],
    installed_languages: http.Given[Collection[str]],
    installed_features: http.Given[Collection[str]],
) -> CallDetail:
    """Place one call; to a phone that must not be called it is written, and not made."""
    return await service.create(
        tx,
        actor,
        data,
        installed=installed_languages,
        features=installed_features,
        digests=digester(seal),
        now=clock.now(),
    )


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


@delete("/calls/{id:str}")
async def erase_call(
    id: http.Path[str],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    seal: http.Given[Seal],
    clock: http.Given[Clock],
) -> None:
    """Erase whom a call was to and what was said, its recording too; its figures stay."""
    await erasure.erase_call(tx, actor, id, seal=seal, now=clock.now())


@get("/contacts/{phone:str}")
async def get_contact(
    phone: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx], seal: http.Given[Seal]
) -> Profile:
    """A person: values, do-not-call status, calls."""
    number = schema.parse_path_phone(phone)
    return await service.profile(tx.conn, actor, number, digester(seal))


@patch("/contacts/{phone:str}")
async def change_contact(
    phone: http.Path[str],
    data: http.Body[ContactPatch],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    seal: http.Given[Seal],
    clock: http.Given[Clock],
) -> Profile:
    """Put a person's name or values right, for the calls that are still to be made too."""
    number = schema.parse_path_phone(phone)
    return await service.change_contact(
        tx, actor, number, data, digests=digester(seal), now=clock.now()
    )


@delete("/contacts/{phone:str}")
async def erase_contact(
    phone: http.Path[str],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    seal: http.Given[Seal],
    clock: http.Given[Clock],
) -> None:
    """Erase a person and every call to them. A phone on the do-not-call list is never called."""
    number = schema.parse_path_phone(phone)
    await erasure.erase_person(tx, actor, number, seal=seal, now=clock.now())


@post(
    "/dnc",
    opt=http.accepts(text_csv=CSV_BYTES)
    | http.describes(body=DncBody, text_csv="phone\r\n+919876543218\r\n"),
)
async def add_dnc(
    request: http.Request,
    upload: http.Given[http.Upload | None],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    db: http.Given[Database],
    clock: http.Given[Clock],
) -> DncEntry | Intake:
    """Never call a phone again, or many (JSON or CSV); they leave the queues of campaigns."""
    now = clock.now()
    if upload is not None:
        return await service.add_dnc_csv(tx, actor, upload.file, now)
    body = await http.decode(await request.body(), DncBody)
    if (phone := body.phone) is not None:
        step = _blocker(db, actor, phone, clock)
        http.after_commit(request, step)
    return await service.add_dnc(tx, actor, body, now)


def _blocker(db: Database, actor: Actor, phone: str, clock: Clock) -> Callable[[], Awaitable[None]]:
    async def block() -> None:
        try:
            await blocking.block(db, actor.workspace_id, [phone], clock.now())
        except Exception as error:  # what is written is written; the job does the rest
            _log.warning("blocking_put_off", error=type(error).__name__)

    return block


router = Router(
    "/",
    route_handlers=[
        create_call,
        list_calls,
        list_campaign_calls,
        get_call,
        hang_up,
        erase_call,
        get_contact,
        change_contact,
        erase_contact,
        add_dnc,
    ],
)
