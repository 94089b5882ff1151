"""`/webhooks` and `/events`."""

from litestar import Router, delete, get, patch, post

from vinfer.domains.webhooks import service
from vinfer.domains.webhooks.schemas import (
    Delivery,
    DeliveryQuery,
    Log,
    LogQuery,
    Queued,
    Replay,
    ReplayRequest,
    SecretRotation,
    Webhook,
    WebhookCreate,
    WebhookPatch,
)
from vinfer.kit import http
from vinfer.kit.access import Actor
from vinfer.kit.clock import Clock
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


@post("/webhooks/{id:str}/rotate-secret", status_code=200)
async def rotate_secret(
    id: http.Path[str],
    data: http.Body[SecretRotation],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    seal: http.Given[Seal],
    clock: http.Given[Clock],
) -> Webhook:
    """Change the secret; for 24 hours deliveries are signed with the old one too."""
    return await service.rotate_secret(tx, actor, id, data, seal=seal, now=clock.now())


@post("/webhooks/{id:str}/test", status_code=202)
async def test_webhook(
    id: http.Path[str],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    seal: http.Given[Seal],
    clock: http.Given[Clock],
) -> Delivery:
    """Send a `webhook.test` event now, once; what becomes of it is under the delivery's id."""
    return await service.test(tx, actor, id, seal=seal, now=clock.now())


@get("/webhooks/{id:str}/deliveries", dependencies={"filters": http.query(DeliveryQuery)})
async def list_deliveries(
    id: http.Path[str],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    page: http.Given[PageQuery],
    filters: http.Given[DeliveryQuery],
    seal: http.Given[Seal],
) -> Page[Delivery]:
    """Attempts, newest first: what was sent, what came back, when it is tried again."""
    return await service.list_deliveries(tx, actor, id, filters, page, seal=seal)


@get("/webhooks/{id:str}/deliveries/{delivery_id:str}")
async def get_delivery(
    id: http.Path[str],
    delivery_id: http.Path[str],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    seal: http.Given[Seal],
) -> Delivery:
    """One attempt."""
    return await service.get_delivery(tx, actor, id, delivery_id, seal=seal)


@post("/webhooks/{id:str}/deliveries/{delivery_id:str}/redeliver", status_code=202)
async def redeliver(
    id: http.Path[str],
    delivery_id: http.Path[str],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    seal: http.Given[Seal],
    clock: http.Given[Clock],
) -> Queued:
    """Send the event again, under the id it has."""
    return await service.redeliver(tx, actor, id, delivery_id, seal=seal, now=clock.now())


@post("/webhooks/{id:str}/replay", status_code=202)
async def replay(
    id: http.Path[str],
    data: http.Body[ReplayRequest],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
) -> Replay:
    """Send every wanted event since a moment again, ordered per resource, under their ids."""
    return await service.replay(tx, actor, id, data)


@get("/events", dependencies={"place": http.query(LogQuery)})
async def pull_events(
    actor: http.Given[Actor], tx: http.Given[Tx], place: http.Given[LogQuery]
) -> Log:
    """The workspace's events in order, from the one that follows `after`."""
    return await service.pull(tx, actor, place)


router = Router(
    "/",
    route_handlers=[
        create_webhook,
        list_webhooks,
        get_webhook,
        update_webhook,
        delete_webhook,
        rotate_secret,
        test_webhook,
        list_deliveries,
        get_delivery,
        redeliver,
        replay,
        pull_events,
    ],
)
