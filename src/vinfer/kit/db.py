"""PostgreSQL: one pool, one transaction per request or job, events and jobs written inside it."""

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Awaitable,
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, cast

import asyncpg
import msgspec

from vinfer.kit.events import Event
from vinfer.kit.ids import new_id

Row = Mapping[str, Any]


class Connection(Protocol):
    """The part of an asyncpg connection that queries use (asyncpg ships no types)."""

    async def execute(self, query: str, *args: Any) -> str:
        """Run a statement; returns its tag, e.g. `UPDATE 1`."""
        ...

    async def fetch(self, query: str, *args: Any) -> list[Row]:
        """All rows."""
        ...

    async def fetchrow(self, query: str, *args: Any) -> Row | None:
        """The first row, or None."""
        ...

    async def fetchval(self, query: str, *args: Any) -> Any:
        """The first column of the first row, or None."""
        ...

    async def executemany(self, command: str, args: Iterable[Sequence[Any]]) -> None:
        """Run a statement once per argument list."""
        ...

    async def copy_records_to_table(
        self,
        table_name: str,
        *,
        records: Iterable[Sequence[Any]] | AsyncIterable[Sequence[Any]],
        columns: Sequence[str],
    ) -> str:
        """Bulk load with COPY; the server takes in what has come while more is made."""
        ...

    async def copy_to_table(
        self,
        table_name: str,
        *,
        source: AsyncIterable[bytes],
        columns: Sequence[str],
        format: str,
    ) -> str:
        """The same of rows that are encoded already (`kit.copying`)."""
        ...

    def transaction(self) -> AbstractAsyncContextManager[Any]:
        """A transaction, or a savepoint inside one."""
        ...


class Pool(Protocol):
    """The part of an asyncpg pool that the kit uses."""

    def acquire(self) -> AbstractAsyncContextManager[Connection]:
        """Borrow a connection."""
        ...

    async def close(self) -> None:
        """Give every connection back and close."""
        ...


# errors after which the same work may be tried again on a new connection
CONNECTION_LOST = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    TimeoutError,
)

# besides those, what a server says while it is full, overloaded, ending or in a deadlock
TRANSIENT = (
    *CONNECTION_LOST,
    asyncpg.InternalClientError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.TransactionRollbackError,
    asyncpg.InvalidTransactionStateError,
    asyncpg.PostgresSystemError,
    asyncpg.LockNotAvailableError,
    asyncpg.InvalidCachedStatementError,
)


@dataclass(slots=True)
class Tx:
    """A running transaction: the connection, and what must be true together with its data."""

    conn: Connection
    events: list[Event] = field(default_factory=list[Event])
    jobs: list["Job"] = field(default_factory=list["Job"])

    def emit(self, event: Event) -> None:
        """Write `event` in this transaction. Rows are written last, just before the commit."""
        self.events.append(event)

    def enqueue(self, name: str, payload: Any = None, *, at: datetime | None = None) -> None:
        """Write a job row in this transaction, to run `at` that time or soon."""
        self.jobs.append(Job(name, msgspec.json.encode(payload), at))


@dataclass(frozen=True, slots=True)
class Job:
    """A job row to be written: entrypoint, JSON payload, and when."""

    name: str
    payload: bytes
    at: datetime | None = None


class Database:
    """The pool and the only place that commits."""

    def __init__(
        self,
        pool: Pool,
        *,
        subscribers: Mapping[str, Sequence[str]],
        write_jobs: Callable[[Connection, Sequence[Job]], Awaitable[None]],
    ) -> None:
        """`subscribers` maps an event name or `*` to the jobs that react to it."""
        self._pool = pool
        self._subscribers = subscribers
        self._write_jobs = write_jobs

    @property
    def pool(self) -> Pool:
        """The pool, for long-lived listeners; statements go through `begin` or `read`."""
        return self._pool

    @asynccontextmanager
    async def begin(self) -> AsyncGenerator[Tx]:
        """Open a transaction; commit on a normal end, roll back on any exception."""
        async with self._pool.acquire() as conn, conn.transaction():
            tx = Tx(conn)
            yield tx
            await self._flush(tx)

    @asynccontextmanager
    async def look(self) -> AsyncGenerator[Tx]:
        """A `Tx` for what only reads: each statement is its own transaction, and none is spent."""
        async with self._pool.acquire() as conn:
            tx = Tx(conn)
            yield tx
        if tx.events or tx.jobs:
            raise RuntimeError("events and jobs need a transaction")

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[Connection]:
        """A connection outside any explicit transaction, for single reads."""
        async with self._pool.acquire() as conn:
            yield conn

    async def _flush(self, tx: Tx) -> None:
        jobs = list(tx.jobs)
        for event in tx.events:
            jobs += await self._write_event(tx.conn, event)
        if jobs:
            await self._write_jobs(tx.conn, jobs)

    async def _write_event(self, conn: Connection, event: Event) -> list[Job]:
        # The row lock lasts until the commit: sequences are gapless and in commit order.
        sequence: int = await conn.fetchval(
            "update workspaces set last_sequence = last_sequence + 1 where id = $1"
            " returning last_sequence",
            event.workspace_id,
        )
        event_id = new_id("evt")
        await conn.execute(
            "insert into events"
            " (workspace_id, sequence, id, name, resource_type, resource_id, data)"
            " values ($1, $2, $3, $4, $5, $6, $7)",
            event.workspace_id,
            sequence,
            event_id,
            event.name,
            event.resource_type,
            event.resource_id,
            event.data,
        )
        payload = msgspec.json.encode({"workspace_id": event.workspace_id, "sequence": sequence})
        names = (*self._subscribers.get(event.name, ()), *self._subscribers.get("*", ()))
        return [Job(name, payload) for name in names]


async def connect_pool(
    dsn: str, *, min_size: int = 1, max_size: int = 8, patience_s: float = 30.0
) -> Pool:
    """Open a pool, waiting up to `patience_s` for a server that is still starting."""
    deadline = asyncio.get_running_loop().time() + patience_s
    create = cast("Callable[..., Awaitable[Pool]]", asyncpg.create_pool)  # pyright: ignore[reportUnknownMemberType]  # untyped
    while True:
        try:
            return await create(
                dsn,
                min_size=min_size,
                max_size=max_size,
                init=prepare_connection,
                reset=_reset,
                command_timeout=60,
            )
        except CONNECTION_LOST:
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.2)


async def _reset(conn: Any) -> None:
    """Spare a round trip: borrowers of this pool leave no session state, only `set local`."""
    if conn.is_in_transaction():
        await conn.reset()


async def prepare_connection(conn: Any) -> None:
    """Teach a connection jsonb as Python values, in the binary form that COPY needs."""
    await conn.set_type_codec(
        "jsonb", schema="pg_catalog", format="binary", encoder=_encode_jsonb, decoder=_decode_jsonb
    )


def _encode_jsonb(value: Any) -> bytes:
    return b"\x01" + msgspec.json.encode(value)


def _decode_jsonb(data: bytes) -> Any:
    return msgspec.json.decode(data[1:])
