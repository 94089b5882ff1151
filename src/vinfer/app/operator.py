"""The operator's one-off commands: schema, keys, workspaces."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

from cyclopts import Parameter

from vinfer.app import wiring
from vinfer.app.launch import DataDir, say, settings_for
from vinfer.app.serve import database
from vinfer.app.settings import Settings
from vinfer.domains.identity import service as identity
from vinfer.kit import jobs
from vinfer.kit.access import Scope


def migrate(*, data_dir: DataDir = None) -> None:
    """Bring the database up to this release."""
    asyncio.run(_migrate(settings_for(data_dir=data_dir)))


async def _migrate(settings: Settings) -> None:
    async with database(settings):
        say("The database is up to date.")


def create_key(
    *,
    name: Annotated[str, Parameter(help="What lists of keys show.")],
    scope: Annotated[Scope, Parameter(help="What the key may do.")] = "read_write",
    workspace: Annotated[str, Parameter(help="The workspace's name or id.")] = "default",
    data_dir: DataDir = None,
) -> None:
    """Create an API key and print it, this once, alone on standard output."""
    settings = settings_for(data_dir=data_dir)
    say(asyncio.run(_create_key(settings, workspace=workspace, name=name, scope=scope)))


async def _create_key(settings: Settings, *, workspace: str, name: str, scope: Scope) -> str:
    async with database(settings) as dsn, wiring.open_database(settings, dsn=dsn) as db:
        await identity.ensure_default(db, timezone=settings.timezone)
        made = await identity.create_operator_key(db, workspace=workspace, name=name, scope=scope)
    assert isinstance(made.key, str), "a new key is shown once"
    return made.key


def create_workspace(
    *, name: Annotated[str, Parameter(help="Unlike every other's.")], data_dir: DataDir = None
) -> None:
    """Create a workspace and print its id."""
    say(asyncio.run(_create_workspace(settings_for(data_dir=data_dir), name=name)))


async def _create_workspace(settings: Settings, *, name: str) -> str:
    async with database(settings) as dsn, wiring.open_database(settings, dsn=dsn) as db:
        made = await identity.create_workspace(db, name, timezone=settings.timezone)
    return made.id


def failed_jobs(*, data_dir: DataDir = None) -> None:
    """List the jobs that used up their attempts: id, name and last error."""
    for line in asyncio.run(_failed_jobs(settings_for(data_dir=data_dir))):
        say(line)


async def _failed_jobs(settings: Settings) -> list[str]:
    async with (
        database(settings) as dsn,
        wiring.open_database(settings, dsn=dsn) as db,
        db.read() as conn,
    ):
        return [f"{job.id}\t{job.name}\t{job.error}" for job in await jobs.failed_jobs(conn)]


def retry_jobs(
    *ids: Annotated[int, Parameter(help="As `vinfer jobs failed` lists them.")],
    data_dir: DataDir = None,
) -> None:
    """Give failed jobs a fresh set of attempts."""
    asyncio.run(_retry_jobs(settings_for(data_dir=data_dir), ids))


async def _retry_jobs(settings: Settings, ids: Sequence[int]) -> None:
    async with (
        database(settings) as dsn,
        wiring.open_database(settings, dsn=dsn) as db,
        db.begin() as tx,
    ):
        await jobs.retry_failed(tx.conn, ids)
