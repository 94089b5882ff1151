"""Workspaces and keys: what may be done, by the API and by the operator."""

from datetime import datetime
from typing import Final

from vinfer.domains.identity import queries
from vinfer.domains.identity.errors import UnknownWorkspace
from vinfer.domains.identity.keyring import make_secret
from vinfer.domains.identity.schemas import Key, KeyCreate, Workspace
from vinfer.kit import audit, page, zones
from vinfer.kit.access import Actor, Scope
from vinfer.kit.db import Database, Tx
from vinfer.kit.errors import InvalidParameter, NotFound
from vinfer.kit.ids import new_id

DEFAULT: Final = "default"
OPERATOR: Final = "operator"
_TYPES: Final = {"keys": "api-keys", "workspaces": "workspace"}


async def create_key(tx: Tx, actor: Actor, body: KeyCreate, *, now: datetime) -> Key:
    """Make a key in the actor's workspace; raises `InvalidParameter` for a past expiry."""
    actor.require("admin")
    if body.expires_at is not None and body.expires_at <= now:
        raise InvalidParameter(
            "expires_at", provided=body.expires_at, expected="a time in the future"
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


async def create_workspace(
    db: Database, name: str, *, timezone: str = "Asia/Kolkata", by: str = OPERATOR
) -> Workspace:
    """Make a workspace, for the operator; raises `InvalidParameter`."""
    _require_name(name)
    _require_zone(timezone)
    async with db.begin() as tx:
        made = await queries.insert_workspace(
            tx.conn, id=new_id("wsp"), name=name, timezone=timezone
        )
        if made is None:
            raise InvalidParameter("name", provided=name, expected="a name that is not taken")
        await _audit(tx, made.id, "workspaces create", made.id, by=by)
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
    timezone: str | None = None,
    by: str = OPERATOR,
) -> Workspace:
    """Change a workspace's limits, for the operator; running processes follow within a second.

    Raises `NotFound` and `InvalidParameter`.
    """
    _require_range("requests_per_minute", requests_per_minute, 1, 1_000_000)
    _require_range("max_concurrent_calls", max_concurrent_calls, 0, 100_000)
    _require_zone(timezone)
    changes = {
        "requests_per_minute": requests_per_minute,
        "max_concurrent_calls": max_concurrent_calls,
        "timezone": timezone,
    }
    async with db.begin() as tx:
        found = await _find(tx, workspace)
        await queries.set_limits(tx.conn, found.id, changes)
        named = " ".join(f"{name}={value}" for name, value in changes.items() if value is not None)
        await _audit(tx, found.id, f"workspaces limits {named}", found.id, by=by)
        return await _find(tx, found.id)


async def create_operator_key(
    db: Database,
    *,
    workspace: str = DEFAULT,
    name: str,
    scope: Scope,
    expires_at: datetime | None = None,
    by: str = OPERATOR,
) -> Key:
    """Make a key in the workspace of that name or id, for the operator.

    Raises `NotFound` and `InvalidParameter`.
    """
    _require_name(name)
    async with db.begin() as tx:
        found = await _find(tx, workspace)
        made = await _new_key(
            tx, found.id, KeyCreate(name=name, scope=scope, expires_at=expires_at)
        )
        await _audit(tx, found.id, "keys create", made.id, by=by)
        return made


async def list_operator_keys(db: Database, *, workspace: str) -> list[Key]:
    """Every key of a workspace, for the operator, newest first; raises `NotFound`."""
    async with db.begin() as tx:
        found = await _find(tx, workspace)
        return [queries.key_of(row) for row in await queries.all_keys(tx.conn, found.id)]


async def revoke_operator_key(db: Database, key: str, *, by: str = OPERATOR) -> Key:
    """End the key with that id or shown prefix, for the operator; raises `InvalidParameter`.

    It is dead in every process when `keyring.forgotten` has run.
    """
    async with db.begin() as tx:
        row = await queries.find_key(tx.conn, key)
        if row is None:
            raise InvalidParameter(
                "key",
                provided=key,
                expected="the id, or a prefix that no other key has; see 'vinfer keys list'",
            )
        await queries.revoke_key(tx.conn, row["workspace_id"], row["id"])
        await _audit(tx, row["workspace_id"], "keys revoke", row["id"], by=by)
    return queries.key_of(row)


async def find_workspace(db: Database, workspace: str) -> Workspace:
    """The workspace of that name or id, for the operator; raises `NotFound`."""
    async with db.begin() as tx:
        return await _find(tx, workspace)


async def _audit(tx: Tx, workspace_id: str, action: str, resource: str, *, by: str) -> None:
    entry = audit.Entry(
        workspace_id=workspace_id,
        actor=by,
        action=f"vinfer {action}",
        resource_type=_TYPES[action.partition(" ")[0]],
        resources=(resource,),
    )
    await audit.write(tx.conn, entry)


def _require_name(name: str) -> None:
    if not 1 <= len(name) <= 255 or not name.isprintable():
        raise InvalidParameter("name", provided=name, expected="1 to 255 printable characters")


def _require_zone(timezone: str | None) -> None:
    if timezone is not None and not zones.is_zone(timezone):
        raise InvalidParameter(
            "timezone", provided=timezone, expected="an IANA time zone, e.g. Asia/Kolkata"
        )


def _require_range(field: str, value: int | None, least: int, most: int) -> None:
    if value is not None and not least <= value <= most:
        raise InvalidParameter(field, provided=value, expected=f"from {least} to {most}")


async def _find(tx: Tx, workspace: str) -> Workspace:
    found = await queries.find_workspace(tx.conn, workspace)
    if found is None:
        known = await queries.list_workspaces(tx.conn)
        raise UnknownWorkspace(workspace, [it.name for it in known])
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
