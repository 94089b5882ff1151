"""One attempt: what is sent, how it is signed, how it ended. No transaction is open here."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

import msgspec
import structlog

from vinfer.domains.webhooks import pacing, signing
from vinfer.domains.webhooks.queries.chains import Held
from vinfer.domains.webhooks.schemas import Envelope
from vinfer.kit.clock import Clock
from vinfer.kit.db import Database, Row
from vinfer.kit.seal import Seal, SealError
from vinfer.ports.outbound import Answer, Outbound, Unreachable

TIMEOUT_S: Final = 10.0
GONE: Final = 410
_KEPT_SECRETS: Final = 10_000

log = structlog.get_logger()


class Deps(Protocol):
    """What delivering needs of the worker."""

    @property
    def db(self) -> Database:
        """The database."""
        ...

    @property
    def seal(self) -> Seal:
        """Opens the webhooks' secrets, seals what receivers say."""
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
class Target:
    """Where an attempt goes, and the sealed secrets that sign it, newest first."""

    webhook_id: str
    url: str
    sealed: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at one event. `held` is the chain it belongs to; None for a test."""

    id: str
    target: Target
    number: int
    envelope: Envelope
    held: Held | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended. `wait_s` is what the receiver asked for."""

    started_at: datetime
    delivered: bool
    latency_ms: int
    status_code: int | None = None
    error: str | None = None
    wait_s: float = 0.0
    response_sealed: bytes | None = None


@dataclass(slots=True)
class Secrets:
    """Opens webhooks' secrets, and remembers what it opened."""

    seal: Seal
    opened: dict[tuple[str, bytes], str] = field(default_factory=dict[tuple[str, bytes], str])

    def of(self, target: Target) -> list[str]:
        """A target's secrets, newest first. Raises `SealError`."""
        return [self._open(target.webhook_id, sealed) for sealed in target.sealed]

    def _open(self, webhook_id: str, sealed: bytes) -> str:
        key = webhook_id, sealed
        if key not in self.opened:
            if len(self.opened) >= _KEPT_SECRETS:
                self.opened.clear()
            secret = self.seal.open(sealed, context=seal_context(webhook_id))
            self.opened[key] = secret.decode()
        return self.opened[key]


def seal_context(webhook_id: str) -> str:
    """What a webhook's sealed secrets are bound to."""
    return f"webhook:{webhook_id}"


def response_context(delivery_id: str) -> str:
    """What the sealed answer to an attempt is bound to."""
    return f"delivery:{delivery_id}"


def target_of(webhook: Row, now: datetime) -> Target:
    """Where a webhook's row says to deliver; both secrets while they are being rotated."""
    sealed: list[bytes] = [webhook["secret_sealed"]]
    until: datetime | None = webhook["previous_until"]
    if until is not None and until > now:
        sealed.append(webhook["previous_sealed"])
    return Target(webhook["id"], webhook["url"], tuple(sealed))


def body_of(envelope: Envelope) -> bytes:
    """The bytes that are sent and signed, the same at every attempt."""
    return msgspec.json.encode(envelope)


async def send(attempt: Attempt, deps: Deps, secrets: Secrets) -> Outcome:
    """Make one attempt. Never raises: an attempt without an outcome would be made for ever."""
    started_at, begun = deps.clock.now(), deps.clock.monotonic()

    def ended(error: str | None, answer: Answer | None = None) -> Outcome:
        return Outcome(
            started_at,
            delivered=error is None,
            latency_ms=round((deps.clock.monotonic() - begun) * 1000),
            status_code=answer.status if answer else None,
            error=error,
            wait_s=pacing.retry_after_s(answer.retry_after, started_at) if answer else 0.0,
            response_sealed=_sealed(answer.excerpt, attempt, deps.seal) if answer else None,
        )

    try:
        answer = await _post(attempt, deps, secrets, started_at)
        return ended(None if 200 <= answer.status < 300 else f"HTTP {answer.status}", answer)
    except Unreachable as error:
        return ended(str(error)[:500].replace("\0", ""))
    except SealError:
        log.error("webhook_secret_unreadable", webhook_id=attempt.target.webhook_id)
        return ended("internal error")
    except Exception:
        log.exception("webhook_attempt_broke", webhook_id=attempt.target.webhook_id)
        return ended("internal error")


async def _post(attempt: Attempt, deps: Deps, secrets: Secrets, now: datetime) -> Answer:
    body = body_of(attempt.envelope)
    headers = signing.signature_headers(
        secrets.of(attempt.target), body=body, event_id=attempt.envelope.id, now=now
    )
    return await deps.outbound.post(
        attempt.target.url, body=body, headers=headers, timeout_s=TIMEOUT_S
    )


def _sealed(excerpt: str, attempt: Attempt, seal: Seal) -> bytes | None:
    if not excerpt:
        return None
    return seal.seal(excerpt.encode(), context=response_context(attempt.id))
