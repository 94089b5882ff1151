"""Delivering webhooks: how many a worker sends, what one costs, and how long a healthy one waits.

Run: python tests/benchmarks/bench_webhooks.py [events] [seconds]
The cost is the CPU of the worker's process against a bare aiohttp POST of the same bodies with the
same signatures' headers, in the same run. The wait is from the moment before an event's transaction
to the first arrival at a healthy endpoint, at 200 events a second, while four other endpoints of
the workspace hang, reset, answer 500 and answer 429. Receivers, worker and database are processes
of their own; the database writes to its disk as in production.
"""

import asyncio
import contextlib
import multiprocessing
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import quantiles
from typing import Any

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS)]

import aiohttp
import msgspec
import structlog
from aiohttp import web

from places import make_data_dir
from vinfer.adapters.http_out.guarded import GuardedHttp, guarded_http
from vinfer.app import settings
from vinfer.domains.identity import service as identity
from vinfer.domains.webhooks import service
from vinfer.domains.webhooks.engine import Engine
from vinfer.domains.webhooks.schemas import WebhookCreate
from vinfer.kit import pg
from vinfer.kit.access import Actor
from vinfer.kit.addresses import allow
from vinfer.kit.clock import Clock, SystemClock
from vinfer.kit.db import Database, connect_pool
from vinfer.kit.events import Event
from vinfer.kit.jobs import write_jobs
from vinfer.kit.migrate import migrate
from vinfer.kit.seal import Seal, open_seal

EVENTS_PER_SECOND = 200
RESOURCES = 500
AT_ONCE = settings.load({}).webhook_concurrency  # attempts at one endpoint
EVENTS_PER_TRANSACTION = 5
ENDPOINTS = 8
PATHS = ("ok", "hang", "reset", "500", "429")
SPAWN = multiprocessing.get_context("spawn")
CALL = {
    "id": "cal_01HNJ7Z9K2QV4T8M3X6B1C5D01",
    "campaign_id": "cmp_01HNJ7Z9K2QV4T8M3X6B1C5D01",
    "contact": {"phone": "+919876543210", "name": "Ravi"},
    "status": "completed",
    "disposition": "interested",
    "duration_seconds": 61,
    "language": "en-IN",
    "started_at": "2026-03-02T09:30:00Z",
    "ended_at": "2026-03-02T09:31:07Z",
    "metadata": {"agent": "a" * 200},
}


@dataclass(frozen=True, slots=True)
class Deps:
    """What an engine needs."""

    db: Database
    seal: Seal
    outbound: GuardedHttp
    clock: Clock


@contextmanager
def child(target: Any, *arguments: Any) -> Iterator[Connection]:
    """A process that talks over a pipe, and is gone at the end."""
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=target, args=(theirs, *arguments), daemon=True)
    process.start()
    try:
        yield ours
    finally:
        process.kill()
        process.join()


async def told(pipe: Connection) -> Any:
    return await asyncio.to_thread(pipe.recv)


def receivers(pipe: Connection) -> None:
    """Endpoints of every kind; `/report` gives arrivals at `/ok` and their waits in seconds."""
    asyncio.run(_receive(pipe))


async def _receive(pipe: Connection) -> None:
    waits: dict[tuple[str, str], float] = {}

    async def take(request: web.Request) -> web.StreamResponse:
        kind = request.match_info["kind"]
        if kind == "hang":
            await asyncio.sleep(3600)
        if kind == "reset":
            assert request.transport is not None
            request.transport.abort()
        if kind == "429":
            return web.Response(status=429, headers={"Retry-After": "5"})
        if kind == "500":
            return web.Response(status=500, text="no")
        event = msgspec.json.decode(await request.read())
        arrival = request.query_string, event["id"]
        waits.setdefault(arrival, time.monotonic() - event["data"]["told_at"])
        return web.Response(status=204)

    async def report(_request: web.Request) -> web.Response:
        return web.json_response(list(waits.values()))

    async def forget(_request: web.Request) -> web.Response:
        waits.clear()
        return web.Response()

    async def count(_request: web.Request) -> web.Response:
        return web.json_response(len(waits))

    app = web.Application()
    app.router.add_post("/hook/{kind}", take)
    app.router.add_get("/report", report)
    app.router.add_get("/count", count)
    app.router.add_get("/forget", forget)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    pipe.send(f"http://127.0.0.1:{runner.addresses[0][1]}")
    await asyncio.Event().wait()


