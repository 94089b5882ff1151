"""Durable background work on PgQueuer, behind a face of our own.

A job row is written in the transaction that causes it and runs at least once. A worker that dies
loses its jobs to the others once its heartbeats stop. A handler that raises is tried again, later
and later; a job that has used up its attempts stays in the table as `failed`, for people to see.
"""

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, cast

import asyncpg
import msgspec
import structlog
from pgqueuer.core.executors import AbstractEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Context
from pgqueuer.domain.models import Job as QueuedJob
from pgqueuer.qm import QueueManager
from pgqueuer.queries import Queries

from vinfer.kit.db import Connection, Job

_log = structlog.get_logger()

_BATCH: Final = 10
_POLL_S: Final = 2.0  # besides NOTIFY, which later attempts and a dead worker's jobs do not send
_FIRST_RETRY_S: Final = 2.0
_LONGEST_RETRY_S: Final = 600.0
_RECONNECT_S: Final = 1.0
_LEAD_POLL_S: Final = 5.0
_BEATS_PER_UPKEEP: Final = 12
_KEEP_LOG_DAYS: Final = 14
_LEADER_LOCK: Final = 0x7469636B73  # "ticks"


@dataclass(frozen=True, slots=True)
class JobSpec:
    """A kind of job.

    `handler` gets the decoded payload and the worker's `deps`; its docstring says why a second run
    is harmless. `concurrency` holds over the whole deployment; 0 means no limit.
    """

    name: str
    handler: Callable[[Any, Any], Awaitable[None]]
    payload: type[Any] = dict
    concurrency: int = 0
    max_attempts: int = 10


