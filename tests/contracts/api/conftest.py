"""One database, one application and two workspaces for each module here."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from tests.contracts.api.tenants import Stage, open_stage, two_tenants

from vinfer.kit import pg
from vinfer.kit.db import Database, connect_pool
from vinfer.kit.jobs import write_jobs


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_dsn(postgres: pg.Server, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """DSN of a migrated database that the module's tests share."""
    name = request.module.__name__.rpartition(".")[2]
    admin = await asyncpg.connect(postgres.dsn.replace(f"/{pg.DATABASE}?", "/postgres?"))
    await admin.execute(f"create database {name} template {pg.DATABASE} strategy file_copy")
    yield postgres.dsn.replace(f"/{pg.DATABASE}?", f"/{name}?")
    await admin.execute(f"drop database {name} with (force)")
    await admin.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_db(module_dsn: str) -> AsyncIterator[Database]:
    """That database, without subscribers."""
    pool = await connect_pool(module_dsn)
    yield Database(pool, subscribers={}, write_jobs=write_jobs)
    await pool.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(module_db: Database, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The application with two workspaces."""
    directory: Path = tmp_path_factory.mktemp("stage")
    return await two_tenants(await open_stage(module_db, directory))
