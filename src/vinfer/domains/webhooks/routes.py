"""`/webhooks`."""

from litestar import Router, delete, get, patch, post

from vinfer.domains.webhooks import service
from vinfer.domains.webhooks.schemas import Webhook, WebhookCreate, WebhookPatch
from vinfer.kit import http
from vinfer.kit.access import Actor
from vinfer.kit.db import Tx
from vinfer.kit.page import Page, PageQuery
from vinfer.kit.seal import Seal
from vinfer.ports.outbound import Outbound


@post("/webhooks")
async def create_webhook(
    data: http.Body[WebhookCreate],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    seal: http.Given[Seal],
    outbound: http.Given[Outbound],
) -> Webhook:
    """Register a URL for events; the secret is in this answer only."""
    return await service.create(tx, actor, data, seal=seal, outbound=outbound)


@get("/webhooks", dependencies={"page": http.paging(100)})
async def list_webhooks(
    actor: http.Given[Actor], tx: http.Given[Tx], page: http.Given[PageQuery]
) -> Page[Webhook]:
    """The workspace's webhooks, each with its last delivery."""
    return await service.list_webhooks(tx, actor, page)


@get("/webhooks/{id:str}")
async def get_webhook(id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx]) -> Webhook:
    """One webhook with its last delivery."""
    return await service.get(tx, actor, id)


@patch("/webhooks/{id:str}")
async def update_webhook(
    id: http.Path[str],
    data: http.Body[WebhookPatch],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    outbound: http.Given[Outbound],
) -> Webhook:
    """Change the URL, the events or the status."""
    return await service.update(tx, actor, id, data, outbound=outbound)


@delete("/webhooks/{id:str}")
async def delete_webhook(id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx]) -> None:
    """End a webhook; deliveries stop at once."""
    await service.delete(tx, actor, id)


router = Router(
    "/",
    route_handlers=[create_webhook, list_webhooks, get_webhook, update_webhook, delete_webhook],
)
