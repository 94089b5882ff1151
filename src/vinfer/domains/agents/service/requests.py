"""What people ask of agents."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from msgspec import to_builtins

from vinfer.domains.agents import queries
from vinfer.domains.agents.schemas import Agent, AgentBody, AgentPatch
from vinfer.domains.agents.service import notices
from vinfer.domains.agents.service.casting import merge, require_language
from vinfer.domains.scripts import service as scripts
from vinfer.kit import page, schema
from vinfer.kit.access import Actor
from vinfer.kit.db import Row, Tx
from vinfer.kit.errors import InvalidParameter, NotFound, ResourceInUse
from vinfer.kit.ids import new_id


async def create(tx: Tx, actor: Actor, body: AgentBody, *, installed: Collection[str]) -> Agent:
    """Make an agent; what it may not do stands in its `warnings`. Raises `InvalidParameter`.

    `dispositions` are the custom tags of its calls. A call carries its branch's `tag`, listed or
    not; where that has none, its branch's id if it is listed, else its disposition if it is.
    """
    id = new_id("agt")
    values = await _complete(tx, actor, msgspec.structs.asdict(body), installed)
    await queries.insert(tx.conn, actor.workspace_id, id, values)
    return await get(tx, actor, id)


async def get(tx: Tx, actor: Actor, id: str) -> Agent:
    """An agent; raises `NotFound`."""
    row = await queries.get(tx.conn, actor.workspace_id, id)
    if row is None:
        raise NotFound("agent", id)
    return queries.agent_of(row)


async def find(tx: Tx, actor: Actor, query: page.PageQuery) -> page.Page[Agent]:
    """The workspace's agents."""
    rows, total = await queries.page(tx.conn, actor.workspace_id, query)
    return page.build(query, rows, total=total, item=queries.agent_of)


async def change(
    tx: Tx, actor: Actor, id: str, body: AgentPatch, *, installed: Collection[str]
) -> Agent:
    """Change what `body` names; what has started keeps what it started with.

    Raises `NotFound` and `InvalidParameter`.
    """
    row = await _lock(tx, actor, id)
    values = await _complete(tx, actor, {**row, **schema.changes(body)}, installed)
    await queries.update(tx.conn, id, values)
    return await get(tx, actor, id)


async def delete(tx: Tx, actor: Actor, id: str) -> None:
    """Delete an agent; raises `NotFound`, and `ResourceInUse` while something live needs it."""
    await _lock(tx, actor, id)
    used_by = await queries.find_user(tx.conn, id)
    if used_by:
        raise ResourceInUse("agent", id, used_by=used_by)
    await queries.delete(tx.conn, id)


async def _lock(tx: Tx, actor: Actor, id: str) -> Row:
    row = await queries.lock(tx.conn, actor.workspace_id, id)
    if row is None:
        raise NotFound("agent", id)
    return row


async def _complete(
    tx: Tx, actor: Actor, values: Mapping[str, Any], installed: Collection[str]
) -> dict[str, Any]:
    """The columns of an agent whose fields fit each other. Raises `InvalidParameter`."""
    require_language(values["language"], installed)
    script_id: str = values["script_id"]
    pinned = await scripts.pin(tx, actor.workspace_id, script_id)
    if pinned is None:
        raise InvalidParameter(
            "script_id", provided=script_id, expected="a script of the workspace"
        )
    fallback = merge(None, values["fallback"])
    tags: list[str] = values["dispositions"] or []
    warnings = to_builtins(notices.of(pinned.script, fallback, tags))
    return {**values, "fallback": fallback, "dispositions": tags, "warnings": warnings}
