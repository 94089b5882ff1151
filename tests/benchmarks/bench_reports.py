"""What reports take: a CSV of a million calls in flat memory, and pages.

Run: python tests/benchmarks/bench_reports.py [rows]
Makes them with the engine of the product on an embedded database; memory is this process's own.
"""

import asyncio
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from time import perf_counter

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS.parent), str(TESTS)]

import structlog
from tests.domains.worlds import World, make_world

from places import make_data_dir
from vinfer.adapters.documents import TypstTypesetter
from vinfer.adapters.storage import open_storage
from vinfer.domains.analytics import service as analytics
from vinfer.domains.reports import service
from vinfer.domains.reports.engine import engine as engine_of
from vinfer.domains.reports.making import Press
from vinfer.domains.reports.schemas import ReportBody
from vinfer.kit import pg, schema
from vinfer.kit.clock import SystemClock
from vinfer.kit.db import Database, connect_pool
from vinfer.kit.jobs import write_jobs
from vinfer.kit.leases import Engine
from vinfer.kit.migrate import migrate

ROWS = 1_000_000
CALLS = """
insert into calls (id, workspace_id, script_id, script_version, phone, language, status,
    disposition, end_reason, started_at, answered_at, ended_at, duration_seconds)
select 'cal_' || lpad(n::text, 26, '0'), $1, $2, 1, '+919810000000', 'en-IN', 'completed',
    'interested', 'agent_hangup', $3::timestamptz + n * interval '1 second',
    $3::timestamptz + n * interval '1 second', $3::timestamptz + n * interval '1 second', 60
from generate_series($4::int, $5::int - 1) as n
"""
STEP = 50_000


def memory_mb(name: str) -> int:
    """`VmRSS` or `VmHWM` of this process, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) // 1024


def begin_anew() -> None:
    """Forget the high-water mark of memory."""
    Path("/proc/self/clear_refs").write_text("5")


async def load(world: World, first: int, last: int) -> None:
    """Calls from the `first` to the one before the `last`, one a second from 2026 on."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for at in range(first, last, STEP):
        end = min(at + STEP, last)
        await world.run(CALLS, world.actor.workspace_id, world.script_id, start, at, end)
        await analytics.fold(world.db)  # as the worker does every few seconds


async def make(engine: Engine, world: World, kind: str, form: str) -> None:
    """Make one report; print what it took."""
    body = {"type": kind, "format": form, "from": "2026-01-01", "to": "2026-12-31"}
    async with world.db.begin() as tx:
        asked = schema.decode_value(body, ReportBody)
        await service.create(tx, world.actor, asked, now=datetime.now(UTC))
    before = memory_mb("VmRSS")
    begin_anew()
    started = perf_counter()
    held = await engine.claim()
    assert held is not None
    await engine.do(held)
    took_s = perf_counter() - started
    (row,) = await world.rows("select status, file_bytes from reports where id = $1", held.id)
    calls = await world.val("select count(*) from calls")
    print(
        f"{kind:14} {form:4} of {calls:>9,} calls {row['status']} {took_s:6.1f} s"
        f" {row['file_bytes'] / 1e6:7.1f} MB memory {before} -> {memory_mb('VmHWM')} MB"
    )


async def run(rows: int) -> None:
    """Reports of a tenth of the rows, then of all."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    place, scratch = make_data_dir(), Path(tempfile.mkdtemp())
    server = await pg.start(place)
    try:
        await migrate(server.dsn, files("vinfer.app") / "migrations")
        pool = await connect_pool(server.dsn)
        db = Database(pool, subscribers={}, write_jobs=write_jobs)
        press = Press(
            db=db,
            clock=SystemClock(),
            storage=open_storage((scratch / "objects").as_uri()),
            typesetter=TypstTypesetter(),
            scratch=scratch,
        )
        world, engine, loaded = await make_world(db), engine_of(press), 0
        for count in (rows // 10, rows):
            await load(world, loaded, count)
            loaded = count
            for form in ("csv", "json", "pdf"):
                await make(engine, world, "call_summary", form)
        await pool.close()
    finally:
        await server.stop()
        shutil.rmtree(place)
        shutil.rmtree(scratch)


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]) if sys.argv[1:] else ROWS))
