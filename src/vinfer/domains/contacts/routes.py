"""`/dnc`."""

from litestar import Router, delete, get, post

from vinfer.domains.contacts import service
from vinfer.domains.contacts.schemas import CSV_BYTES, DncBody, DncEntry, Intake
from vinfer.kit import http, schema
from vinfer.kit.access import Actor
from vinfer.kit.clock import Clock
from vinfer.kit.db import Tx
from vinfer.kit.page import Page, PageQuery


@get("/dnc")
async def list_dnc(
    actor: http.Given[Actor], tx: http.Given[Tx], page: http.Given[PageQuery]
) -> Page[DncEntry]:
    """The phones that are never called, newest first."""
    return await service.list_dnc(tx.conn, actor, page)


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
    clock: http.Given[Clock],
) -> DncEntry | Intake:
    """Never call a phone again, or many (JSON or CSV)."""
    if upload is not None:
        rows = service.csv_rows(upload.file)
        return await service.add_dnc_rows(tx, actor, rows, reason="upload", now=clock.now())
    body = schema.decode_body(await request.body(), DncBody)
    return await service.add_dnc(tx, actor, body, clock.now())


@delete("/dnc/{phone:str}")
async def remove_dnc(phone: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx]) -> None:
    """Allow calls to a phone again."""
    await service.remove_dnc(tx, actor, schema.parse_path_phone(phone))


router = Router("/", route_handlers=[list_dnc, add_dnc, remove_dnc])
