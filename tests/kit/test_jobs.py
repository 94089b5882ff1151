"""Jobs on a real PostgreSQL: nothing is lost, nothing is written by a rolled-back transaction."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pytest

from vinfer.kit import jobs, pg
from vinfer.kit.db import Database, connect_pool
from vinfer.kit.jobs import JobSpec, every, run_worker
from vinfer.kit.migrate import migrate


@dataclass
class Deps:
    """What the handlers of these tests need."""

    seen: list[Any] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)


@contextlib.asynccontextmanager
async def working(dsn: str, *specs: JobSpec, **options: Any) -> AsyncIterator[asyncio.Task[None]]:
    """A worker for the length of the block, then drained."""
    worker = asyncio.ensure_future(run_worker(dsn, specs, **options))
    try:
        yield worker
    finally:
        worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker


async def until(condition: Callable[[], Awaitable[bool]], *, timeout_s: float = 30) -> None:
    async with asyncio.timeout(timeout_s):
        while not await condition():  # noqa: ASYNC110  # what it waits for is in the database
            await asyncio.sleep(0.02)


async def queue(db: Database) -> list[tuple[str, str, int]]:
    async with db.read() as conn:
        rows = await conn.fetch(
            "select entrypoint, status::text, attempts from pgqueuer order by id"
        )
    return [tuple(row.values()) for row in rows]


async def enqueue(db: Database, name: str, *payloads: Any) -> None:
    async with db.begin() as tx:
        for payload in payloads:
            tx.enqueue(name, payload)


def emptied(db: Database) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        return not await queue(db)

    return check


async def remember(payload: dict[str, Any], deps: Deps) -> None:
    deps.seen.append(payload["n"])


async def test_a_rolled_back_transaction_leaves_no_job(db: Database) -> None:
    async def fail() -> None:
        async with db.begin() as tx:
            tx.enqueue("noop", {"n": 1})
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await queue(db) == []


async def test_every_job_of_a_transaction_runs_once(db: Database, dsn: str) -> None:
    deps = Deps()
    await enqueue(db, "remember", *({"n": n} for n in range(100)))
    async with working(dsn, JobSpec("remember", remember), deps=deps):
        await until(emptied(db))
    assert sorted(deps.seen) == list(range(100))


async def test_a_job_waits_for_its_time(db: Database, dsn: str) -> None:
    async with db.begin() as tx:
        now = await tx.conn.fetchval("select now()")
        tx.enqueue("remember", {"n": 2}, at=now.replace(year=now.year + 1))
        tx.enqueue("remember", {"n": 1})
    deps = Deps()
    async with working(dsn, JobSpec("remember", remember), deps=deps):
        await until(lambda: _equal(deps.seen, [1]))
        await asyncio.sleep(0.3)
    assert deps.seen == [1]
    assert await queue(db) == [("remember", "queued", 0)]


async def _equal(left: object, right: object) -> bool:
    return left == right


async def test_a_raising_handler_is_tried_again(
    db: Database, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_FIRST_RETRY_S", 0.01)

    async def fail_twice(payload: dict[str, Any], deps: Deps) -> None:
        deps.seen.append(payload["n"])
        if len(deps.seen) < 3:
            raise TimeoutError("not now")

    deps = Deps()
    await enqueue(db, "flaky", {"n": 7})
    async with working(dsn, JobSpec("flaky", fail_twice), deps=deps):
        await until(emptied(db))
    assert deps.seen == [7, 7, 7]


async def test_a_job_that_gives_up_stays_visible_and_can_be_retried(
    db: Database, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_FIRST_RETRY_S", 0.01)

    async def fail(payload: dict[str, Any], deps: Deps) -> None:
        raise ValueError("broken for good")

    await enqueue(db, "broken", {"n": 7})
    async with working(dsn, JobSpec("broken", fail, max_attempts=2), deps=Deps()):
        await until(lambda: _failed(db))
    async with db.read() as conn:
        (failed,) = await jobs.failed_jobs(conn)
        assert (failed.name, failed.payload) == ("broken", b'{"n":7}')
        assert "broken for good" in failed.error
        await jobs.retry_failed(conn, [failed.id])
    deps = Deps()
    async with working(dsn, JobSpec("broken", remember), deps=deps):
        await until(emptied(db))
    assert deps.seen == [7]


async def _failed(db: Database) -> bool:
    return [status for _, status, _ in await queue(db)] == ["failed"]


async def test_drain_waits_for_running_jobs(db: Database, dsn: str) -> None:
    async def slow(payload: dict[str, Any], deps: Deps) -> None:
        deps.gate.set()
        await asyncio.sleep(0.5)
        deps.seen.append(payload["n"])

    deps = Deps()
    await enqueue(db, "slow", {"n": 1})
    async with working(dsn, JobSpec("slow", slow), deps=deps):
        await deps.gate.wait()
    assert deps.seen == [1]
    assert await queue(db) == []


async def test_drain_puts_back_what_does_not_end_in_time(db: Database, dsn: str) -> None:
    async def endless(payload: dict[str, Any], deps: Deps) -> None:
        deps.gate.set()
        await asyncio.Event().wait()

    deps = Deps()
    await enqueue(db, "endless", {"n": 1})
    async with working(dsn, JobSpec("endless", endless), deps=deps, drain_timeout_s=0.2):
        await deps.gate.wait()
    assert await queue(db) == [("endless", "queued", 1)]
    async with working(dsn, JobSpec("endless", remember), deps=deps):
        await until(emptied(db))


async def test_concurrency_holds_over_all_workers(db: Database, dsn: str) -> None:
    now, peak = 0, 0

    async def count(payload: dict[str, Any], deps: Deps) -> None:
        nonlocal now, peak
        now += 1
        peak = max(peak, now)
        await asyncio.sleep(0.02)
        now -= 1

    spec = JobSpec("count", count, concurrency=2)
    await enqueue(db, "count", *({"n": n} for n in range(12)))
    async with working(dsn, spec, deps=Deps()), working(dsn, spec, deps=Deps()):
        await until(emptied(db))
    assert peak == 2


async def test_one_worker_ticks_and_another_takes_over(
    db: Database, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_LEAD_POLL_S", 0.05)

    async def tick(deps: Deps) -> None:
        deps.seen.append(1)

    first, second = Deps(), Deps()
    ticks = [every(0.02, "tick", tick)]
    async with working(dsn, deps=first, ticks=ticks):
        await until(lambda: _longer(first, 2))
        async with working(dsn, deps=second, ticks=ticks):
            await asyncio.sleep(0.3)
            assert second.seen == []
            first_before = len(first.seen)
            await until(lambda: _longer(first, first_before + 1))
            async with db.read() as conn:  # the leader loses its connection
                await conn.execute(
                    "select pg_terminate_backend(lock.pid) from pg_locks lock"
                    " join pg_database db on db.oid = lock.database"
                    " where lock.locktype = 'advisory' and db.datname = current_database()"
                )
            await until(lambda: _longer(second, 2))


async def _longer(deps: Deps, length: int) -> bool:
    return len(deps.seen) > length


CRASHING_WORKER = """
import asyncio, sys
from vinfer.kit.jobs import JobSpec, run_worker
async def hang(payload, deps):
    print("running", flush=True)
    await asyncio.Event().wait()