def worker(pipe: Connection, dsn: str, keys: Path) -> None:
    """An engine between two words of its parent; then its CPU seconds."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    asyncio.run(_work(pipe, dsn, keys))


async def _work(pipe: Connection, dsn: str, keys: Path) -> None:
    async with platform(dsn, keys) as (deps, _), asyncio.TaskGroup() as group:
        pipe.send("ready")
        await told(pipe)
        begun = time.process_time()
        engine = group.create_task(Engine(deps, per_endpoint=AT_ONCE).run())
        await told(pipe)
        pipe.send(time.process_time() - begun)
        engine.cancel()


def bare(pipe: Connection, url: str, bodies: list[bytes]) -> None:
    """POST every body, as many at once as the worker; then wall and CPU seconds."""
    asyncio.run(_post_all(pipe, url, bodies))


async def _post_all(pipe: Connection, url: str, bodies: list[bytes]) -> None:
    left = iter(bodies)
    headers = {"Content-Type": "application/json", "webhook-signature": "v1," + "A" * 44}

    async def lane(session: aiohttp.ClientSession) -> None:
        for body in left:
            async with session.post(url, data=body, headers=headers) as answer:
                await answer.read()

    async with aiohttp.ClientSession() as session:
        started, begun = time.monotonic(), time.process_time()
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE * ENDPOINTS):
                group.create_task(lane(session))
        pipe.send((time.monotonic() - started, time.process_time() - begun))


@asynccontextmanager
async def platform(dsn: str, keys: Path) -> AsyncIterator[tuple[Deps, Actor]]:
    """The parts of the product that webhooks need."""
    pool = await connect_pool(dsn)
    db = Database(pool, subscribers={}, write_jobs=write_jobs)
    workspace = await identity.ensure_default(db)
    actor = Actor(workspace.id, "key_1", "read_write")
    async with guarded_http(allow(["127.0.0.1"], plain_http=True)) as outbound:
        yield Deps(db, open_seal(keys), outbound, SystemClock()), actor
    await pool.close()


async def register(deps: Deps, actor: Actor, url: str) -> str:
    async with deps.db.begin() as tx:
        body = WebhookCreate(url=url, events=["*"])
        made = await service.create(tx, actor, body, seal=deps.seal, outbound=deps.outbound)
    return made.id


async def remove(deps: Deps, actor: Actor, id: str) -> None:
    async with deps.db.begin() as tx:
        await service.delete(tx, actor, id)


async def emit(db: Database, workspace_id: str, numbers: range) -> None:
    """Events in one transaction, each about one of so many calls."""
    async with db.begin() as tx:
        for number in numbers:
            call_id = f"cal_{number % RESOURCES}"
            data = {**CALL, "id": call_id, "told_at": time.monotonic()}
            tx.emit(Event("call.completed", workspace_id, "call", call_id, data))


async def until_arrived(url: str, events: int) -> float:
    """Seconds until so many have arrived."""
    started = time.monotonic()
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{url}/count") as answer:
                if await answer.json() >= events:
                    return time.monotonic() - started
            await asyncio.sleep(0.05)


def cpu_of_children_s(pid: int) -> float:
    """CPU seconds of a process's living children: the database's backends."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rsplit(")", 1)[1].split()
            if int(fields[1]) == pid:
                total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


