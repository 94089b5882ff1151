"""Repeated POSTs: the answer is stored in the transaction of its effect, and given again."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import asyncpg
import msgspec

from vinfer.kit.db import Database, Row, Tx
from vinfer.kit.errors import IdempotencyInProgress, IdempotencyKeyReused, InvalidParameter
from vinfer.kit.seal import Seal

PATIENCE_S: Final = 10.0
_PART: Final = 1_000
_LEAST_WAIT_MS: Final = 10  # nought would mean for ever


@dataclass(frozen=True, slots=True)
class Claim:
    """One key on one method, path and query of a workspace, and the digest of the body."""

    workspace_id: str
    scope: bytes
    key: str
    request: bytes

    @property
    def name(self) -> str:
        """The claim as a lock's name and a seal's context."""
        return f"idempotency:{self.workspace_id}:{self.scope.hex()}:{self.key}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An answer as it was sent."""

    status: int
    body: bytes


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


def parse_key(values: list[bytes]) -> str | None:
    """The header's key, 1 to 255 printable ASCII characters; raises `InvalidParameter`."""
    if not values:
        return None
    key = values[0].decode("latin-1")
    if len(values) > 1 or not 1 <= len(key) <= 255 or not (key.isascii() and key.isprintable()):
        raise InvalidParameter(
            "Idempotency-Key", provided=key[:255], expected="1 to 255 printable characters, once"
        )
    return key


def scope_of(method: str, path: str, query: bytes) -> bytes:
    """The digest under which keys of one route are kept; empty segments lead to the same route."""
    plain = "/".join(filter(None, path.split("/")))
    return hashlib.sha256(b"\0".join((method.encode(), b"/" + plain.encode(), query))).digest()


class Ledger:
    """Stored answers. Identical requests take turns, in this process and between processes.

    The turn is an advisory lock of the effect's own transaction: it ends with its process, and a
    waiter then finds either the committed answer or nothing.
    """

    def __init__(self, seal: Seal, *, patience_s: float = PATIENCE_S) -> None:
        self._seal = seal
        self._patience_s = patience_s
        self._turns: dict[str, _Turn] = {}

    @asynccontextmanager
    async def turn(self, claim: Claim) -> AsyncGenerator[float]:
        """Wait in this process, so that a waiter holds no connection.

        Yields until when, in the loop's time, `recall` may go on waiting for other processes.
        Raises `IdempotencyInProgress`.
        """
        until = asyncio.get_running_loop().time() + self._patience_s
        turn = self._turns.setdefault(claim.name, _Turn())
        turn.waiting += 1
        try:
            try:
                async with asyncio.timeout_at(until):
                    await turn.lock.acquire()
            except TimeoutError as error:
                raise IdempotencyInProgress(claim.key) from error
            try:
                yield until
            finally:
                turn.lock.release()
        finally:
            turn.waiting -= 1
            if turn.waiting == 0:
                del self._turns[claim.name]

    async def recall(self, tx: Tx, claim: Claim, *, until: float) -> Snapshot | None:
        """Take the turn until this transaction ends, and return the stored answer if there is one.

        `until` is that of `turn`. Raises `IdempotencyInProgress` and `IdempotencyKeyReused`.
        """
        left_s = until - asyncio.get_running_loop().time()
        left_ms = max(_LEAST_WAIT_MS, int(left_s * 1000))
        await tx.conn.execute(f"set local lock_timeout = {left_ms}")
        try:
            await tx.conn.fetchval(
                "select pg_advisory_xact_lock(hashtextextended($1, 0))", claim.name
            )
        except asyncpg.LockNotAvailableError as error:
            raise IdempotencyInProgress(claim.key) from error
        await tx.conn.execute("set local lock_timeout to default")
        row = await tx.conn.fetchrow(
            "select request, status, body_sealed from idempotency"
            " where workspace_id = $1 and scope = $2 and key = $3"
            " and created_at > now() - interval '24 hours'",
            claim.workspace_id,
            claim.scope,
            claim.key,
        )
        if row is None:
            return None
        if row["request"] != claim.request:
            raise IdempotencyKeyReused(claim.key)
        return Snapshot(row["status"], self._seal.open(row["body_sealed"], context=claim.name))

    async def remember(self, tx: Tx, claim: Claim, snapshot: Snapshot) -> None:
        """Store an answer in the transaction that made it true."""
        await tx.conn.execute(
            "insert into idempotency"
            " (workspace_id, scope, key, request, status, body_sealed, subject)"
            " values ($1, $2, $3, $4, $5, $6, $7)"
            " on conflict (workspace_id, scope, key) do update set request = excluded.request,"
            " status = excluded.status, body_sealed = excluded.body_sealed,"
            " subject = excluded.subject, created_at = now()",
            claim.workspace_id,
            claim.scope,
            claim.key,
            claim.request,
            snapshot.status,
            self._seal.seal(snapshot.body, context=claim.name),
            _subject(snapshot.body),
        )


