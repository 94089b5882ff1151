"""What webhooks were sent, and sending it again."""

from datetime import datetime
from typing import Final

from vinfer.domains.webhooks import delivery, signing
from vinfer.domains.webhooks.queries import chains, deliveries, endpoints, log
from vinfer.domains.webhooks.schemas import (
    TEST,
    Delivery,
    DeliveryQuery,
    Log,
    LogQuery,
    Queued,
    Replay,
    ReplayRequest,
    SentRequest,
)
from vinfer.domains.webhooks.service.endpoints import get
from vinfer.kit import page
from vinfer.kit.access import Actor
from vinfer.kit.db import Connection, Row, Tx
from vinfer.kit.errors import InvalidParameter, InvalidState, NotFound
from vinfer.kit.ids import new_id
from vinfer.kit.schema import whole_seconds
from vinfer.kit.seal import Seal, SealError

SEND_TEST: Final = "webhooks.send_test"


async def list_deliveries(
    tx: Tx, actor: Actor, id: str, filters: DeliveryQuery, query: page.PageQuery, *, seal: Seal
) -> page.Page[Delivery]:
    """Attempts at a webhook, newest first; raises `NotFound`."""
    await get(tx, actor, id)
    rows, total = await deliveries.list_page(tx.conn, id, filters, query)
    return page.build(query, rows, total=total, item=lambda row: _delivery_of(row, seal))


async def get_delivery(tx: Tx, actor: Actor, id: str, delivery_id: str, *, seal: Seal) -> Delivery:
    """One attempt; raises `NotFound`."""
    return _delivery_of(await _row(tx, actor, id, delivery_id), seal)


async def test(tx: Tx, actor: Actor, id: str, *, seal: Seal, now: datetime) -> Delivery:
    """Send a test event, once and now. The answer is the attempt as it begins.

    Raises `NotFound`, and `InvalidState` for a disabled webhook.
    """
    webhook = await _active(tx, actor, id, "tested")
    return await _begin_test(tx, webhook, new_id("evt"), seal=seal, now=now)


async def _begin_test(
    tx: Tx, webhook: Row, event_id: str, *, seal: Seal, now: datetime
) -> Delivery:
    id = new_id("dlv")
    await deliveries.begin_test(
        tx.conn, id=id, webhook=webhook, event_id=event_id, event=TEST, now=now
    )
    tx.enqueue(SEND_TEST, {"delivery_id": id})
    row = await deliveries.get(tx.conn, webhook["id"], id)
    assert row is not None, "it has just been written"
    return _delivery_of(row, seal)


async def redeliver(
    tx: Tx, actor: Actor, id: str, delivery_id: str, *, seal: Seal, now: datetime
) -> Queued:
    """Send the event of an attempt again, under its id. One that is still owed is due now; a
    webhook that rests goes on resting.

    Raises `NotFound`, for an event that is no longer kept too, and `InvalidState`.
    """
    webhook = await _active(tx, actor, id, "sent to")
    row = await _row(tx, actor, id, delivery_id)
    if row["event"] == TEST:
        await _begin_test(tx, webhook, row["event_id"], seal=seal, now=now)
    elif row["name"] is None:
        raise NotFound("event", row["event_id"])
    else:
        await chains.hurry(tx.conn, webhook_id=id, event=row, now=now)
    return Queued(webhook_id=id, event_id=row["event_id"], sequence=row["sequence"])


async def replay(tx: Tx, actor: Actor, id: str, body: ReplayRequest) -> Replay:
    """Send again what a webhook wants of the time since a moment, ordered per resource.

    Live events go before it and do not wait for it. A replay that still runs ends.
    Raises `NotFound`, `InvalidState`, and `InvalidParameter` for a time that is no longer kept.
    """
    webhook = await _active(tx, actor, id, "replayed to")
    await _require_kept(tx.conn, actor.workspace_id, body.since)
    first = await log.first_since(tx.conn, actor.workspace_id, body.since)
    last: int = webhook["cursor"]
    if first is None or first > last:
        return Replay(
            webhook_id=id, since=body.since, first_sequence=None, last_sequence=None, events=0
        )
    await endpoints.start_replay(tx.conn, id, first=first, last=last)
    count = await log.count_wanted(
        tx.conn, actor.workspace_id, webhook["events"], first=first, last=last
    )
    return Replay(
        webhook_id=id, since=body.since, first_sequence=first, last_sequence=last, events=count
    )


