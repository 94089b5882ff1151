"""Scripts: validated before they are kept, and changed only by a new version."""

from collections.abc import Sequence
from typing import Any, Final

from vinfer.domains.scripts import queries
from vinfer.domains.scripts.schemas import Script, ScriptWarning
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
    """Delete a script; raises `NotFound`, and `ResourceInUse` while something live needs it."""
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
    errors, warnings = scripts.validate(body)
    if errors:
        raise _refusal(body, errors)
    return body, [ScriptWarning(field=field, message=message) for field, message in warnings]


def _with_canonical_language(body: dict[str, Any]) -> dict[str, Any]:
    language = body.get("language")
    if not isinstance(language, str):
        return body  # the script's own validation says so, beside its other problems
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
        provided=_scalar_at(body, field),
        expected=expected,
        errors=[
            {"field": name, "provided": _scalar_at(body, name), "expected": words}
            for name, words in others
        ],
    )


def _scalar_at(body: dict[str, Any], field: str) -> Any:
    """A wrong value, when it is one that is worth repeating: a small one at the top."""
    value = body.get(field)
    return value[:200] if isinstance(value, str) else value if isinstance(value, int) else None
