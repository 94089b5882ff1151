"""What every test may ask for: a real PostgreSQL, a fresh database, and order."""

import asyncio
import inspect
import ipaddress
import itertools
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import asyncpg
import hypothesis
import pytest
import pytest_asyncio
import structlog

from places import SHARED_CACHE, make_data_dir
from vinfer.kit import pg
from vinfer.kit.db import Database, connect_pool
from vinfer.kit.jobs import write_jobs
from vinfer.kit.migrate import migrate

FAST_AND_UNSAFE = {  # a test database need not survive a power cut
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_wal_size": "1GB",
}
_numbers = itertools.count(1)

hypothesis.settings.register_profile("long", max_examples=10_000, deadline=None)  # make fuzz
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_configure(config: pytest.Config) -> None:
    """Give all processes of a run one folder for joined weights and rendered lines."""
    if not hasattr(config, "workerinput"):
        os.environ[SHARED_CACHE] = tempfile.mkdtemp(prefix="vinfer-models-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Delete it."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(SHARED_CACHE), ignore_errors=True)


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    """No test's logging outlives it: a logger keeps the file that it first wrote to."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """An empty data directory, good for `kit.pg.start` and `vinfer serve`, as root too."""
    path = make_data_dir()
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def migrations() -> Traversable:
    """The product's migrations."""
    return files("vinfer.app") / "migrations"


@pytest.fixture(scope="session")
def postgres(migrations: Traversable) -> Iterator[pg.Server]:
    """One embedded server for the whole run; its database `vinfer` is the migrated template."""
    path = make_data_dir()
    server = asyncio.run(pg.start(path, options=FAST_AND_UNSAFE))
    try:
        asyncio.run(migrate(server.dsn, migrations))
        yield server
    finally:
        asyncio.run(server.stop())
        shutil.rmtree(path)


@pytest.fixture
async def empty_dsn(postgres: pg.Server) -> AsyncIterator[str]:
    """DSN of a new database without any table."""
    async for dsn in _new_database(postgres, template="template0"):
        yield dsn


@pytest.fixture
async def dsn(postgres: pg.Server) -> AsyncIterator[str]:
    """DSN of a new, migrated database."""
    async for dsn in _new_database(postgres, template=pg.DATABASE):
        yield dsn


@pytest.fixture
async def db(dsn: str) -> AsyncIterator[Database]:
    """A new, migrated database without subscribers."""
    pool = await connect_pool(dsn)
    yield Database(pool, subscribers={}, write_jobs=write_jobs)
    await pool.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_dsn(postgres: pg.Server) -> AsyncIterator[str]:
    """DSN of a migrated database that a module's tests share."""
    async for dsn in _new_database(postgres, template=pg.DATABASE):
        yield dsn


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_db(module_dsn: str) -> AsyncIterator[Database]:
    """That database, without subscribers."""
    pool = await connect_pool(module_dsn)
    yield Database(pool, subscribers={}, write_jobs=write_jobs)
    await pool.close()


async def _new_database(postgres: pg.Server, *, template: str) -> AsyncIterator[str]:
    name = f"test_{next(_numbers)}"
    admin = await asyncpg.connect(postgres.dsn.replace(f"/{pg.DATABASE}?", "/postgres?"))
    try:
        await admin.execute(f"create database {name} template {template} strategy file_copy")
        yield postgres.dsn.replace(f"/{pg.DATABASE}?", f"/{name}?")
        await admin.execute(f"drop database {name} with (force)")
    finally:
        await admin.close()


@pytest.fixture
async def no_leaked_tasks() -> AsyncIterator[None]:
    """Fail a test that leaves tasks behind. Given to every coroutine test."""
    yield
    for _ in range(20):
        leaked = asyncio.all_tasks() - {asyncio.current_task()}
        if not leaked:
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"tasks left running: {leaked}")


@pytest.fixture(autouse=True)
def _no_task_outlives_its_test(request: pytest.FixtureRequest) -> None:
    if inspect.iscoroutinefunction(getattr(request, "function", None)):
        request.getfixturevalue("no_leaked_tasks")


@pytest.fixture(autouse=True, scope="session")
def loopback_only() -> Iterator[None]:
    """Refuse connections that would leave this machine."""
    names = ("connect", "connect_ex")
    originals = {name: getattr(socket.socket, name) for name in names}
    with pytest.MonkeyPatch.context() as patch:
        for name in names:
            patch.setattr(socket.socket, name, _guarded(originals[name]))
        yield


def _guarded(original: Any) -> Any:
    def connect(self: socket.socket, address: Any) -> Any:
        inet = self.family in (socket.AF_INET, socket.AF_INET6)
        if inet and not _is_loopback(str(address[0])):
            raise AssertionError(f"a test reached out to {address}")
        return original(self, address)

    return connect


def _is_loopback(host: str) -> bool:
    return host == "localhost" or ipaddress.ip_address(host.split("%")[0]).is_loopback
