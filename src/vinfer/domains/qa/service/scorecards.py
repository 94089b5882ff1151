"""Scorecards: validated before they are kept, and changed only by a new version."""

from collections.abc import Mapping
from typing import Any

from msgspec import to_builtins

from vinfer.domains.campaigns.service import scopes
from vinfer.domains.qa.queries import scorecards as queries
from vinfer.domains.qa.schemas import Scorecard, ScorecardBody, ScorecardPatch
from vinfer.kit import page, schema
from vinfer.kit.access import Actor
from vinfer.kit.db import Connection, Row, Tx
from vinfer.kit.errors import InvalidParameter, NotFound, ResourceInUse
from vinfer.kit.ids import new_id
from vinfer.lens.scoring.library import LIBRARY
from vinfer.lens.scoring.suggesting import suggestion

_KIND = "scorecard"


async def create(tx: Tx, actor: Actor, body: ScorecardBody) -> Scorecard:
    """Publish version 1. Raises `InvalidParameter`."""
    values: dict[str, Any] = to_builtins(body)
    await scopes.require(tx.conn, actor, values["scope"])
    id = new_id("qsc")
    await queries.insert(tx.conn, actor.workspace_id, id, body.name)
    await queries.add_version(tx.conn, id, _complete(values))
    return await get(tx, actor, id)


async def get(tx: Tx, actor: Actor, id: str) -> Scorecard:
    """A scorecard at its newest version. Raises `NotFound`."""
    return scorecard_of(await _row(tx.conn, actor, id))


async def find(tx: Tx, actor: Actor, query: page.PageQuery) -> page.Page[Scorecard]:
    """The workspace's scorecards, each at its newest version."""
    rows, total = await queries.page(tx.conn, actor.workspace_id, query)
    return page.build(query, rows, total=total, item=scorecard_of)


async def change(tx: Tx, actor: Actor, id: str, patch: ScorecardPatch) -> Scorecard:
    """Publish a version that differs in what `patch` names; results keep theirs.

    Raises `NotFound` and `InvalidParameter`.
    """
    await _lock(tx, actor, id)
    current = await _row(tx.conn, actor, id)
    changed: dict[str, Any] = to_builtins(schema.changes(patch))
    await scopes.require(tx.conn, actor, changed.get("scope"))  # what stands was true once
    await queries.add_version(tx.conn, id, _complete(current["body"] | changed))
    return await get(tx, actor, id)


async def delete(tx: Tx, actor: Actor, id: str) -> None:
    """Delete a scorecard; its results stay. Raises `NotFound` and `ResourceInUse`."""
    await _lock(tx, actor, id)
    used_by = await queries.find_user(tx.conn, id)
    if used_by:
        raise ResourceInUse(_KIND, id, used_by=used_by)
    await queries.delete(tx.conn, id)


async def check(conn: Connection, actor: Actor, id: str) -> None:
    """Refuse a scorecard that the workspace does not have. Raises `InvalidParameter`."""
    if not await queries.keep(conn, actor.workspace_id, id):
        raise InvalidParameter(
            "qa_scorecard_id", provided=id, expected="a scorecard of the workspace"
        )


async def wants(conn: Connection, call_id: str) -> bool:
    """Whether some scorecard's scope holds a call, so that it is to be analysed."""
    return await queries.is_in_scope(conn, call_id)


def scorecard_of(row: Row) -> Scorecard:
    """A scorecard from a row of both tables."""
    body: dict[str, Any] = row["body"]
    return Scorecard(
        id=row["id"],
        version=row["version"],
        name=body["name"],
        scope=body["scope"],
        pass_mark=body["pass_mark"],
        parameters=body["parameters"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


async def _row(conn: Connection, actor: Actor, id: str) -> Row:
    row = await queries.get(conn, actor.workspace_id, id)
    if row is None:
        raise NotFound(_KIND, id)
    return row


async def _lock(tx: Tx, actor: Actor, id: str) -> None:
    if not await queries.lock(tx.conn, actor.workspace_id, id):
        raise NotFound(_KIND, id)


def _complete(values: Mapping[str, Any]) -> dict[str, Any]:
    """The version to keep: every default written out."""
    return {**values, "parameters": [_written_out(each) for each in values["parameters"]]}


_DEFAULTS: Mapping[str, Any] = {
    "description": "",
    "weight": 1,
    "fatal": False,
    "expect": None,
    "place": "anywhere",
    "match": None,
    "phrases": [],
    "examples": [],
    "counter_examples": [],
    "steps": [],
    "library_id": None,
    "confirmed": None,
}


def _written_out(given: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter with its defaults; one in plain words alone gets the library's likeliest."""
    made: dict[str, Any] = {**_DEFAULTS, **given}
    if made["method"] == "keyword":
        made["match"] = made["match"] or "any"
    if made["library_id"] is not None and made["confirmed"] is None:
        made["confirmed"] = True
    plain = made["method"] == "binary" and not made["phrases"] and not made["examples"]
    if plain and made["library_id"] is None:
        made["library_id"] = suggestion(f"{made['name']} {made['description']}")
    made["confirmed"] = bool(made["confirmed"])
    if made["expect"] is None:
        ready = LIBRARY.get(made["library_id"] or "")
        made["expect"] = ready.expect if ready else "present"
    return made