@dataclass(frozen=True, slots=True)
class Tick:
    """Work done every `every_s` seconds by one worker of the deployment.

    While the database changes hands two workers may tick at once, so a second run must be harmless.
    """

    name: str
    every_s: float
    handler: Callable[[Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that has used up its attempts."""

    id: int
    name: str
    payload: bytes
    error: str


def every(seconds: float, name: str, handler: Callable[[Any], Awaitable[None]]) -> Tick:
    """A tick: `handler(deps)` about every `seconds`, on one worker at a time."""
    return Tick(name, seconds, handler)


async def write_jobs(conn: Connection, jobs: Sequence[Job]) -> None:
    """Insert job rows on `conn`, inside whatever transaction it is in."""
    await conn.execute(
        "insert into pgqueuer (priority, entrypoint, payload, execute_after, status)"
        " select 0, name, payload, coalesce(at, now()), 'queued'"
        " from unnest($1::text[], $2::bytea[], $3::timestamptz[]) as job (name, payload, at)",
        [job.name for job in jobs],
        [job.payload for job in jobs],
        [job.at for job in jobs],
    )


async def failed_jobs(conn: Connection, *, limit: int = 100) -> list[FailedJob]:
    """The jobs that gave up, newest first."""
    rows = await conn.fetch(
        "select job.id, job.entrypoint, job.payload, (select log.traceback->>'exception_message'"
        "  from pgqueuer_log log where log.job_id = job.id and log.traceback is not null"
        "  order by log.created desc limit 1) as error"
        " from pgqueuer job where job.status = 'failed' order by job.id desc limit $1",
        limit,
    )
    return [
        FailedJob(row["id"], row["entrypoint"], row["payload"], row["error"] or "") for row in rows
    ]


async def retry_failed(conn: Connection, ids: Sequence[int]) -> None:
    """Give failed jobs a fresh set of attempts."""
    await conn.execute(
        "update pgqueuer set status = 'queued', attempts = 0, execute_after = now()"
        " where id = any($1::bigint[]) and status = 'failed'",
        list(ids),
    )


async def run_worker(
    dsn: str,
    jobs: Sequence[JobSpec],
    *,
    deps: Any,
    ticks: Sequence[Tick] = (),
    concurrency: int = 50,
    heartbeat_timeout_s: float = 30.0,
    drain_timeout_s: float = 30.0,
) -> None:
    """Run jobs and ticks until cancelled; outlives any loss of the database.

    On cancellation it takes no new job, gives those running `drain_timeout_s` to end, and puts the
    rest back into the queue. `concurrency` is this worker's own limit, at least 20.
    """
    worker = _Worker(dsn, jobs, deps, concurrency, heartbeat_timeout_s, drain_timeout_s)
    async with asyncio.TaskGroup() as group:
        group.create_task(worker.run())
        group.create_task(_lead(dsn, jobs, ticks, deps))


@dataclass(slots=True)
class _Worker:
    """The queue side: sessions of PgQueuer, one after the other."""

    dsn: str
    jobs: Sequence[JobSpec]
    deps: Any
    concurrency: int
    heartbeat_timeout_s: float
    drain_timeout_s: float
    running: set[asyncio.Timeout] = field(default_factory=set[asyncio.Timeout])

    async def run(self) -> None:
        while True:
            try:
                await self._session()
            except Exception as error:  # whatever it is, the work must go on
                _log.warning("jobs_interrupted", error=repr(error))
            await asyncio.sleep(_RECONNECT_S)

    async def _session(self) -> None:
        """One life of PgQueuer, with a pool of its own: it loses its listener's connection."""
        pool = await _pool(self.dsn)
        try:
            manager = QueueManager(Queries.from_asyncpg_pool(pool))
            for spec in self.jobs:
                manager.register_executor(spec.name, self._executor(spec))
            await self._run_until_cancelled(manager)
        finally:
            pool.terminate()

    def _executor(self, spec: JobSpec) -> "_Executor":
        parameters = EntrypointExecutorParameters(
            concurrency_limit=spec.concurrency, func=_unused, on_failure="hold"
        )
        return _Executor(parameters, spec=spec, deps=self.deps, running=self.running)

    async def _run_until_cancelled(self, manager: QueueManager) -> None:
        async with asyncio.TaskGroup() as group:
            running = group.create_task(self._manage(manager))
            try:
                await asyncio.wait({running})
            except asyncio.CancelledError:
                manager.shutdown.set()
                cut = asyncio.get_running_loop().call_later(self.drain_timeout_s, self._cut)
                await asyncio.wait({running})
                cut.cancel()
                raise

    async def _manage(self, manager: QueueManager) -> None:
        heartbeat = timedelta(seconds=self.heartbeat_timeout_s)
        try:
            await manager.run(
                dequeue_timeout=min(timedelta(seconds=_POLL_S), heartbeat),
                batch_size=_BATCH,
                max_concurrent_tasks=self.concurrency,
                shutdown_on_listener_failure=True,
                heartbeat_timeout=heartbeat,
            )
        except Exception as error:  # a lost connection, mostly: the next session begins anew
            _log.warning("jobs_session_lost", error=repr(error))

    def _cut(self) -> None:
        now = asyncio.get_running_loop().time()
        for scope in self.running:
            scope.reschedule(now)


async def _unused(job: QueuedJob) -> None:
    raise NotImplementedError


@dataclass
class _Executor(AbstractEntrypointExecutor):
    """Runs one kind of job; every exception becomes a later attempt, until there are no more."""

    spec: JobSpec
    deps: Any
    running: set[asyncio.Timeout]

    async def execute(self, job: QueuedJob, context: Context) -> None:
        with structlog.contextvars.bound_contextvars(job_id=job.id, job=job.entrypoint):
            scope = asyncio.timeout(None)
            self.running.add(scope)
            try:
                async with scope:
                    await self._handle(job)
            except (TimeoutError, asyncio.CancelledError) as error:
                if isinstance(error, TimeoutError) and not scope.expired():
                    raise self._next_attempt(job, error) from error
                # PgQueuer would delete a cancelled job; it has to run again elsewhere
                raise RetryRequested(reason="the worker stopped") from error
            except Exception as error:
                raise self._next_attempt(job, error) from error
            finally:
                self.running.discard(scope)

    async def _handle(self, job: QueuedJob) -> None:
        payload = msgspec.json.decode(job.payload or b"null", type=self.spec.payload)
        await self.spec.handler(payload, self.deps)

    def _next_attempt(self, job: QueuedJob, error: Exception) -> Exception:
        if job.attempts + 1 >= self.spec.max_attempts:
            _log.error("job_failed", attempts=job.attempts + 1, exc_info=error)
            return error
        delay_s = retry_delay_s(job.attempts, first_s=_FIRST_RETRY_S, longest_s=_LONGEST_RETRY_S)
        _log.warning("job_retried", attempts=job.attempts + 1, delay_s=delay_s, exc_info=error)
        return RetryRequested(delay=timedelta(seconds=delay_s), reason=repr(error)[:500])


def retry_delay_s(failures: int, *, first_s: float, longest_s: float) -> float:
    """Doubling pauses with a jitter of ±20 %: what failed together is not tried together."""
    pause_s = min(first_s * 2 ** min(failures, 30), longest_s)
    return pause_s * random.uniform(0.8, 1.2)  # noqa: S311  # spreads load, guards nothing


async def _pool(dsn: str) -> Any:
    create = cast("Callable[..., Awaitable[Any]]", asyncpg.create_pool)  # pyright: ignore[reportUnknownMemberType]  # untyped
    return await create(dsn, min_size=2, max_size=6, command_timeout=60)


async def _lead(dsn: str, jobs: Sequence[JobSpec], ticks: Sequence[Tick], deps: Any) -> None:
    """Wait to be the one worker that ticks; be it until the connection that proves it is lost."""
    connect = cast("Callable[..., Awaitable[Any]]", asyncpg.connect)  # pyright: ignore[reportUnknownMemberType]  # untyped
    while True:
        try:
            conn = await connect(dsn, command_timeout=10)
            try:
                await _lead_on(conn, jobs, ticks, deps)
            finally:
                conn.terminate()
        except Exception as error:  # the database is away: the lock is gone with the connection
            _log.warning("ticks_interrupted", error=repr(error))
        await asyncio.sleep(_RECONNECT_S)


async def _lead_on(
    conn: Connection, jobs: Sequence[JobSpec], ticks: Sequence[Tick], deps: Any
) -> None:
    while not await conn.fetchval(  # noqa: ASYNC110  # the holder is another process
        "select pg_try_advisory_lock($1)", _LEADER_LOCK
    ):
        await asyncio.sleep(_LEAD_POLL_S)
    async with asyncio.TaskGroup() as group:
        for tick in ticks:
            group.create_task(_keep_ticking(tick, deps))
        for beat in itertools.count():
            if beat % _BEATS_PER_UPKEEP == 0:
                await _tidy(conn, jobs)
            await conn.fetchval("select 1")  # fails when the lock may be lost
            await asyncio.sleep(_LEAD_POLL_S)


async def _tidy(conn: Connection, jobs: Sequence[JobSpec]) -> None:
    """Revive jobs whose next attempt could not be written; prune the log."""
    await conn.execute(
        "update pgqueuer job set status = 'queued', execute_after = now(), attempts = attempts + 1"
        " from unnest($1::text[], $2::int[]) as spec (name, max_attempts)"
        " where job.status = 'failed' and job.entrypoint = spec.name"
        " and job.attempts + 1 < spec.max_attempts",
        [spec.name for spec in jobs],
        [spec.max_attempts for spec in jobs],
    )
    await conn.execute(
        "delete from pgqueuer_log where created < now() - make_interval(days => $1)", _KEEP_LOG_DAYS
    )


async def _keep_ticking(tick: Tick, deps: Any) -> None:
    while True:
        try:
            await tick.handler(deps)
        except Exception as error:  # the next tick tries again
            _log.error("tick_failed", tick=tick.name, exc_info=error)
        await asyncio.sleep(tick.every_s)
