"""Scripts: validated before they are kept, and changed only by a new version."""

import re
from collections.abc import Sequence
from typing import Any, Final

from vinfer.domains.scripts import queries
from vinfer.domains.scripts.schemas import Pinned, Script, ScriptWarning
from vinfer.kit import page, schema
from vinfer.kit.access import Actor
from vinfer.kit.db import Tx
from vinfer.kit.errors import InvalidParameter, NotFound, ResourceInUse
from vinfer.kit.ids import new_id
from vinfer.media import script as scripts

_MAX_ERRORS: Final = 100


async def create(tx: Tx, actor: Actor, body: dict[str, Any]) -> Script:
    """Publish version 1; raises `InvalidParameter` with every problem of the script."""
    body, warnings = _validated(body)
    id = new_id("scr")
    await queries.insert(tx.conn, actor.workspace_id, id, body)
    await queries.add_version(tx.conn, id, body, warnings)
    return await get(tx, actor, id)


async def get(tx: Tx, actor: Actor, id: str) -> Script:
    """The newest version; raises `NotFound`."""
    script = await queries.get(tx.conn, actor.workspace_id, id)
    if script is None:
        raise NotFound("script", id)
    return script


async def pin(tx: Tx, workspace_id: str, id: str) -> Pinned | None:
    """The newest version for a call to run; nobody deletes the script before this commits."""
    row = await queries.newest(tx.conn, workspace_id, id)
    return Pinned(id, row["version"], scripts.parse(row["body"])) if row else None


async def find(tx: Tx, actor: Actor, query: page.PageQuery) -> page.Page[dict[str, Any]]:
    """The workspace's scripts, each at its newest version."""
    rows, total = await queries.page(tx.conn, actor.workspace_id, query)
    return page.build(query, rows, total=total, item=lambda row: queries.script_of(row).as_answer())


async def change(tx: Tx, actor: Actor, id: str, patch: dict[str, Any]) -> Script:
    """Publish a version that differs in the fields of `patch`; None takes a field away.

    Raises `NotFound` and `InvalidParameter`.
    """
    await _lock(tx, actor, id)
    current = await get(tx, actor, id)
    merged = {name: value for name, value in (current.body | patch).items() if value is not None}
    body, warnings = _validated(merged)
    await queries.add_version(tx.conn, id, body, warnings)
    return await get(tx, actor, id)


async def delete(tx: Tx, actor: Actor, id: str) -> None:
    """Delete a script; raises `NotFound`, and `ResourceInUse` while a call or agent needs it."""
    await _lock(tx, actor, id)
    used_by = await queries.find_user(tx.conn, id)
    if used_by:
        raise ResourceInUse("script", id, used_by=used_by)
    await queries.delete(tx.conn, id)


async def _lock(tx: Tx, actor: Actor, id: str) -> None:
    if not await queries.lock(tx.conn, actor.workspace_id, id):
        raise NotFound("script", id)


def _validated(body: dict[str, Any]) -> tuple[dict[str, Any], list[ScriptWarning]]:
    """The body with its language in canonical form, and the warnings; raises `InvalidParameter`."""
    body = _with_canonical_language(body)
    schema.decode_value(body, scripts.Script)
    errors, warnings = scripts.validate(body)
    if errors:
        raise _refusal(body, errors)
    return body, [ScriptWarning(field=field, message=message) for field, message in warnings]


def _with_canonical_language(body: dict[str, Any]) -> dict[str, Any]:
    language = body.get("language")
    if not isinstance(language, str):
        return body  # its shape is judged with that of the rest
    try:
        return body | {"language": schema.parse_language(language)}
    except schema.Invalid as error:
        raise InvalidParameter(
            "language",
            provided=language[:200],
            expected=error.expected,
            message=f"The 'language' field {error.rule}.",
        ) from error


def _refusal(body: dict[str, Any], errors: Sequence[scripts.Problem]) -> InvalidParameter:
    (field, expected), *others = errors[: _MAX_ERRORS + 1]
    return InvalidParameter(
        field,
        provided=_value_at(body, field),
        expected=expected,
        errors=[
            {"field": name, "provided": _value_at(body, name), "expected": words}
            for name, words in others
        ],
    )


def _value_at(body: dict[str, Any], field: str) -> Any:
    """The value that a dotted path names, as far as it goes back to the client."""
    value: Any = body
    for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", field):
        try:
            value = value[name] if name else value[int(index)]
        except (KeyError, IndexError, TypeError):
            return None
    return schema.shown(value)