asyncio.run(run_worker(sys.argv[1], [JobSpec("takeover", hang)], deps=None))
"""


async def test_a_killed_workers_job_runs_elsewhere(db: Database, dsn: str) -> None:
    await enqueue(db, "takeover", {"n": 1})
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CRASHING_WORKER, dsn, stdout=subprocess.PIPE, env=_environment()
    )
    assert process.stdout is not None
    assert b"running" in await _line_with(process.stdout, b"running")
    process.kill()
    await process.wait()
    assert await queue(db) == [("takeover", "picked", 0)]
    deps = Deps()
    async with working(dsn, JobSpec("takeover", remember), deps=deps, heartbeat_timeout_s=1):
        await until(emptied(db))
    assert deps.seen == [1]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(jobs.__file__).parents[2])}


async def _line_with(stream: asyncio.StreamReader, word: bytes) -> bytes:
    async with asyncio.timeout(30):
        async for line in stream:
            if word in line:
                return line
    return b""


async def test_a_worker_outlives_a_restart_of_the_database(
    data_dir: Path, migrations: Traversable
) -> None:
    server = await pg.start(data_dir)
    await migrate(server.dsn, migrations)
    pool = await connect_pool(server.dsn)
    db = Database(pool, subscribers={}, write_jobs=jobs.write_jobs)
    deps = Deps()
    async with working(server.dsn, JobSpec("remember", remember), deps=deps) as worker:
        await enqueue(db, "remember", {"n": 1})
        await until(emptied(db))
        os.kill(server.pid, signal.SIGKILL)
        assert await server.wait() == -signal.SIGKILL
        await server.stop()
        server = await pg.start(data_dir)
        await enqueue(db, "remember", {"n": 2})
        await until(lambda: _equal(deps.seen, [1, 2]))
        assert not worker.done()
    await pool.close()
    await server.stop()
