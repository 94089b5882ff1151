"""Delivering events: claim (transaction), act (HTTP, none), record (transaction).

Per webhook there is one pump at a time, held by a lease in its row, and one cursor into the
workspace's event log; so events arrive in order. After the quick attempts an event goes to the
slow lane, a job of its own, and the pump goes on. Every decision is made under the row's lock,
after the event is in the log: whoever finds the lease held may leave, for its holder looks again.
"""

import email.utils
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

import msgspec
import structlog

from vinfer.domains.webhooks import queries, signing
from vinfer.domains.webhooks.schemas import Envelope
from vinfer.domains.webhooks.service import DELIVER, seal_context
from vinfer.kit.clock import Clock
from vinfer.kit.db import Database, Row, Tx
from vinfer.kit.events import Event
from vinfer.kit.ids import new_id
from vinfer.kit.jobs import retry_delay_s
from vinfer.kit.seal import Seal, SealError
from vinfer.ports.outbound import Outbound, Unreachable

DELIVER_SLOWLY: Final = "webhooks.deliver_slowly"
TIMEOUT_S: Final = 10.0
QUICK_ATTEMPTS: Final = 4
FIRST_RETRY_S: Final = 5.0
LONGEST_QUICK_RETRY_S: Final = 3600.0
LEASE_S: Final = 25.0  # longer than an attempt and both transactions around it
SLOW_PAUSES_S: Final = (300, 900, 3600, 10_800, 21_600, 43_200, 86_400, 86_400)  # about 3 days
PER_RUN: Final = 50
_GONE: Final = 410

log = structlog.get_logger()


