"""Rules: validated before they are kept, and changed only by a new version."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import to_builtins

from vinfer.domains.campaigns.service import scopes
from vinfer.domains.compliance.conditions import Condition, require_fitting
from vinfer.domains.compliance.queries import rules as queries
from vinfer.domains.compliance.schemas import Rule, RuleBody, RulePatch
from vinfer.kit import page, schema
from vinfer.kit.access import Actor
from vinfer.kit.db import Connection, Row, Tx
from vinfer.kit.errors import InvalidParameter, NotFound
from vinfer.kit.ids import new_id

_KIND: Final = "compliance_rule"


async def create(tx: Tx, actor: Actor, body: RuleBody) -> Rule:
    """Publish version 1. Raises `InvalidParameter`."""
    values: dict[str, Any] = to_builtins(body)
    values["name"] = body.name or body.type.replace("_", " ").capitalize()
    await scopes.require(tx.conn, actor, values["scope"])
    id = new_id("crl")
    await queries.insert(tx.conn, actor.workspace_id, id, values)
    await queries.add_version(tx.conn, id, values)
    return await get(tx, actor, id)


async def get(tx: Tx, actor: Actor, id: str) -> Rule:
    """A rule at its newest version. Raises `NotFound`."""
    return _rule_of(await _row(tx.conn, actor, id))


async def find(tx: Tx, actor: Actor, query: page.PageQuery) -> page.Page[Rule]:
    """The workspace's rules, each at its newest version."""
    rows, total = await queries.page(tx.conn, actor.workspace_id, query)
    return page.build(query, rows, total=total, item=_rule_of)


async def change(tx: Tx, actor: Actor, id: str, patch: RulePatch) -> Rule:
    """Publish a version that differs in what `patch` names; what was found keeps the old one.

    Raises `NotFound` and `InvalidParameter`.
    """
    if not await queries.lock(tx.conn, actor.workspace_id, id):
        raise NotFound(_KIND, id)
    row = await _row(tx.conn, actor, id)
    changed: dict[str, Any] = to_builtins(schema.changes(patch))
    values = {**row["body"], **changed}
    _require_fitting(values)
    await scopes.require(tx.conn, actor, changed.get("scope"))  # what stands was true once
    await queries.add_version(tx.conn, id, values)
    return await get(tx, actor, id)


async def delete(tx: Tx, actor: Actor, id: str) -> None:
    """Delete a rule; what was found by it stays. Raises `NotFound`."""
    if not await queries.lock(tx.conn, actor.workspace_id, id):
        raise NotFound(_KIND, id)
    await queries.delete(tx.conn, id)


async def wants(conn: Connection, call_id: str) -> bool:
    """Whether some rule's own scope holds a call, so that it is to be transcribed.

    Rules without a scope check what is transcribed anyway.
    """
    return await queries.is_in_scope(conn, call_id)


async def _row(conn: Connection, actor: Actor, id: str) -> Row:
    row = await queries.get(conn, actor.workspace_id, id)
    if row is None:
        raise NotFound(_KIND, id)
    return row


def _rule_of(row: Row) -> Rule:
    body: dict[str, Any] = row["body"]
    return Rule(
        id=row["id"],
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        **body,
    )


def _require_fitting(values: Mapping[str, Any]) -> None:
    condition = msgspec.convert(values["condition"], Condition)
    try:
        require_fitting(values["type"], condition, values["within_seconds"])
    except schema.Invalid as error:
        field = error.field or "condition"
        raise InvalidParameter(
            field,
            provided=_at(values, field),
            expected=error.expected,
            message=f"The '{field}' field {error.rule}.",
        ) from error


def _at(values: Mapping[str, Any], field: str) -> Any:
    head, _, rest = field.partition(".")
    found: Any = values.get(head)
    return schema.shown(found.get(rest) if rest else found)
