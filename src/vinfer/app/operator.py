"""The operator's one-off commands: schema, keys, workspaces, audit log, jobs."""

import asyncio
import os
import pwd
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, NamedTuple

from cyclopts import Parameter
from cyclopts.validators import Number

from vinfer.app import wiring
from vinfer.app.launch import DataDir, say, settings_for
from vinfer.app.serve import database
from vinfer.app.settings import Settings
from vinfer.domains.analytics import service as analytics
from vinfer.domains.identity import keyring
from vinfer.domains.identity import service as identity
from vinfer.domains.identity.schemas import Key, Workspace
from vinfer.kit import audit, jobs
from vinfer.kit.access import Scope
from vinfer.kit.db import Database


def migrate(*, data_dir: DataDir = None) -> None:
    """Bring the database up to this release."""
    asyncio.run(_migrate(settings_for(data_dir=data_dir)))


async def _migrate(settings: Settings) -> None:
    async with database(settings):
        say("The database is up to date.")


WorkspaceName = Annotated[str, Parameter(help="The workspace's name or id.")]


def create_key(
    *,
    name: Annotated[str, Parameter(help="What lists of keys show.")],
    scope: Annotated[Scope, Parameter(help="What the key may do.")] = "read_write",
    workspace: WorkspaceName = "default",
    expires_in_days: Annotated[
        int | None,
        Parameter(help="Default: it lives until it is revoked.", validator=Number(gte=1)),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Create an API key and print it, this once, alone on standard output."""
    settings = settings_for(data_dir=data_dir)
    lifetime = timedelta(days=expires_in_days) if expires_in_days else None
    expires_at = datetime.now(UTC) + lifetime if lifetime else None
    made = _create_key(settings, workspace=workspace, name=name, scope=scope, expires_at=expires_at)
    say(asyncio.run(made))


async def _create_key(
    settings: Settings, *, workspace: str, name: str, scope: Scope, expires_at: datetime | None
) -> str:
    async with _opened(settings) as db:
        await identity.ensure_default(db, timezone=settings.timezone)
        made = await identity.create_operator_key(
            db, workspace=workspace, name=name, scope=scope, expires_at=expires_at, by=operator()
        )
    assert isinstance(made.key, str), "a new key is shown once"
    return made.key


def list_keys(*, workspace: WorkspaceName = "default", data_dir: DataDir = None) -> None:
    """List a workspace's keys: id, prefix, scope, state, last use and name."""
    for key in asyncio.run(_list_keys(settings_for(data_dir=data_dir), workspace=workspace)):
        used = _when(key.last_used_at) if key.last_used_at else "never used"
        _row(key.id, key.prefix, key.scope, _state(key), used, key.name)


async def _list_keys(settings: Settings, *, workspace: str) -> list[Key]:
    async with _opened(settings) as db:
        return await identity.list_operator_keys(db, workspace=workspace)


def _state(key: Key) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at and key.expires_at <= datetime.now(UTC) else "live"


def revoke_key(
    key: Annotated[str, Parameter(help="Its id or prefix, as `vinfer keys list` shows them.")],
    *,
    data_dir: DataDir = None,
) -> None:
    """End an API key; when this returns, no process takes it any more."""
    ended = asyncio.run(_revoke_key(settings_for(data_dir=data_dir), key))
    say(f"The key {ended.id} ({ended.name}) is revoked.")


async def _revoke_key(settings: Settings, key: str) -> Key:
    async with _opened(settings) as db:
        ended = await identity.revoke_operator_key(db, key, by=operator())
    await keyring.forgotten(asyncio.sleep)()
    return ended


def create_workspace(
    *,
    name: Annotated[str, Parameter(help="Unlike every other's.")],
    timezone: Annotated[str | None, Parameter(help="Default: `VINFER_TIMEZONE`.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Create a workspace and print its id."""
    settings = settings_for(data_dir=data_dir)
    say(asyncio.run(_create_workspace(settings, name=name, timezone=timezone or settings.timezone)))


async def _create_workspace(settings: Settings, *, name: str, timezone: str) -> str:
    async with _opened(settings) as db:
        made = await identity.create_workspace(db, name, timezone=timezone, by=operator())
    return made.id


def list_workspaces(*, data_dir: DataDir = None) -> None:
    """List the workspaces: id, requests per minute, concurrent calls, time zone and name."""
    for it in asyncio.run(_list_workspaces(settings_for(data_dir=data_dir))):
        limits = it.limits
        _row(it.id, limits.requests_per_minute, limits.max_concurrent_calls, it.timezone, it.name)


async def _list_workspaces(settings: Settings) -> list[Workspace]:
    async with _opened(settings) as db:
        return await identity.list_workspaces(db)


def limit_workspace(
    workspace: WorkspaceName,
    *,
    requests_per_minute: Annotated[int | None, Parameter(help="Over all endpoints.")] = None,
    max_concurrent_calls: Annotated[int | None, Parameter(help="Live at one time.")] = None,
    timezone: Annotated[str | None, Parameter(help="IANA name, e.g. Asia/Kolkata.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Show a workspace's limits, or change those that are given, in running processes too."""
    changes = Limits(requests_per_minute, max_concurrent_calls, timezone)
    made = asyncio.run(_limit_workspace(settings_for(data_dir=data_dir), workspace, changes))
    say(f"workspace\t{made.name}")
    say(f"requests per minute\t{made.limits.requests_per_minute}")
    say(f"concurrent calls\t{made.limits.max_concurrent_calls}")
    say(f"time zone\t{made.timezone}")


class Limits(NamedTuple):
    """What `limit_workspace` may change; None leaves it."""

    requests_per_minute: int | None
    max_concurrent_calls: int | None
    timezone: str | None


async def _limit_workspace(settings: Settings, workspace: str, changes: Limits) -> Workspace:
    async with _opened(settings) as db:
        if not any(value is not None for value in changes):
            return await identity.find_workspace(db, workspace)
        return await identity.set_limits(db, workspace, **changes._asdict(), by=operator())


def list_audit(
    *,
    workspace: WorkspaceName = "default",
    installation: Annotated[
        bool, Parameter(help="What concerns no workspace.", negative="")
    ] = False,
    about: Annotated[str | None, Parameter(help="An id or a phone number in E.164.")] = None,
    before: Annotated[int | None, Parameter(help="Go on from this position.")] = None,
    limit: Annotated[int, Parameter(help="At most so many.", validator=Number(gte=1))] = 100,
    data_dir: DataDir = None,
) -> None:
    """List who changed what, newest first: position, time, actor, act, status, what, where from."""
    found = asyncio.run(
        _list_audit(
            settings_for(data_dir=data_dir),
            workspace=None if installation else workspace,
            about=about,
            before=before,
            limit=limit,
        )
    )
    for record in found:
        it = record.entry
        status = f"{it.status} replayed" if it.replayed else it.status or ""
        about_what = " ".join(it.resources) or it.resource_type
        where = f"{it.client or ''} {it.request_id or ''}".strip()
        when = _when(record.at)
        _row(record.position, when, it.actor, it.action, status, about_what, where)


async def _list_audit(
    settings: Settings,
    *,
    workspace: str | None,
    about: str | None,
    before: int | None,
    limit: int,
) -> list[audit.Record]:
    names = audit.Namer(wiring.seal(settings)).names(about) if about else []
    async with _opened(settings) as db:
        found = await identity.find_workspace(db, workspace) if workspace else None
        async with db.read() as conn:
            return await audit.recent(
                conn,
                workspace_id=found.id if found else None,
                about=names,
                before=before,
                limit=limit,
            )


def failed_jobs(*, data_dir: DataDir = None) -> None:
    """List the jobs that used up their attempts: id, name and last error."""
    for line in asyncio.run(_failed_jobs(settings_for(data_dir=data_dir))):
        say(line)


async def _failed_jobs(settings: Settings) -> list[str]:
    async with _opened(settings) as db, db.read() as conn:
        return [f"{job.id}\t{job.name}\t{job.error}" for job in await jobs.failed_jobs(conn)]


def retry_jobs(
    *ids: Annotated[int, Parameter(help="As `vinfer jobs failed` lists them.")],
    data_dir: DataDir = None,
) -> None:
    """Give failed jobs a fresh set of attempts."""
    asyncio.run(_retry_jobs(settings_for(data_dir=data_dir), ids))


async def _retry_jobs(settings: Settings, ids: Sequence[int]) -> None:
    async with _opened(settings) as db, db.begin() as tx:
        await jobs.retry_failed(tx.conn, ids)
        entry = audit.Entry(
            workspace_id=None,
            actor=operator(),
            action=f"vinfer jobs retry {' '.join(map(str, ids))}",
            resource_type="jobs",
        )
        await audit.write(tx.conn, entry)


def rebuild_figures(*, workspace: WorkspaceName = "default", data_dir: DataDir = None) -> None:
    """Make a workspace's figures anew from its calls; readers see the old ones until it is done."""
    months = asyncio.run(_rebuild_figures(settings_for(data_dir=data_dir), workspace))
    say(f"The figures of {months} months are made anew.")


async def _rebuild_figures(settings: Settings, workspace: str) -> int:
    async with _opened(settings) as db:
        found = await identity.find_workspace(db, workspace)
        months = await analytics.rebuild(db, found.id, tell=settings.clickhouse_url is not None)
        entry = audit.Entry(
            workspace_id=found.id,
            actor=operator(),
            action="vinfer analytics rebuild",
            resource_type="workspace",
            resources=(found.id,),
        )
        async with db.begin() as tx:
            await audit.write(tx.conn, entry)
    return months


def ship_facts(
    *,
    from_: Annotated[
        date | None, Parameter(name="--from", help="Calls since this day in UTC; default: all.")
    ] = None,
    workspace: Annotated[
        str | None, Parameter(help="The workspace's name or id; default: every one.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Have the worker send all facts of calls to the other database anew."""
    settings = settings_for(data_dir=data_dir)
    if settings.clickhouse_url is None:
        sys.exit("vinfer: no other database is set: VINFER_CLICKHOUSE_URL")
    facts = asyncio.run(_ship_facts(settings, workspace=workspace, since=from_))
    say(f"{facts} facts are to be sent by the worker.")


async def _ship_facts(settings: Settings, *, workspace: str | None, since: date | None) -> int:
    async with _opened(settings) as db:
        found = await identity.find_workspace(db, workspace) if workspace else None
        facts = await analytics.ship_anew(db, workspace_id=found.id if found else None, since=since)
        entry = audit.Entry(
            workspace_id=found.id if found else None,
            actor=operator(),
            action="vinfer analytics ship",
            resource_type="workspace",
            resources=(found.id,) if found else (),
        )
        async with db.begin() as tx:
            await audit.write(tx.conn, entry)
    return facts


def verify_figures(*, workspace: WorkspaceName = "default", data_dir: DataDir = None) -> None:
    """Compare a workspace's figures with its calls; status 1 when they differ."""
    wrong = asyncio.run(_verify_figures(settings_for(data_dir=data_dir), workspace))
    say(f"wrong calls\t{wrong.facts}")
    say(f"wrong sums\t{wrong.sums}")
    if wrong.facts or wrong.sums:
        sys.exit("vinfer: figures differ from the calls: vinfer analytics rebuild")


async def _verify_figures(settings: Settings, workspace: str) -> analytics.Wrong:
    async with _opened(settings) as db:
        found = await identity.find_workspace(db, workspace)
        return await analytics.verify(db, found.id)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncGenerator[Database]:
    """The migrated database of these settings, started for this block if it does not run."""
    async with database(settings) as dsn, wiring.open_database(settings, dsn=dsn) as db:
        yield db


def operator() -> str:
    """Who runs this command: the account that logged in, whatever it has become since."""
    try:
        name = os.getlogin()
    except OSError:  # no terminal
        try:
            name = pwd.getpwuid(os.getuid()).pw_name
        except KeyError:
            name = str(os.getuid())
    return f"operator:{name}"


def _when(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _row(*values: object) -> None:
    say("\t".join(map(str, values)))
