"""Migrations: once each, never edited, never unknown, and together with the queue's own tables."""

import asyncio
from importlib.resources.abc import Traversable
from pathlib import Path

import asyncpg
import pytest

from vinfer.kit.migrate import MigrationError, migrate


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "0001_first.sql").write_text(
        "create table first (n int); insert into first values (1);"
    )
    return tmp_path


async def count(dsn: str, table: str) -> int:
    conn = await asyncpg.connect(dsn)
    try:
        return await conn.fetchval(f"select count(*) from {table}")
    finally:
        await conn.close()


async def test_each_migration_runs_once_even_in_a_race(empty_dsn: str, directory: Path) -> None:
    applied = await asyncio.gather(*(migrate(empty_dsn, directory) for _ in range(5)))
    assert sorted(applied, key=len)[-2:] == [[], ["0001_first.sql"]]
    (directory / "0002_second.sql").write_text("insert into first values (2)")
    assert await migrate(empty_dsn, directory) == ["0002_second.sql"]
    assert await count(empty_dsn, "first") == 2
    assert await count(empty_dsn, "pgqueuer") == 0


async def test_a_failing_migration_leaves_nothing(empty_dsn: str, directory: Path) -> None:
    (directory / "0002_bad.sql").write_text("insert into first values (2); select 1 / 0;")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(empty_dsn, directory)
    assert await count(empty_dsn, "first") == 1
    assert await count(empty_dsn, "schema_migrations") == 1


async def test_an_edited_migration_is_refused(empty_dsn: str, directory: Path) -> None:
    await migrate(empty_dsn, directory)
    (directory / "0001_first.sql").write_text("create table other (n int)")
    with pytest.raises(MigrationError, match="edited afterwards: 0001_first"):
        await migrate(empty_dsn, directory)


async def test_a_newer_database_is_refused(empty_dsn: str, directory: Path) -> None:
    (directory / "0002_second.sql").write_text("select 1")
    await migrate(empty_dsn, directory)
    (directory / "0002_second.sql").unlink()
    with pytest.raises(MigrationError, match="newer release"):
        await migrate(empty_dsn, directory)


async def test_a_late_number_is_refused(empty_dsn: str, directory: Path) -> None:
    (directory / "0003_third.sql").write_text("select 1")
    await migrate(empty_dsn, directory)
    (directory / "0002_second.sql").write_text("select 1")
    with pytest.raises(MigrationError, match="numbered before"):
        await migrate(empty_dsn, directory)


async def test_the_products_own_apply(empty_dsn: str, migrations: Traversable) -> None:
    assert "0001_spine.sql" in await migrate(empty_dsn, migrations)
    assert await migrate(empty_dsn, migrations) == []