async def pull(tx: Tx, actor: Actor, query: LogQuery) -> Log:
    """A part of the workspace's log. Raises `InvalidParameter` for a place that it has not."""
    pruned, last = await log.bounds(tx.conn, actor.workspace_id)
    after = pruned if query.after is None else query.after
    if not pruned <= after <= last:
        raise _not_kept(after, pruned, last)
    data = await log.after(tx.conn, actor.workspace_id, after, limit=query.limit)
    if query.after is not None and data and data[0].sequence > after + 1:  # pruned just now
        raise _not_kept(after, data[0].sequence - 1, last)
    return Log(data=data, next_after=data[-1].sequence if data else after)


def _not_kept(after: int, pruned: int, last: int) -> InvalidParameter:
    expected = f"a sequence from {pruned} to {last}"
    why = (
        f"Events up to sequence {pruned} are no longer kept: go on with 'after={pruned}'."
        if after < pruned
        else f"The newest event has sequence {last}."
    )
    return InvalidParameter("after", provided=after, expected=expected, message=why)


async def _require_kept(conn: Connection, workspace_id: str, since: datetime) -> None:
    pruned, _ = await log.bounds(conn, workspace_id)
    oldest = await log.kept_since(conn, workspace_id) if pruned else None
    if oldest is not None and since < whole_seconds(oldest):
        kept = f"{oldest:%Y-%m-%dT%H:%M:%S}Z"
        raise InvalidParameter(
            "since",
            provided=since.isoformat(),
            expected=f"a time from {kept} on, since when events are kept",
        )


async def _active(tx: Tx, actor: Actor, id: str, requested: str) -> Row:
    """The webhook's row, locked."""
    actor.require("read_write")
    await get(tx, actor, id)
    row = await endpoints.lock(tx.conn, id)
    if row is None:
        raise NotFound("webhook", id)
    if row["status"] != "active":
        raise InvalidState(
            "webhook", id, current=row["status"], requested=requested, allowed=["active"]
        )
    return row


async def _row(tx: Tx, actor: Actor, id: str, delivery_id: str) -> Row:
    await get(tx, actor, id)
    row = await deliveries.get(tx.conn, id, delivery_id)
    if row is None:
        raise NotFound("delivery", delivery_id)
    return row


def _delivery_of(row: Row, seal: Seal) -> Delivery:
    return Delivery(
        id=row["id"],
        webhook_id=row["webhook_id"],
        event_id=row["event_id"],
        event=row["event"],
        sequence=row["sequence"],
        attempt=row["attempt"],
        status=row["status"],
        status_code=row["status_code"],
        error=row["error"],
        latency_ms=row["latency_ms"],
        created_at=row["created_at"],
        next_attempt_at=row["next_attempt_at"],
        request=_request_of(row),
        response=_response_of(row, seal),
    )


def _request_of(row: Row) -> SentRequest | None:
    if row["name"] is None:
        return None
    event = {**row, "id": row["event_id"], "created_at": row["happened_at"]}
    headers = signing.masked_headers(event_id=row["event_id"], sent_at=row["created_at"])
    return SentRequest(headers=headers, body=delivery.body_of(log.envelope_of(event)).decode())


def _response_of(row: Row, seal: Seal) -> str | None:
    sealed = row["response_sealed"]
    if sealed is None:
        return None
    try:
        return seal.open(sealed, context=delivery.response_context(row["id"])).decode()
    except SealError:
        return None
