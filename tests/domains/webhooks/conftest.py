"""A receiver on the loopback, and everything a delivery needs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web

from vinfer.adapters.http_out.guarded import GuardedHttp, guarded_http
from vinfer.app.api import Services, create_app
from vinfer.domains.identity import service as identity
from vinfer.domains.webhooks import routes, service, turn
from vinfer.domains.webhooks.delivery import Attempt, Secrets, send
from vinfer.domains.webhooks.schemas import Webhook, WebhookCreate
from vinfer.domains.webhooks.turn import Ended, Room
from vinfer.kit.access import Actor, Scope
from vinfer.kit.addresses import allow
from vinfer.kit.db import Database, connect_pool
from vinfer.kit.events import Event
from vinfer.kit.jobs import write_jobs
from vinfer.kit.seal import Seal, open_seal


class MovableClock:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.time = datetime.now(UTC)

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def pass_time(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class Limits:
    event_retention_days: int = 30


@dataclass
class Receiver:
    """Keeps what it gets; answers with what `answer` says of the n-th request, from 0."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answer: Callable[[int], web.Response] = field(default=lambda n: web.Response())
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        self.changed.set()
        return self.answer(len(self.got) - 1)


@dataclass
class Post:
    """The sending side: a workspace, its database, and the worker's dependencies."""

    db: Database
    seal: Seal
    outbound: GuardedHttp
    clock: MovableClock
    actor: Actor
    settings: Limits = field(default_factory=Limits)

    async def register(self, url: str, *events: str, secret: str | None = None) -> Webhook:
        body = WebhookCreate(url=url, events=list(events) or ["*"], secret=secret)  # type: ignore[arg-type]
        async with self.db.begin() as tx:
            return await service.create(
                tx, self.actor, body, seal=self.seal, outbound=self.outbound
            )

    async def emit(self, *names: str) -> None:
        async with self.db.begin() as tx:
            for number, name in enumerate(names):
                data = {"id": f"cal_{number}", "name": "अनीता"}
                tx.emit(Event(name, self.actor.workspace_id, "call", f"cal_{number}", data))

    async def happen(self, *facts: tuple[str, str]) -> None:
        """Emit events by name and call, in order."""
        async with self.db.begin() as tx:
            for name, id in facts:
                tx.emit(Event(name, self.actor.workspace_id, "call", id, {"id": id}))

    async def claim(self, room: Room | None = None) -> list[Attempt]:
        async with self.db.begin() as tx:
            return await turn.claim(tx, room or Room(free=100), self.clock.now())

    async def send(self, attempts: Sequence[Attempt]) -> list[Ended]:
        secrets = Secrets(self.seal)
        outcomes = await asyncio.gather(*(send(it, self, secrets) for it in attempts))
        return list(zip(attempts, outcomes, strict=True))

    async def record(self, ended: Sequence[Ended]) -> None:
        async with self.db.begin() as tx:
            await turn.record(tx, ended, self.clock.now())

    async def deliver(self, room: Room | None = None) -> None:
        """Do as an engine does until there is nothing to do now."""
        for _ in range(100):
            attempts = await self.claim(room)
            if not attempts:
                return
            await self.record(await self.send(attempts))
        pytest.fail("there is no end to what is due now")

    async def rows(self, query: str, *args: Any) -> list[tuple[Any, ...]]:
        async with self.db.read() as conn:
            return [tuple(row.values()) for row in await conn.fetch(query, *args)]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


@pytest.fixture
def seal(tmp_path: Path) -> Seal:
    return open_seal(tmp_path / "keys")


@pytest.fixture
async def post(dsn: str, seal: Seal) -> AsyncIterator[Post]:
    pool = await connect_pool(dsn)
    db = Database(pool, subscribers={}, write_jobs=write_jobs)
    async with db.begin() as tx:
        await tx.conn.execute("insert into workspaces (id, name) values ('wsp_1', 'one')")
    async with guarded_http(allow(["127.0.0.0/8"], plain_http=True)) as outbound:
        actor = Actor("wsp_1", "key_1", "read_write")
        yield Post(db, seal, outbound, MovableClock(), actor)
    await pool.close()


@pytest.fixture
def post_clock() -> MovableClock:
    return MovableClock()


class Clients:
    """Clients of one application, by scope and workspace."""

    def __init__(self, post: Any) -> None:
        self.post = post
        self.app = create_app(
            Services(
                db=post.db, seal=post.seal, clock=post.clock, more={"outbound": post.outbound}
            ),
            routers=[routes.router],
        )

    async def client(
        self, scope: Scope = "read_write", workspace: str = "one"
    ) -> httpx.AsyncClient:
        key = await identity.create_operator_key(
            self.post.db, workspace=workspace, name="test", scope=scope
        )
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False),
            base_url="http://test",
            headers={"authorization": f"Bearer {key.key}"},
        )


@pytest.fixture
def clients(post: Any) -> Clients:
    return Clients(post)


@pytest.fixture
async def client(clients: Clients) -> AsyncIterator[httpx.AsyncClient]:
    async with await clients.client() as client:
        yield client


@pytest.fixture
async def reader(clients: Clients) -> AsyncIterator[httpx.AsyncClient]:
    async with await clients.client("read_only") as reader:
        yield reader
