"""Where a workspace wants its events."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from vinfer.domains.webhooks import signing
from vinfer.domains.webhooks.delivery import seal_context
from vinfer.domains.webhooks.queries import chains
from vinfer.domains.webhooks.queries import endpoints as queries
from vinfer.domains.webhooks.schemas import SecretRotation, Webhook, WebhookCreate, WebhookPatch
from vinfer.kit import page
from vinfer.kit.access import Actor
from vinfer.kit.addresses import AddressRefused
from vinfer.kit.db import Tx
from vinfer.kit.errors import InvalidParameter, InvalidState, NotFound
from vinfer.kit.ids import new_id
from vinfer.kit.schema import changes
from vinfer.kit.seal import Seal
from vinfer.ports.outbound import Outbound

ROTATION: Final = timedelta(hours=24)
MOST: Final = 1000  # webhooks of a workspace: workers look at all of them, several times a second


async def create(
    tx: Tx, actor: Actor, body: WebhookCreate, *, seal: Seal, outbound: Outbound
) -> Webhook:
    """Register a webhook; the answer alone holds its secret.

    Raises `InvalidParameter`, and `InvalidState` when the workspace has `MOST`.
    """
    actor.require("read_write")
    if await queries.count(tx.conn, actor.workspace_id) >= MOST:
        raise _full(actor.workspace_id)
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
    await get(tx, actor, id)
    wanted = changes(body)
    if "url" in wanted:
        await _check_url(outbound, wanted["url"])
    locked = await queries.lock(tx.conn, id)
    if locked is None:
        raise NotFound("webhook", id)
    events = _distinct(wanted["events"]) if "events" in wanted else None
    await queries.change(tx.conn, id, url=wanted.get("url"), events=events)
    status = wanted.get("status", locked["status"])
    if status == "disabled" and locked["status"] == "active":
        await queries.disable(tx.conn, id, "requested")
        await chains.forget(tx.conn, id)
    elif status == "active" and locked["status"] == "disabled":
        await chains.forget(tx.conn, id)
        await queries.enable(tx.conn, id)
    return await get(tx, actor, id)


async def rotate_secret(
    tx: Tx, actor: Actor, id: str, body: SecretRotation, *, seal: Seal, now: datetime
) -> Webhook:
    """Give a webhook a new secret; the one until now signs too for 24 hours. Raises `NotFound`.

    Of an earlier rotation that still lasts, the oldest secret ends at once.
    """
    actor.require("read_write")
    await get(tx, actor, id)
    if await queries.lock(tx.conn, id) is None:
        raise NotFound("webhook", id)
    secret = body.secret or signing.new_secret()
    sealed = seal.seal(secret.encode(), context=seal_context(id))
    await queries.rotate(tx.conn, id, secret_sealed=sealed, previous_until=now + ROTATION)
    webhook = await get(tx, actor, id)
    webhook.secret = secret
    return webhook


async def delete(tx: Tx, actor: Actor, id: str) -> None:
    """End a webhook: no attempt is claimed after this. Raises `NotFound`."""
    actor.require("read_write")
    if not await queries.delete(tx.conn, actor.workspace_id, id):
        raise NotFound("webhook", id)
    await chains.forget(tx.conn, id)


def _full(workspace_id: str) -> InvalidState:
    return InvalidState(
        "workspace",
        workspace_id,
        current="full",
        requested="given another webhook",
        allowed=[],
        message=f"A workspace may have {MOST} webhooks: delete one that is no longer needed.",
    )


def _distinct(events: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(events))


async def _check_url(outbound: Outbound, url: str) -> None:
    try:
        await outbound.check(url)
    except AddressRefused as error:
        raise InvalidParameter("url", provided=url, expected=str(error)) from error
