"""The role of the product's processes: enough for its work, and nothing besides."""

import asyncio
from importlib.resources.abc import Traversable
from pathlib import Path

import asyncpg
import pytest
from tests.harness import open_api
from tests.kit.things import ROUTER

from vinfer.kit import pg
from vinfer.kit.db import Database, connect_pool
from vinfer.kit.jobs import JobSpec, run_worker, write_jobs
from vinfer.kit.migrate import migrate
from vinfer.kit.seal import open_seal


@pytest.fixture
async def app_dsn(dsn: str, migrations: Traversable) -> str:
    """A migrated database as the application sees it, migrated twice as by two starts."""
    for _ in range(2):
        await migrate(dsn, migrations, app_role=pg.APP_ROLE)
    return pg.as_app(dsn)


async def test_it_is_enough_for_requests_and_jobs(app_dsn: str, tmp_path: Path) -> None:
    pool = await connect_pool(app_dsn)
    db = Database(pool, subscribers={}, write_jobs=write_jobs)
    api = await open_api(db, open_seal(tmp_path / "keys"), [ROUTER])
    async with api.client(await api.key()) as client:
        for _ in range(2):
            headers = {"idempotency-key": "k"}
            made = await client.post("/v1/things", json={"name": "x"}, headers=headers)
            assert made.status_code == 201
        path = f"/v1/things/{made.json()['id']}"
        assert (await client.delete(path)).status_code == 204
    ran = asyncio.Event()

    async def work(_payload: object, _deps: object) -> None:
        ran.set()

    async with asyncio.TaskGroup() as group:
        working = group.create_task(run_worker(app_dsn, [JobSpec("work", work)], deps=None))
        async with db.begin() as tx:
            tx.enqueue("work", {})
        async with asyncio.timeout(20):
            await ran.wait()
        working.cancel()
    await pool.close()


TOO_MUCH = [
    "update audit_log set actor = 'me'",
    "delete from audit_log",
    "truncate audit_log",
    "update audit_chain set number = 0",
    "delete from audit_seals",
    "alter table audit_log disable trigger all",
    "update schema_migrations set checksum = ''",
    "create table mine ()",
    "drop table calls",
    "copy dnc from program 'id'",
    "copy dnc to '/tmp/out'",
    "select pg_read_file('/etc/passwd')",
    "create role another superuser",
    "set role vinfer",
    "alter system set archive_command = 'id'",
]


async def test_it_may_not_do_more(app_dsn: str) -> None:
    conn = await asyncpg.connect(app_dsn)
    try:
        for statement in TOO_MUCH:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await conn.execute(statement)
    finally:
        await conn.close()
