"""Reports made by hand: a world whose calls tests write, and an engine that runs when told."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.domains.worlds import World, make_world

from vinfer.adapters.documents import PlainTypesetter
from vinfer.adapters.mail import LoggedMail
from vinfer.adapters.storage.memory import MemoryStorage
from vinfer.domains.recordings.links import FileLinks
from vinfer.domains.reports import service
from vinfer.domains.reports.engine import engine
from vinfer.domains.reports.making import Press
from vinfer.domains.reports.schemas import ReportBody, ReportDetail
from vinfer.kit import schema
from vinfer.kit.db import Database
from vinfer.kit.ids import new_id
from vinfer.kit.leases import Engine
from vinfer.kit.seal import Seal
from vinfer.ports.mail import Mailer
from vinfer.ports.storage import Storage

MARCH_4 = datetime(2026, 3, 4, 6, 30, tzinfo=UTC)  # noon in Kolkata


@dataclass
class Bench:
    """A world, and what its worker has."""

    world: World
    seal: Seal
    scratch: Path
    storage: Storage = field(default_factory=MemoryStorage)
    mailer: Mailer = field(default_factory=LoggedMail)
    report_retention_days: int = 365

    def now(self) -> datetime:
        return self.world.now

    def monotonic(self) -> float:
        return self.world.now.timestamp()

    @property
    def db(self) -> Database:
        return self.world.db

    @property
    def clock(self) -> "Bench":
        return self

    @property
    def settings(self) -> "Bench":
        return self

    @property
    def links(self) -> FileLinks:
        return FileLinks(self.seal, self, "https://api.example.com")

    def report_link(self, key: str) -> str:
        return self.links.link(key, lifetime=service.LINK_LIFETIME)

    @property
    def engine(self) -> Engine:
        return engine(
            Press(
                db=self.db,
                clock=self,
                storage=self.storage,
                typesetter=PlainTypesetter(),
                scratch=self.scratch,
            )
        )

    async def ask(self, **body: Any) -> ReportDetail:
        """`POST /reports`."""
        made = schema.decode_value(body, ReportBody)
        async with self.db.begin() as tx:
            return await service.create(tx, self.world.actor, made, now=self.now())

    async def get(self, id: str) -> ReportDetail:
        """`GET /reports/{id}`."""
        async with self.db.read() as conn:
            return await service.get(conn, self.world.actor, id, report_link=self.report_link)

    async def delete(self, id: str) -> None:
        """`DELETE /reports/{id}`."""
        async with self.db.begin() as tx:
            await service.delete(tx, self.world.actor, id, now=self.now())

    async def work(self) -> int:
        """Make every report that is due; how many."""
        done = 0
        while (held := await self.engine.claim()) is not None:
            await self.engine.do(held)
            done += 1
        return done

    async def make(self, **body: Any) -> ReportDetail:
        """Ask for a report and make it."""
        asked = await self.ask(**body)
        await self.work()
        return await self.get(asked.id)

    async def file(self, report: ReportDetail) -> bytes:
        """What the report's link leads to."""
        assert report.download_url is not None
        key = self.links.open(report.download_url.rpartition("/")[2])
        return b"".join([part async for part in self.storage.read(key)])

    async def queued(self, name: str) -> list[bytes]:
        """Payloads of queued jobs."""
        rows = await self.world.rows(
            "select payload from pgqueuer where entrypoint = $1 order by id", name
        )
        return [row["payload"] for row in rows]


async def open_bench(db: Database, seal: Seal, scratch: Path, **options: Any) -> Bench:
    """A bench on a new world, at noon of 4 March 2026 in Kolkata."""
    world = await make_world(db)
    world.now = MARCH_4
    return Bench(world, seal, scratch, **options)


async def add_campaign(world: World, name: str = "Outreach") -> str:
    """A campaign with this name."""
    id = new_id("cmp")
    await world.run(
        "insert into campaigns (id, workspace_id, name, script_id, script_version, language,"
        " timezone) values ($1, $2, $3, $4, 1, 'en-IN', 'Asia/Kolkata')",
        id,
        world.actor.workspace_id,
        name,
        world.script_id,
    )
    return id


async def add_call(world: World, *, at: datetime = MARCH_4 - timedelta(days=1), **more: Any) -> str:
    """A call that was answered and has ended; `agent_id` is the human agent."""
    id = new_id("cal")
    agent = more.pop("agent_id", None)
    answered = more.pop("answered", True)
    values: dict[str, Any] = {
        "id": id,
        "workspace_id": world.actor.workspace_id,
        "script_id": world.script_id,
        "script_version": 1,
        "phone": f"+9198{int(id[-8:], 36) % 100_000_000:08d}",
        "language": "en-IN",
        "status": "completed",
        "disposition": "interested" if answered else "not_reachable",
        "end_reason": "agent_hangup" if answered else "no_answer",
        "started_at": at,
        "answered_at": at + timedelta(seconds=5) if answered else None,
        "ended_at": at + timedelta(seconds=65),
        "duration_seconds": 60 if answered else 0,
        "metadata": {"agent_id": agent} if agent else {},
    } | more
    marks = ", ".join(f"${n}" for n in range(1, len(values) + 1))
    await world.run(
        f"insert into calls ({', '.join(values)}) values ({marks})",
        *values.values(),
    )
    return id
