"""Real deliveries: what a receiver got on a socket from the engine of a worker."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from vinfer.adapters.http_out.guarded import GuardedHttp, guarded_http
from vinfer.domains.identity import service as identity
from vinfer.domains.webhooks import service
from vinfer.domains.webhooks.engine import Engine
from vinfer.domains.webhooks.schemas import SecretRotation, WebhookCreate
from vinfer.kit.access import Actor
from vinfer.kit.addresses import allow
from vinfer.kit.clock import Clock, SystemClock
from vinfer.kit.db import Database
from vinfer.kit.events import Event
from vinfer.kit.seal import Seal, open_seal

DATA = {"id": "cal_1", "contact": {"name": "अनीता \u2028 O'Neil", "phone": "+919876543210"}}


@dataclass(frozen=True, slots=True)
class Delivery:
    """A request as it arrived, and the secrets that it must verify with."""

    headers: dict[str, str]
    body: bytes
    secrets: Sequence[str]


@dataclass(frozen=True, slots=True)
class Deps:
    """What the engine needs."""

    db: Database
    seal: Seal
    outbound: GuardedHttp
    clock: Clock


async def deliver(db: Database, folder: Path, *, secret: str | None = None) -> list[Delivery]:
    """One event before the webhook's secret is rotated, and one after."""
    workspace = await identity.ensure_default(db)
    actor = Actor(workspace.id, "key_1", "read_write")
    seal, clock = open_seal(folder / "keys"), SystemClock()
    async with (
        _receiver() as (url, got),
        guarded_http(allow(["127.0.0.1"], plain_http=True)) as outbound,
        _running(Engine(Deps(db, seal, outbound, clock))),
    ):
        async with db.begin() as tx:
            body = WebhookCreate(url=url, events=["*"], secret=secret)
            made = await service.create(tx, actor, body, seal=seal, outbound=outbound)
        first = str(made.secret)
        await _emit(db, workspace.id)
        headers, sent = await got.get()
        async with db.begin() as tx:
            rotated = await service.rotate_secret(
                tx, actor, made.id, SecretRotation(), seal=seal, now=clock.now()
            )
        await _emit(db, workspace.id)
        later_headers, later = await got.get()
    both = (str(rotated.secret), first)
    return [Delivery(headers, sent, (first,)), Delivery(later_headers, later, both)]


async def _emit(db: Database, workspace_id: str) -> None:
    async with db.begin() as tx:
        tx.emit(Event("call.completed", workspace_id, "call", "cal_1", DATA))


@asynccontextmanager
async def _running(engine: Engine) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(engine.run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def _receiver() -> AsyncIterator[tuple[str, asyncio.Queue[tuple[dict[str, str], bytes]]]]:
    got: asyncio.Queue[tuple[dict[str, str], bytes]] = asyncio.Queue()

    async def take(request: web.Request) -> web.Response:
        got.put_nowait((dict(request.headers), await request.read()))
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook", got
    finally:
        await runner.cleanup()
