"""Trunks: one default per workspace, passwords sealed."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import msgspec

from vinfer.domains.trunks import queries
from vinfer.domains.trunks.schemas import Trunk, TrunkChange, TrunkCreate, server_of
from vinfer.kit import page, schema
from vinfer.kit.access import Actor
from vinfer.kit.db import Row, Tx
from vinfer.kit.errors import InvalidParameter, NotFound, ResourceInUse
from vinfer.kit.ids import new_id
from vinfer.kit.reach import Reach, Refused
from vinfer.kit.seal import Seal, SealError

_ABOUT_TO: Final = "a request that is being carried out"
_FIRST_CONTEXT: Final = "trunk.password"  # that of trunks made before 0006


def unsealer(seal: Seal) -> Callable[[str, bytes], str]:
    """What opens the stored password of a trunk's id, for the process that dials.

    It raises `SealError` for the password of another trunk.
    """

    def unseal(id: str, sealed: bytes) -> str:
        try:
            return seal.open(sealed, context=_context(id)).decode()
        except SealError:
            return seal.open(sealed, context=_FIRST_CONTEXT).decode()

    return unseal


async def create(tx: Tx, actor: Actor, body: TrunkCreate, *, seal: Seal, reach: Reach) -> Trunk:
    """Make a trunk; the first of a workspace becomes its default. Raises `InvalidParameter`."""
    await queries.lock_workspace(tx.conn, actor.workspace_id)
    id = new_id("trk")
    values = _sealed(id, msgspec.structs.asdict(body), seal)
    _require_account(values)
    _require_reach(values, reach)
    await queries.insert(tx.conn, actor.workspace_id, id, values)
    if body.is_default or not await queries.has_default(tx.conn, actor.workspace_id):
        await queries.make_default(tx.conn, actor.workspace_id, id)
    return await get(tx, actor, id)


async def get(tx: Tx, actor: Actor, id: str) -> Trunk:
    """A trunk; raises `NotFound`."""
    return queries.trunk_of(await _row(tx, actor, id))


async def find(tx: Tx, actor: Actor, query: page.PageQuery) -> page.Page[Trunk]:
    """The workspace's trunks."""
    rows, total = await queries.page(tx.conn, actor.workspace_id, query)
    return page.build(query, rows, total=total, item=queries.trunk_of)


async def change(
    tx: Tx, actor: Actor, id: str, body: TrunkChange, *, seal: Seal, reach: Reach
) -> Trunk:
    """Change what `body` names; raises `NotFound` and `InvalidParameter`."""
    await queries.lock_workspace(tx.conn, actor.workspace_id)
    row = await _row(tx, actor, id)
    if body.is_default is False and row["is_default"]:
        raise InvalidParameter(
            "is_default", provided=False, expected="true, or make another trunk the default"
        )
    changes = schema.changes(body)
    values = {**row, **_sealed(id, dict(changes), seal)}
    _require_account(values)
    if changes.keys() & {"server", "transport"}:
        _require_reach(values, reach)
        _require_password(row, values, given=changes.keys())
    await queries.update(tx.conn, id, values)
    if body.is_default is True:
        await queries.make_default(tx.conn, actor.workspace_id, id)
    return await get(tx, actor, id)


async def delete(tx: Tx, actor: Actor, id: str) -> None:
    """Delete a trunk; the oldest of the others becomes the default if it was.

    Raises `NotFound`, and `ResourceInUse` while something live needs it.
    """
    await queries.lock_workspace(tx.conn, actor.workspace_id)
    row = await _row(tx, actor, id)
    free = await queries.lock(tx.conn, id)
    used_by = await queries.find_user(tx.conn, actor.workspace_id, id) if free else _ABOUT_TO
    if used_by:
        raise ResourceInUse("trunk", id, used_by=used_by)
    await queries.delete(tx.conn, id)
    heir = await queries.oldest(tx.conn, actor.workspace_id)
    if row["is_default"] and heir is not None:
        await queries.make_default(tx.conn, actor.workspace_id, heir)


async def _row(tx: Tx, actor: Actor, id: str) -> Row:
    row = await queries.get(tx.conn, actor.workspace_id, id)
    if row is None:
        raise NotFound("trunk", id)
    return row


def _require_account(values: Mapping[str, Any]) -> None:
    if values["register"] and not values["username"]:
        raise InvalidParameter(
            "username", provided=values["username"], expected="the account that registers"
        )


def _require_reach(values: Mapping[str, Any], reach: Reach) -> None:
    host, port = server_of(values["server"], values["transport"])
    try:
        reach.check_host(host, port)
    except Refused as error:
        raise InvalidParameter(
            "server",
            provided=values["server"],
            expected="an address and port that the operator admits (VINFER_TRUNK_ALLOW)",
        ) from error


def _require_password(row: Row, values: Mapping[str, Any], *, given: Collection[str]) -> None:
    """Whoever may change a trunk may not learn its password by sending it somewhere else."""
    hosts = [server_of(it["server"], it["transport"])[0].lower() for it in (row, values)]
    if hosts[0] != hosts[1] and row["password_sealed"] is not None and "password" not in given:
        raise InvalidParameter(
            "password", provided=None, expected="given anew (or null) when the server changes"
        )


def _context(id: str) -> str:
    return f"trunk:{id}"


def _sealed(id: str, values: dict[str, Any], seal: Seal) -> dict[str, Any]:
    """The values with the password, if it is among them, as it is stored."""
    if "password" in values:
        password: str | None = values.pop("password")
        values["password_sealed"] = (
            seal.seal(password.encode(), context=_context(id)) if password else None
        )
    return values