async def throughput(
    deps: Deps, actor: Actor, *, dsn: str, keys: Path, url: str, events: int
) -> None:
    """A full log for several endpoints, delivered at once; the same bodies bare."""
    targets = [f"{url}/hook/ok?{number}" for number in range(ENDPOINTS)]
    hooks = [await register(deps, actor, target) for target in targets]
    events_each = events // ENDPOINTS
    for first in range(0, events_each, 100):
        await emit(deps.db, actor.workspace_id, range(first, min(first + 100, events_each)))
    async with deps.db.read() as conn:
        server = parent_of(int(await conn.fetchval("select pg_backend_pid()")))
    total = events_each * ENDPOINTS
    with child(worker, dsn, keys) as pipe:
        await told(pipe)
        database_before_s = cpu_of_children_s(server)
        pipe.send("go")
        wall_s = await until_arrived(url, total)
        pipe.send("end")
        cpu_s = await told(pipe)
        database_s = cpu_of_children_s(server) - database_before_s
    for hook in hooks:
        await remove(deps, actor, hook)
    body = {"event": "call.completed", "data": {**CALL, "told_at": 0.0}}
    bodies = [msgspec.json.encode({"id": str(number), **body}) for number in range(total)]
    with child(bare, f"{url}/hook/ok", bodies) as pipe:
        bare_wall_s, bare_cpu_s = await told(pipe)
    print(f"{total} deliveries to {ENDPOINTS} endpoints, {AT_ONCE} at a time each:")
    print(f"  a worker   {total / wall_s:6.0f} /s, {cpu_s / total * 1000:.2f} ms of CPU each")
    print(f"  bare POSTs {total / bare_wall_s:6.0f} /s, {bare_cpu_s / total * 1000:.2f} ms")
    print(f"  ratio {cpu_s / bare_cpu_s:.2f}; the database {database_s / total * 1000:.2f} ms each")


def parent_of(pid: int) -> int:
    """The process that started `pid`."""
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


async def healthy_beside_sick(
    deps: Deps, actor: Actor, *, dsn: str, keys: Path, url: str, seconds: int
) -> None:
    hooks = [await register(deps, actor, f"{url}/hook/{path}") for path in PATHS]
    async with aiohttp.ClientSession() as session:
        await session.get(f"{url}/forget")
    with child(worker, dsn, keys) as pipe:
        await told(pipe)
        pipe.send("go")
        late_s = await _steadily(deps, actor, seconds * EVENTS_PER_SECOND)
        await until_arrived(url, seconds * EVENTS_PER_SECOND)
        pipe.send("end")
        cpu_s = await told(pipe)
    async with aiohttp.ClientSession() as session, session.get(f"{url}/report") as answer:
        waits = sorted(await answer.json())
    for hook in hooks:
        await remove(deps, actor, hook)
    p50, p95, p99 = (quantiles(waits, n=100)[at] for at in (49, 94, 98))
    print(f"{EVENTS_PER_SECOND} events/s for {seconds} s to a healthy endpoint and four sick ones:")
    print(f"  first attempt p50 {p50:.3f} p95 {p95:.3f} p99 {p99:.3f} max {waits[-1]:.3f} s")
    print(f"  worker {cpu_s / seconds * 100:.0f} % of a core; emitter at most {late_s:.2f} s late")


async def _steadily(deps: Deps, actor: Actor, events: int) -> float:
    """Emit at the rate, a few events a transaction; returns how late it was at worst."""
    started, late_s, batch = time.monotonic(), 0.0, 10
    for first in range(0, events, batch):
        due = started + first / EVENTS_PER_SECOND
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        late_s = max(late_s, time.monotonic() - due)
        async with asyncio.TaskGroup() as group:
            for number in range(first, first + batch, EVENTS_PER_TRANSACTION):
                numbers = range(number, number + EVENTS_PER_TRANSACTION)
                group.create_task(emit(deps.db, actor.workspace_id, numbers))
    return late_s


async def main(events: int, seconds: int) -> None:
    """Both measurements on a new database."""
    data_dir = make_data_dir()
    server = await pg.start(data_dir)
    try:
        await migrate(server.dsn, files("vinfer.app") / "migrations")
        keys = data_dir / "keys"
        with child(receivers) as pipe:
            url = await told(pipe)
            async with platform(server.dsn, keys) as (deps, actor):
                shared: dict[str, Any] = {"dsn": server.dsn, "keys": keys, "url": url}
                await throughput(deps, actor, **shared, events=events)
                await healthy_beside_sick(deps, actor, **shared, seconds=seconds)
    finally:
        await server.stop()
        shutil.rmtree(data_dir)


if __name__ == "__main__":
    sizes = [int(word) for word in sys.argv[1:]]
    asyncio.run(main(*(sizes or (5000, 30))))
