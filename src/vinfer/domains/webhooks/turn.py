"""One transaction of the engine: what attempts came to is recorded, the next ones are claimed.

Claim (this transaction), act (`delivery.send`, none), record (the next one): a worker that dies in
between loses nothing, for its claims are leases that others take over.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import msgspec
import structlog

from vinfer.domains.webhooks import delivery, pacing
from vinfer.domains.webhooks.delivery import Attempt, Outcome
from vinfer.domains.webhooks.pacing import Health, Want
from vinfer.domains.webhooks.queries import chains, deliveries, endpoints, log
from vinfer.domains.webhooks.queries.chains import Held, Lane
from vinfer.domains.webhooks.schemas import DisabledReason
from vinfer.kit.db import Row, Tx
from vinfer.kit.events import Event
from vinfer.kit.ids import new_id

MAIL_OPERATOR: Final = "mail.operator"
ENDPOINTS_PER_TURN: Final = 100

_log = structlog.get_logger()

Ended = tuple[Attempt, Outcome]


@dataclass(frozen=True, slots=True)
class Room:
    """What a worker may begin: free slots, those of them kept for idle endpoints, and the most
    attempts at one endpoint at a time, over all workers. `busy`: workspaces that have some of its
    slots."""

    free: int
    reserved: int = 0
    per_endpoint: int = 10
    busy: Set[str] = frozenset()


async def record(tx: Tx, ended: Sequence[Ended], now: datetime) -> None:
    """Write how attempts ended, and what follows: a next time, a rest, or the end of a webhook."""
    if not ended:
        return
    good = [attempt for attempt, outcome in ended if outcome.delivered]
    bad = [(attempt, outcome) for attempt, outcome in ended if not outcome.delivered]
    rows = [row_of(attempt, outcome) for attempt, outcome in ended]
    await deliveries.store(tx.conn, rows, settled=[_held(attempt) for attempt in good])
    if bad:
        await _record_failures(tx, bad, {it.target.webhook_id for it in good}, now)
    for attempt, outcome in ended:
        _tell(attempt, outcome)


async def _record_failures(
    tx: Tx, bad: Sequence[Ended], also_took: Set[str], now: datetime
) -> None:
    """`also_took`: webhooks that took something in the same turn."""
    before = await chains.lock_health(tx.conn, sorted({it.target.webhook_id for it, _ in bad}))
    known = await chains.still_held(tx.conn, [_held(attempt) for attempt, _ in bad])
    by_webhook: dict[str, list[Ended]] = defaultdict(list)
    for attempt, outcome in bad:
        if attempt.target.webhook_id in before and _held(attempt) in known:
            by_webhook[attempt.target.webhook_id].append((attempt, outcome))
    after: dict[str, Health] = {}
    ends: dict[str, DisabledReason] = {}
    going_on: list[Ended] = []
    for id, own in by_webhook.items():
        url, health = before[id]
        judging = [it for it in own if it[0].target.url == url]  # of where it was before: nothing
        if judging:
            after[id] = _worsened(health, judging, now, also_took=id in also_took)
            reason = _why_it_ends(after[id], judging, now)
            if reason is not None:
                ends[id] = reason
                continue
        going_on += own
    await chains.store_health(tx.conn, after)
    await _put_off(tx, going_on, now)
    for id, reason in ends.items():
        await disable(tx, by_webhook[id][0][0].envelope.workspace_id, id, reason)


async def _put_off(tx: Tx, failed: Sequence[Ended], now: datetime) -> None:
    """Plan what comes next of events; one that has used up its schedule is given up."""
    given_up = [attempt for attempt, _ in failed if attempt.number >= pacing.MAX_ATTEMPTS]
    if given_up:
        await chains.end(tx.conn, [_held(attempt) for attempt in given_up])
    for attempt in given_up:
        id, event_id = attempt.target.webhook_id, attempt.envelope.id
        _log.warning("webhook_event_given_up", webhook_id=id, event_id=event_id)
    later = [
        _next_time(attempt, outcome, now)
        for attempt, outcome in failed
        if attempt.number < pacing.MAX_ATTEMPTS
    ]
    if later:
        held, attempts, due = zip(*later, strict=True)
        await chains.put_off(tx.conn, held, attempts=attempts, due=due)


def _worsened(before: Health, bad: Sequence[Ended], now: datetime, *, also_took: bool) -> Health:
    overloaded = [it for _, it in bad if it.status_code in pacing.OVERLOADED]
    failures = pacing.failures_of(before, [it.status_code for _, it in bad], now)
    return pacing.worsened(
        before,
        failures=min(failures, 1) if also_took else failures,
        wish_s=max((it.wait_s for it in overloaded), default=0.0),
        started_at=min(it.started_at for _, it in bad),
        now=now,
    )


def _why_it_ends(health: Health, bad: Sequence[Ended], now: datetime) -> DisabledReason | None:
    if any(it.status_code == delivery.GONE for _, it in bad):
        return "gone"
    exhausted = any(attempt.number >= pacing.MAX_ATTEMPTS for attempt, _ in bad)
    return "exhausted" if pacing.is_lost(health, now, exhausted=exhausted) else None


def _next_time(attempt: Attempt, outcome: Outcome, now: datetime) -> tuple[Held, int, datetime]:
    pause_s = pacing.pause_s(attempt.number, wish_s=outcome.wait_s)
    return _held(attempt), attempt.number, now + timedelta(seconds=pause_s)


async def disable(tx: Tx, workspace_id: str, id: str, reason: DisabledReason) -> None:
    """End a webhook by itself: tell the workspace's others and, if nobody wished it, the operator.

    A receiver may say that it is gone as often as it is enabled again: that is no reason to mail.
    """
    await endpoints.disable(tx.conn, id, reason)
    await chains.forget(tx.conn, id)
    webhook = await endpoints.get(tx.conn, workspace_id, id)
    assert webhook is not None, "its row is locked"
    tx.emit(Event("webhook.disabled", workspace_id, "webhook", id, msgspec.to_builtins(webhook)))
    if reason == "exhausted":
        tx.enqueue(MAIL_OPERATOR, _mail(workspace_id, id))
    _log.warning("webhook_disabled", webhook_id=id, workspace_id=workspace_id, reason=reason)


def _mail(workspace_id: str, id: str) -> dict[str, str]:
    text = (
        f"Webhook {id} of workspace {workspace_id} is disabled: the receiver took nothing for"
        " about three days.\n"
        "Events of this time can be sent again once it is enabled: POST /v1/webhooks/"
        f"{id}/replay.\n"
    )
    return {"subject": f"Webhook {id} is disabled", "text": text, "workspace_id": workspace_id}


def _held(attempt: Attempt) -> Held:
    assert attempt.held is not None, "tests are not the engine's"
    return attempt.held


def row_of(attempt: Attempt, outcome: Outcome) -> deliveries.Ended:
    """An attempt as the log keeps it."""
    return deliveries.Ended(
        id=attempt.id,
        webhook_id=attempt.target.webhook_id,
        workspace_id=attempt.envelope.workspace_id,
        sequence=attempt.envelope.sequence,
        event_id=attempt.envelope.id,
        event=attempt.envelope.event,
        attempt=attempt.number,
        status="delivered" if outcome.delivered else "failed",
        status_code=outcome.status_code,
        error=outcome.error,
        latency_ms=outcome.latency_ms,
        response_sealed=outcome.response_sealed,
        created_at=outcome.started_at,
    )


def _tell(attempt: Attempt, outcome: Outcome) -> None:
    if outcome.delivered:
        return  # the deliveries say it; at hundreds a second a line each would cost too much
    _log.info(
        "webhook_attempt_failed",
        webhook_id=attempt.target.webhook_id,
        event_id=attempt.envelope.id,
        attempt=attempt.number,
        status_code=outcome.status_code,
        error=outcome.error,
        latency_ms=outcome.latency_ms,
    )


async def claim(tx: Tx, room: Room, now: datetime) -> list[Attempt]:
    """Claim what is to be sent now, shared fairly among the endpoints that want something."""
    if room.free <= 0:
        return []
    rows = await chains.candidates(
        tx.conn, now=now, per_endpoint=room.per_endpoint, limit=ENDPOINTS_PER_TURN
    )
    if not rows:
        return []
    busy = await chains.in_flight(tx.conn, [row["id"] for row in rows], now=now)
    wants = _wants(rows, busy, room)
    grants = pacing.share(wants, free=room.free, reserved=room.reserved)
    webhooks = {row["id"]: row for row in rows if grants[row["id"]]}
    if not webhooks:
        return []
    claiming = _Claiming(tx, now, new_id("clm"), webhooks, grants)
    await claiming.take_due("live", "due", beside="fresh")
    await claiming.take_ahead("live", "fresh")
    await claiming.take_due("live", "due")
    await claiming.take_due("replay", "replay")
    await claiming.take_ahead("replay", "replaying")
    return claiming.attempts


def _wants(rows: Sequence[Row], in_flight: Mapping[str, int], room: Room) -> list[Want]:
    wants: list[Want] = []
    met = set(room.busy)
    for row in rows:
        first = row["workspace_id"] not in met
        met.add(row["workspace_id"])
        wants.append(Want(row["id"], in_flight.get(row["id"], 0), row["most"], first))
    return wants


@dataclass(slots=True)
class _Claiming:
    """What one turn claims: `grants` shrink as attempts grow. Live events go before replays."""

    tx: Tx
    now: datetime
    claim: str
    webhooks: Mapping[str, Row]
    grants: dict[str, int]
    attempts: list[Attempt] = field(default_factory=list[Attempt])
    drained: set[str] = field(default_factory=set[str])

    async def take_due(self, lane: Lane, flag: str, *, beside: str | None = None) -> None:
        """Chains whose time has come; only some of them where webhooks want what is `beside`."""
        asking = self._rooms(flag).keys() - self.drained
        rooms = {id: room for id in asking if (room := self._room_beside(id, beside))}
        if rooms:
            rows = await chains.take_due(
                self.tx.conn, rooms, lane=lane, claim=self.claim, now=self.now
            )
            for row in rows:
                self._begin(row, lane)
            found = Counter(row["webhook_id"] for row in rows)
            self.drained |= {id for id, room in rooms.items() if found[id] < room}

    def _room_beside(self, id: str, other: str | None) -> int:
        if other is None or not self.webhooks[id][other]:
            return self.grants[id]
        return pacing.room_for_due(self.grants[id], failures=self.webhooks[id]["failures"])

    async def take_ahead(self, lane: Lane, flag: str) -> None:
        """Events that have no chain yet."""
        rooms = self._rooms(flag)
        if not rooms:
            return
        rows = await chains.ahead(self.tx.conn, rooms, lane=lane)
        planned = [(row, self.claim if begins else None) for row, begins in self._plan(rows)]
        if planned:
            await chains.plan(self.tx.conn, planned, lane=lane, now=self.now)
        for row, claim in planned:
            if claim is not None:
                self._begin(row, lane)
        if lane == "replay":
            idle = rooms.keys() - {row["webhook_id"] for row, _ in planned}
            await chains.end_replays(self.tx.conn, sorted(idle))

    def _rooms(self, flag: str) -> dict[str, int]:
        return {
            id: self.grants[id]
            for id, webhook in self.webhooks.items()
            if webhook[flag] and self.grants[id] > 0
        }

    def _plan(self, rows: Sequence[Row]) -> list[tuple[Row, bool]]:
        """Which events get a chain, in order, and which of them are sent now.

        The first that could be sent and has no room stays in the log, and so do those after it.
        """
        planned: list[tuple[Row, bool]] = []
        left = dict(self.grants)
        busy: set[tuple[str, str]] = set()
        full: set[str] = set()
        for row in rows:
            id, resource = row["webhook_id"], (row["webhook_id"], row["resource"])
            begins = not row["busy"] and resource not in busy
            if begins and not left[id]:
                full.add(id)
            if id in full:
                continue
            left[id] -= begins
            busy.add(resource)
            planned.append((row, begins))
        return planned

    def _begin(self, row: Row, lane: Lane) -> None:
        webhook = self.webhooks[row["webhook_id"]]
        self.grants[webhook["id"]] -= 1
        held = Held(webhook["id"], lane, row["sequence"], self.claim)
        self.attempts.append(
            Attempt(
                id=new_id("dlv"),
                target=delivery.target_of(webhook, self.now),
                number=row["attempts"] + 1,
                envelope=log.envelope_of(row),
                held=held,
            )
        )