class _About(msgspec.Struct):
    id: str | None = None


def _subject(body: bytes) -> str | None:
    """The id of the resource that an answer tells of."""
    try:
        return msgspec.json.decode(body, type=_About).id
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


async def amend(
    tx: Tx, workspace_id: str, seal: Seal, patches: Mapping[str, Mapping[str, Any]]
) -> None:
    """Put these values into the stored answers about resources, by the resource's id.

    The answers stay, so that a request repeated late is not carried out anew.
    """
    for row in await tx.conn.fetch(
        "select scope, key, request, body_sealed, subject from idempotency"
        " where workspace_id = $1 and subject = any ($2::text[]) for update",
        workspace_id,
        list(patches),
    ):
        name = Claim(workspace_id, row["scope"], row["key"], row["request"]).name
        told: dict[str, Any] = msgspec.json.decode(seal.open(row["body_sealed"], context=name))
        body = msgspec.json.encode(told | dict(patches[row["subject"]]))
        await tx.conn.execute(
            "update idempotency set body_sealed = $4"
            " where workspace_id = $1 and scope = $2 and key = $3",
            workspace_id,
            row["scope"],
            row["key"],
            seal.seal(body, context=name),
        )


async def forget(
    tx: Tx, workspace_id: str, seal: Seal, *, words: str, since: timedelta | None = None
) -> None:
    """Delete the stored answers about no single resource in which these words stand.

    Opens each of them, some 20 µs; those of requests that began within `since` alone, if given.
    """
    scope, key = b"", ""
    while True:
        rows = await tx.conn.fetch(
            "select scope, key, request, body_sealed from idempotency where workspace_id = $1"
            " and subject is null and (scope, key) > ($2, $3)"
            " and ($4::interval is null or created_at > now() - $4)"
            " order by scope, key limit $5",
            workspace_id,
            scope,
            key,
            since,
            _PART,
        )
        if not rows:
            return
        found = await asyncio.to_thread(_with_words, workspace_id, rows, seal, words.encode())
        await tx.conn.executemany(
            "delete from idempotency where workspace_id = $1 and scope = $2 and key = $3",
            [(workspace_id, row["scope"], row["key"]) for row in found],
        )
        scope, key = rows[-1]["scope"], rows[-1]["key"]


def _with_words(workspace_id: str, rows: Sequence[Row], seal: Seal, words: bytes) -> Sequence[Row]:
    return [
        row
        for row in rows
        if words
        in seal.open(
            row["body_sealed"],
            context=Claim(workspace_id, row["scope"], row["key"], row["request"]).name,
        )
    ]


async def erase_expired(db: Database) -> None:
    """Delete answers older than 24 hours."""
    async with db.begin() as tx:
        await tx.conn.execute(
            "delete from idempotency where created_at < now() - interval '24 hours'"
        )
