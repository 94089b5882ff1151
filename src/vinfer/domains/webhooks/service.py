"""Webhooks: what may be done with them."""

from collections.abc import Sequence

from vinfer.domains.webhooks import queries, signing
from vinfer.domains.webhooks.schemas import Webhook, WebhookCreate, WebhookPatch
from vinfer.kit import page
from vinfer.kit.access import Actor
from vinfer.kit.addresses import AddressRefused
from vinfer.kit.db import Tx
from vinfer.kit.errors import InvalidParameter, NotFound
from vinfer.kit.ids import new_id
from vinfer.kit.schema import changes
from vinfer.kit.seal import Seal
from vinfer.ports.outbound import Outbound

DELIVER = "webhooks.deliver"


async def create(
    tx: Tx, actor: Actor, body: WebhookCreate, *, seal: Seal, outbound: Outbound
) -> Webhook:
    """Register a webhook; the answer alone holds its secret. Raises `InvalidParameter`."""
    actor.require("read_write")
    await _check_url(outbound, body.url)
    id = new_id("whk")
    secret = body.secret or signing.new_secret()
    webhook = await queries.insert(
        tx.conn,
        id=id,
        workspace_id=actor.workspace_id,
        url=body.url,
        events=_distinct(body.events),
        secret_sealed=seal.seal(secret.encode(), context=seal_context(id)),
    )
    webhook.secret = secret
    return webhook


async def list_webhooks(tx: Tx, actor: Actor, query: page.PageQuery) -> page.Page[Webhook]:
    """The workspace's webhooks, newest first."""
    rows, total = await queries.list_page(tx.conn, actor.workspace_id, query)
    return page.build(query, rows, total=total, item=queries.webhook_of)


async def get(tx: Tx, actor: Actor, id: str) -> Webhook:
    """One webhook; raises `NotFound`."""
    found = await queries.get(tx.conn, actor.workspace_id, id)
    if found is None:
        raise NotFound("webhook", id)
    return found


async def update(
    tx: Tx, actor: Actor, id: str, body: WebhookPatch, *, outbound: Outbound
) -> Webhook:
    """Change what `body` names; raises `NotFound`, `InvalidParameter`.

    A webhook that is enabled again hears of what happens from then on.
    """
    actor.require("read_write")
    before = await get(tx, actor, id)
    wanted = changes(body)
    if "url" in wanted:
        await _check_url(outbound, wanted["url"])
    locked = await queries.lock(tx.conn, id)
    if locked is None:
        raise NotFound("webhook", id)
    events = _distinct(wanted["events"]) if "events" in wanted else None
    await queries.change(tx.conn, id, url=wanted.get("url"), events=events)
    status = wanted.get("status", before.status)
    if status == "disabled":
        await queries.disable(tx.conn, id)
    elif locked["status"] == "disabled":
        await queries.enable(tx.conn, id)
    return await get(tx, actor, id)


async def delete(tx: Tx, actor: Actor, id: str) -> None:
    """End a webhook: no attempt begins after this. Raises `NotFound`."""
    actor.require("read_write")
    if not await queries.delete(tx.conn, actor.workspace_id, id):
        raise NotFound("webhook", id)


def seal_context(id: str) -> str:
    """What a webhook's sealed secret is bound to."""
    return f"webhook:{id}"


def _distinct(events: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(events))


async def _check_url(outbound: Outbound, url: str) -> None:
    try:
        await outbound.check(url)
    except AddressRefused as error:
        raise InvalidParameter("url", provided=url, expected=str(error)) from error
