"""Schema migrations: numbered SQL files, each applied once, under one lock for the deployment."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from importlib.resources.abc import Traversable
from typing import Any, Final, cast

import asyncpg
import structlog
from pgqueuer.queries import Queries

from vinfer.kit.db import Connection

_log = structlog.get_logger()

_LOCK: Final = 0x76696E666572  # "vinfer", any constant that nothing else uses
_NAME: Final = re.compile(r"\d{4}_[a-z0-9_]+\.sql")
# Of the audit log rows are only added, and what was migrated is not the application's to say.
_GRANTS: Final = """
    do $$ begin
        create role {role} login nosuperuser nocreatedb nocreaterole;
    exception when duplicate_object then null;
    end $$;
    grant usage on schema public to {role};
    grant select, insert, update, delete on all tables in schema public to {role};
    grant usage, select on all sequences in schema public to {role};
    revoke insert, update, delete on schema_migrations from {role};
    revoke update, delete on audit_log, audit_chain, audit_seals from {role};
"""


class MigrationError(Exception):
    """The database and the migrations of this release do not fit together."""


async def migrate(dsn: str, directory: Traversable, *, app_role: str | None = None) -> list[str]:
    """Bring the database up to `directory`; returns the names applied now, in order.

    Also installs or upgrades the tables of the job queue, and lets `app_role`, made if need be,
    read and write rows and nothing else. Safe to run from many processes at once.
    Raises `MigrationError` when an applied migration has changed, or is unknown to this release.
    """
    files = _read(directory)
    connect = cast("Callable[..., Awaitable[Any]]", asyncpg.connect)  # pyright: ignore[reportUnknownMemberType]  # untyped
    conn = await connect(dsn)
    try:
        await conn.execute("select pg_advisory_lock($1)", _LOCK)
        applied = await _apply(conn, files)
        await _converge_queue(conn)
        if app_role is not None:
            async with conn.transaction():
                await conn.execute(_GRANTS.format(role=app_role))
    finally:
        await conn.close()  # frees the lock
    return applied


def _read(directory: Traversable) -> dict[str, str]:
    """Name → text, in order."""
    entries = sorted(directory.iterdir(), key=lambda entry: entry.name)
    files = {entry.name: entry.read_text() for entry in entries if entry.name.endswith(".sql")}
    numbers = [name[:4] for name in files]
    wrong = [name for name in files if not _NAME.fullmatch(name)]
    if wrong or len(set(numbers)) != len(numbers):
        raise MigrationError(f"Migrations need names like 0001_noun.sql, each number once: {files}")
    return files


async def _apply(conn: Connection, files: Mapping[str, str]) -> list[str]:
    await conn.execute(
        "create table if not exists schema_migrations ("
        " name text primary key, checksum text not null,"
        " applied_at timestamptz not null default now())"
    )
    rows = await conn.fetch("select name, checksum from schema_migrations order by name")
    done = {str(row["name"]): str(row["checksum"]) for row in rows}
    _compare(done, files)
    fresh = [name for name in files if name not in done]
    for name in fresh:
        async with conn.transaction():
            await conn.execute(files[name])
            await conn.execute(
                "insert into schema_migrations (name, checksum) values ($1, $2)",
                name,
                _checksum(files[name]),
            )
        _log.info("schema_migrated", migration=name)
    return fresh


def _compare(done: Mapping[str, str], files: Mapping[str, str]) -> None:
    unknown = [name for name in done if name not in files]
    if unknown:
        raise MigrationError(
            f"The database was migrated by a newer release ({', '.join(unknown)}). "
            "Install that release, or restore a backup made before the upgrade."
        )
    changed = [name for name, checksum in done.items() if checksum != _checksum(files[name])]
    if changed:
        raise MigrationError(f"Applied migrations were edited afterwards: {', '.join(changed)}.")
    late = [name for name in files if done and name not in done and name < max(done)]
    if late:
        raise MigrationError(
            f"Migrations were numbered before one that is already applied: {', '.join(late)}."
        )


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def _converge_queue(conn: Connection) -> None:
    queries = Queries.from_asyncpg_connection(cast("Any", conn))
    if not await queries.schema_is_installed():
        await queries.install()
    else:
        await queries.upgrade()