class Deps(Protocol):
    """What delivering needs of the worker."""

    @property
    def db(self) -> Database:
        """The database."""
        ...

    @property
    def seal(self) -> Seal:
        """Opens the webhooks' secrets."""
        ...

    @property
    def outbound(self) -> Outbound:
        """Sends."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at one event, recorded as `sending`."""

    id: str
    webhook_id: str
    number: int
    url: str
    secret_sealed: bytes
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended. `wait_s` is what the receiver asked for."""

    delivered: bool
    latency_ms: int
    status_code: int | None = None
    error: str | None = None
    wait_s: float = 0.0


async def pump(webhook_id: str, deps: Deps) -> None:
    """Deliver what a webhook is waiting for, in order, until there is nothing to do now."""
    for _ in range(PER_RUN):
        async with deps.db.begin() as tx:
            attempt = await _claim(tx, webhook_id, deps.clock.now())
        if attempt is None:
            return
        outcome = await _send(attempt, deps)
        async with deps.db.begin() as tx:
            await _record(tx, attempt, outcome, deps.clock.now())
    async with deps.db.begin() as tx:
        tx.enqueue(DELIVER, {"webhook_id": webhook_id})


async def deliver_slowly(webhook_id: str, sequence: int, number: int, deps: Deps) -> None:
    """One late attempt at one event; a failure schedules the next."""
    async with deps.db.begin() as tx:
        attempt = await _claim_slow(tx, webhook_id, sequence, number)
    if attempt is None:
        return
    outcome = await _send(attempt, deps)
    async with deps.db.begin() as tx:
        if await queries.lock(tx.conn, webhook_id) is None:
            return
        settled = await queries.is_settled(tx.conn, webhook_id, sequence, number)
        await _end(tx, attempt, outcome)
        if outcome.status_code == _GONE:
            await _disable(tx, attempt)
        elif not outcome.delivered and not settled:
            _enqueue_slow(tx, attempt, outcome, deps.clock.now())


async def _claim(tx: Tx, webhook_id: str, now: datetime) -> Attempt | None:
    webhook = await queries.lock(tx.conn, webhook_id)
    if webhook is None or webhook["status"] != "active" or _is_busy(webhook, now):
        return None
    envelope = await queries.next_event(tx.conn, webhook)
    if envelope is None:
        return None
    await queries.set_progress(
        tx.conn,
        webhook_id,
        cursor=webhook["cursor"],
        attempts=webhook["attempts"],
        pumping_until=now + timedelta(seconds=LEASE_S),
    )
    return await _begin(tx, webhook, envelope, webhook["attempts"] + 1)


def _is_busy(webhook: Row, now: datetime) -> bool:
    return any(
        moment and moment > now for moment in (webhook["pumping_until"], webhook["retry_at"])
    )


async def _claim_slow(tx: Tx, webhook_id: str, sequence: int, number: int) -> Attempt | None:
    webhook = await queries.lock(tx.conn, webhook_id)
    if webhook is None or webhook["status"] != "active":
        return None
    if await queries.is_settled(tx.conn, webhook_id, sequence, number):
        return None
    envelope = await queries.event(tx.conn, webhook["workspace_id"], sequence)
    return await _begin(tx, webhook, envelope, number)


async def _begin(tx: Tx, webhook: Row, envelope: Envelope, number: int) -> Attempt:
    id = new_id("dlv")
    await queries.start_delivery(tx.conn, id=id, webhook=webhook, envelope=envelope, attempt=number)
    return Attempt(id, webhook["id"], number, webhook["url"], webhook["secret_sealed"], envelope)


async def _send(attempt: Attempt, deps: Deps) -> Outcome:
    started = deps.clock.monotonic()

    def elapsed_ms() -> int:
        return round((deps.clock.monotonic() - started) * 1000)

    now = deps.clock.now()
    body = msgspec.json.encode(attempt.envelope)
    try:
        headers = _headers(attempt, body, deps.seal, now)
        answer = await deps.outbound.post(
            attempt.url, body=body, headers=headers, timeout_s=TIMEOUT_S
        )
    except Unreachable as error:
        return Outcome(delivered=False, latency_ms=elapsed_ms(), error=str(error)[:500])
    except SealError:
        log.error("webhook_secret_unreadable", webhook_id=attempt.webhook_id)
        return Outcome(delivered=False, latency_ms=elapsed_ms(), error="internal error")
    except Exception:  # an attempt without an outcome would be made again and again, for ever
        log.exception("webhook_attempt_broke", webhook_id=attempt.webhook_id)
        return Outcome(delivered=False, latency_ms=elapsed_ms(), error="internal error")
    delivered = 200 <= answer.status < 300
    return Outcome(
        delivered=delivered,
        latency_ms=elapsed_ms(),
        status_code=answer.status,
        error=None if delivered else f"HTTP {answer.status}",
        wait_s=retry_after_s(answer.retry_after, now),
    )


def _headers(attempt: Attempt, body: bytes, seal: Seal, now: datetime) -> dict[str, str]:
    context = seal_context(attempt.webhook_id)
    secret = seal.open(attempt.secret_sealed, context=context).decode()
    signed = signing.signature_headers(secret, body=body, event_id=attempt.envelope.id, now=now)
    return {"Content-Type": "application/json", **signed}


async def _record(tx: Tx, attempt: Attempt, outcome: Outcome, now: datetime) -> None:
    webhook = await queries.lock(tx.conn, attempt.webhook_id)
    await _end(tx, attempt, outcome)
    sequence = attempt.envelope.sequence
    if webhook is None or webhook["status"] != "active" or webhook["cursor"] >= sequence:
        return  # ended, disabled, or overtaken after this lease had run out
    if outcome.status_code == _GONE:
        await _disable(tx, attempt)
    elif outcome.delivered:
        await queries.set_progress(tx.conn, webhook["id"], cursor=sequence, attempts=0)
    elif attempt.number < QUICK_ATTEMPTS:
        await _retry_soon(tx, webhook, attempt, outcome, now)
    else:
        await queries.set_progress(tx.conn, webhook["id"], cursor=sequence, attempts=0)
        _enqueue_slow(tx, attempt, outcome, now)


async def _end(tx: Tx, attempt: Attempt, outcome: Outcome) -> None:
    await queries.end_delivery(
        tx.conn,
        attempt.id,
        status="delivered" if outcome.delivered else "failed",
        status_code=outcome.status_code,
        error=outcome.error,
        latency_ms=outcome.latency_ms,
    )
    log.info(
        "webhook_attempted",
        webhook_id=attempt.webhook_id,
        event_id=attempt.envelope.id,
        attempt=attempt.number,
        status_code=outcome.status_code,
        error=outcome.error,
        latency_ms=outcome.latency_ms,
    )


async def _retry_soon(
    tx: Tx, webhook: Row, attempt: Attempt, outcome: Outcome, now: datetime
) -> None:
    pause_s = retry_delay_s(
        attempt.number - 1, first_s=FIRST_RETRY_S, longest_s=LONGEST_QUICK_RETRY_S
    )
    at = now + timedelta(seconds=max(pause_s, min(outcome.wait_s, LONGEST_QUICK_RETRY_S)))
    await queries.set_progress(
        tx.conn, webhook["id"], cursor=webhook["cursor"], attempts=attempt.number, retry_at=at
    )
    tx.enqueue(DELIVER, {"webhook_id": webhook["id"]}, at=at)


def _enqueue_slow(tx: Tx, attempt: Attempt, outcome: Outcome, now: datetime) -> None:
    pauses: Sequence[float] = SLOW_PAUSES_S[attempt.number - QUICK_ATTEMPTS :]
    if not pauses:
        log.warning("webhook_given_up", webhook_id=attempt.webhook_id, event_id=attempt.envelope.id)
        return
    pause_s = retry_delay_s(0, first_s=pauses[0], longest_s=pauses[0])
    payload = {
        "webhook_id": attempt.webhook_id,
        "sequence": attempt.envelope.sequence,
        "attempt": attempt.number + 1,
    }
    pause_s = max(pause_s, min(outcome.wait_s, SLOW_PAUSES_S[-1]))
    tx.enqueue(DELIVER_SLOWLY, payload, at=now + timedelta(seconds=pause_s))


async def _disable(tx: Tx, attempt: Attempt) -> None:
    await queries.disable(tx.conn, attempt.webhook_id)
    workspace_id = attempt.envelope.workspace_id
    webhook = await queries.get(tx.conn, workspace_id, attempt.webhook_id)
    data = msgspec.to_builtins(webhook)
    tx.emit(Event("webhook.disabled", workspace_id, "webhook", attempt.webhook_id, data))


def retry_after_s(header: str | None, now: datetime) -> float:
    """Seconds that a `Retry-After` header asks to wait; 0 when it says nothing useful."""
    if header is None:
        return 0.0
    try:
        seconds = float(header)
    except ValueError:
        try:
            moment = email.utils.parsedate_to_datetime(header).astimezone(UTC)
        except (ValueError, OverflowError):
            return 0.0
        seconds = (moment - now).total_seconds()
    return max(seconds, 0.0) if math.isfinite(seconds) else 0.0
