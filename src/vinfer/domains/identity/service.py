"""Workspaces and keys: what may be done, by the API and by the operator."""

from datetime import datetime
from typing import Final

from vinfer.domains.identity import queries
from vinfer.domains.identity.keyring import make_secret
from vinfer.domains.identity.schemas import Key, KeyCreate, Workspace
from vinfer.kit import page, zones
from vinfer.kit.access import Actor, Scope
from vinfer.kit.db import Database, Tx
from vinfer.kit.errors import InvalidParameter, NotFound
from vinfer.kit.ids import new_id

DEFAULT: Final = "default"


async def create_key(tx: Tx, actor: Actor, body: KeyCreate, *, now: datetime) -> Key:
    """Make a key in the actor's workspace; raises `InvalidParameter` for a past expiry."""
    actor.require("admin")
    if body.expires_at is not None and body.expires_at <= now:
        raise InvalidParameter(
            "expires_at", provided=body.expires_at.isoformat(), expected="a time in the future"
        )
    return await _new_key(tx, actor.workspace_id, body)


async def list_keys(tx: Tx, actor: Actor, query: page.PageQuery) -> page.Page[Key]:
    """The workspace's keys, revoked ones included."""
    actor.require("admin")
    rows, total = await queries.list_keys(tx.conn, actor.workspace_id, query)
    return page.build(query, rows, total=total, item=queries.key_of)


async def revoke_key(tx: Tx, actor: Actor, id: str) -> None:
    """End a key; raises `NotFound`. The caller answers when `keyring.forgotten` has run."""
    actor.require("admin")
    if not await queries.revoke_key(tx.conn, actor.workspace_id, id):
        raise NotFound("api_key", id)


async def get_workspace(tx: Tx, actor: Actor) -> Workspace:
    """The actor's own workspace."""
    workspace = await queries.get_workspace(tx.conn, actor.workspace_id)
    assert workspace is not None, "a key's workspace exists"
    return workspace


async def ensure_default(db: Database, *, timezone: str = "Asia/Kolkata") -> Workspace:
    """Make the workspace `default` unless it exists."""
    async with db.begin() as tx:
        made = await queries.insert_workspace(
            tx.conn, id=new_id("wsp"), name=DEFAULT, timezone=timezone
        )
        return made or await _find(tx, DEFAULT)


async def create_workspace(db: Database, name: str, *, timezone: str = "Asia/Kolkata") -> Workspace:
    """Make a workspace, for the operator; raises `InvalidParameter`."""
    if not 1 <= len(name) <= 255 or not name.isprintable():
        raise InvalidParameter("name", provided=name, expected="1 to 255 printable characters")
    if not zones.is_zone(timezone):
        raise InvalidParameter("timezone", provided=timezone, expected="an IANA time zone")
    async with db.begin() as tx:
        made = await queries.insert_workspace(
            tx.conn, id=new_id("wsp"), name=name, timezone=timezone
        )
    if made is None:
        raise InvalidParameter("name", provided=name, expected="a name that is not taken")
    return made


async def list_workspaces(db: Database) -> list[Workspace]:
    """Every workspace, for the operator."""
    async with db.read() as conn:
        return await queries.list_workspaces(conn)


async def set_limits(
    db: Database,
    workspace: str,
    *,
    requests_per_minute: int | None = None,
    max_concurrent_calls: int | None = None,
) -> Workspace:
    """Change a workspace's limits, for the operator; raises `NotFound`."""
    changes = {
        "requests_per_minute": requests_per_minute,
        "max_concurrent_calls": max_concurrent_calls,
    }
    async with db.begin() as tx:
        found = await _find(tx, workspace)
        await queries.set_limits(tx.conn, found.id, changes)
        return await _find(tx, found.id)


async def create_operator_key(
    db: Database, *, workspace: str = DEFAULT, name: str, scope: Scope
) -> Key:
    """Make a key in the workspace of that name or id, for the operator; raises `NotFound`."""
    async with db.begin() as tx:
        found = await _find(tx, workspace)
        return await _new_key(tx, found.id, KeyCreate(name=name, scope=scope))


async def _find(tx: Tx, workspace: str) -> Workspace:
    found = await queries.find_workspace(tx.conn, workspace)
    if found is None:
        raise NotFound("workspace", workspace)
    return found


async def _new_key(tx: Tx, workspace_id: str, body: KeyCreate) -> Key:
    secret = make_secret()
    key = await queries.insert_key(
        tx.conn,
        id=new_id("key"),
        workspace_id=workspace_id,
        name=body.name,
        prefix=secret.prefix,
        digest=secret.digest,
        scope=body.scope,
        expires_at=body.expires_at,
    )
    key.key = secret.text
    return key
