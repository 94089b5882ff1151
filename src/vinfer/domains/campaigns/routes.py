"""`/campaigns`."""

from collections.abc import Collection

from litestar import Router, get, patch, post

from vinfer.domains.campaigns import service
from vinfer.domains.campaigns.schemas import (
    Campaign,
    CampaignBody,
    CampaignPatch,
    CampaignQuery,
    ContactsBody,
)
from vinfer.domains.contacts.numbers import digester
from vinfer.domains.contacts.schemas import CSV_BYTES, Intake
from vinfer.kit import http
from vinfer.kit.access import Actor
from vinfer.kit.clock import Clock
from vinfer.kit.db import Tx
from vinfer.kit.page import Page, PageQuery
from vinfer.kit.seal import Seal


@post("/campaigns")
async def create_campaign(
    data: http.Body[CampaignBody],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    seal: http.Given[Seal],
    clock: http.Given[Clock],
    installed_languages: http.Given[Collection[str]],
    installed_features: http.Given[Collection[str]],
) -> Campaign:
    """Make a campaign with its contacts; it waits for its start."""
    return await service.create(
        tx,
        actor,
        data,
        installed=installed_languages,
        features=installed_features,
        digests=digester(seal),
        now=clock.now(),
    )


@get("/campaigns", dependencies={"filters": http.query(CampaignQuery)})
async def list_campaigns(
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    page: http.Given[PageQuery],
    filters: http.Given[CampaignQuery],
) -> Page[Campaign]:
    """Campaigns, newest first."""
    return await service.list_campaigns(tx.conn, actor, filters, page)


@get("/campaigns/{id:str}")
async def get_campaign(
    id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx]
) -> Campaign:
    """A campaign and how far it is."""
    return await service.get(tx.conn, actor, id)


@patch("/campaigns/{id:str}")
async def edit_campaign(
    id: http.Path[str],
    data: http.Body[CampaignPatch],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    clock: http.Given[Clock],
) -> Campaign:
    """Change a campaign, move it, or both."""
    return await service.edit(tx, actor, id, data, clock.now())


@post("/campaigns/{id:str}/start", status_code=200)
async def start_campaign(
    id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx], clock: http.Given[Clock]
) -> Campaign:
    """Begin to call."""
    return await service.act(tx, actor, id, "start", clock.now())


@post("/campaigns/{id:str}/pause", status_code=200)
async def pause_campaign(
    id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx], clock: http.Given[Clock]
) -> Campaign:
    """Begin no more calls; live ones finish."""
    return await service.act(tx, actor, id, "pause", clock.now())


@post("/campaigns/{id:str}/resume", status_code=200)
async def resume_campaign(
    id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx], clock: http.Given[Clock]
) -> Campaign:
    """Go on after a pause."""
    return await service.act(tx, actor, id, "resume", clock.now())


@post("/campaigns/{id:str}/stop", status_code=200)
async def stop_campaign(
    id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx], clock: http.Given[Clock]
) -> Campaign:
    """End for good; live calls finish."""
    return await service.act(tx, actor, id, "stop", clock.now())


@post(
    "/campaigns/{id:str}/contacts",
    status_code=200,
    opt=http.accepts(text_csv=CSV_BYTES)
    | http.describes(
        body=ContactsBody, text_csv="phone,name,amount\r\n+919876543213,Vikram,2400\r\n"
    ),
)
async def add_contacts(
    id: http.Path[str],
    request: http.Request,
    upload: http.Given[http.Upload | None],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    seal: http.Given[Seal],
    clock: http.Given[Clock],
) -> Intake:
    """More contacts, as JSON or CSV; bad rows are reported, the others taken."""
    digests, now = digester(seal), clock.now()
    if upload is not None:
        file = upload.file
        return await service.add_contacts_csv(tx, actor, id, file, digests=digests, now=now)
    body = await http.decode(await request.body(), ContactsBody)
    return await service.add_contacts(tx, actor, id, body, digests=digests, now=now)


router = Router(
    "/",
    route_handlers=[
        create_campaign,
        list_campaigns,
        get_campaign,
        edit_campaign,
        start_campaign,
        pause_campaign,
        resume_campaign,
        stop_campaign,
        add_contacts,
    ],
)
