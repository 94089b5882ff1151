"""`GET /contacts` and `/dnc`; what touches calls too stands beside them."""

from litestar import Router, delete, get

from vinfer.domains.contacts import service
from vinfer.domains.contacts.numbers import digester
from vinfer.domains.contacts.schemas import Contact, ContactQuery, DncEntry
from vinfer.kit import http, schema
from vinfer.kit.access import Actor
from vinfer.kit.db import Tx
from vinfer.kit.page import Page, PageQuery
from vinfer.kit.seal import Seal


@get("/contacts", dependencies={"filters": http.query(ContactQuery)})
async def list_contacts(
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    page: http.Given[PageQuery],
    filters: http.Given[ContactQuery],
) -> Page[Contact]:
    """The contacts of all campaigns, newest first."""
    return await service.list_contacts(tx.conn, actor, filters, page)


@get("/dnc")
async def list_dnc(
    actor: http.Given[Actor], tx: http.Given[Tx], page: http.Given[PageQuery]
) -> Page[DncEntry]:
    """The phones that are never called, newest first; numbers of the erased are not shown."""
    return await service.list_dnc(tx.conn, actor, page)


@delete("/dnc/{phone:str}")
async def remove_dnc(
    phone: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx], seal: http.Given[Seal]
) -> None:
    """Allow calls to a phone again."""
    await service.remove_dnc(tx, actor, schema.parse_path_phone(phone), digester(seal))


router = Router("/", route_handlers=[list_contacts, list_dnc, remove_dnc])
