"""Contacts as they come in: one by one or by the file, each checked at its own place."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from vinfer.domains.contacts import reading
from vinfer.domains.contacts.numbers import Digests
from vinfer.domains.contacts.queries import rows as queries
from vinfer.domains.contacts.schemas import Intake, NewContact, Problem
from vinfer.domains.contacts.service import dnc
from vinfer.domains.contacts.service.batches import Batches, Rows
from vinfer.kit.access import Actor
from vinfer.kit.db import Tx
from vinfer.kit.errors import InvalidParameter
from vinfer.media.script.shape import Script

Dedupe = Literal["keep", "reject"]


async def read_all(
    raws: Sequence[Mapping[str, Any]], script: Script, *, dedupe: Dedupe = "keep"
) -> list[NewContact]:
    """Contacts of a request body, all of them good. Raises `InvalidParameter` naming each row."""
    # 10,000 numbers take some 200 ms to validate: not on the event loop
    read = await asyncio.to_thread(lambda: [reading.read(raw, script) for raw in raws])
    problems = [
        (f"contacts[{index}].{problem.field}".rstrip("."), problem)
        for index, found in enumerate(read)
        if isinstance(found, list)
        for problem in found
    ]
    if problems:
        raise refusal(problems)
    contacts = [found for found in read if isinstance(found, NewContact)]
    if dedupe == "reject":
        _refuse_duplicates(contacts)
    return contacts


def read_variables(
    values: Mapping[str, Any], name: str | None, phone: str, script: Script
) -> dict[str, Any]:
    """The values of a one-off call. Raises `InvalidParameter` naming each that is wrong."""
    found = reading.read(dict(values) | {"phone": phone, "name": name}, script)
    if isinstance(found, list):
        raise refusal([(f"variables.{it.field}", it) for it in found])
    return found.variables


def _refuse_duplicates(contacts: Sequence[NewContact]) -> None:
    first: dict[str, int] = {}
    problems = [
        (
            f"contacts[{index}].phone",
            Problem("phone", it.phone, f"a phone other than that of contacts[{first[it.phone]}]"),
        )
        for index, it in enumerate(contacts)
        if first.setdefault(it.phone, index) != index
    ]
    if problems:
        raise refusal(problems)


def refusal(problems: Sequence[tuple[str, Problem]]) -> InvalidParameter:
    """The 400 of these problems, each at its field."""
    (field, first), *others = problems[:101]
    return InvalidParameter(
        field,
        provided=_shown(first.provided),
        expected=first.expected,
        errors=[
            {"field": at, "provided": _shown(it.provided), "expected": it.expected}
            for at, it in others
        ],
    )


def _shown(value: Any) -> Any:
    if isinstance(value, dict | list):
        return None
    return value[:200] if isinstance(value, str) else value


async def add(
    tx: Tx,
    actor: Actor,
    campaign_id: str,
    contacts: Sequence[NewContact],
    *,
    now: datetime,
    digests: Digests,
) -> None:
    """Append contacts to a campaign, due at once."""
    after = await queries.last_position(tx.conn, campaign_id)
    await _append(tx, actor, campaign_id, contacts, after=after, now=now)
    await dnc.recall(tx, actor.workspace_id, [it.phone for it in contacts], digests, now)


async def _append(
    tx: Tx,
    actor: Actor,
    campaign_id: str,
    contacts: Sequence[NewContact],
    *,
    after: int,
    now: datetime,
) -> None:
    await queries.copy(
        tx.conn,
        contacts,
        workspace_id=actor.workspace_id,
        campaign_id=campaign_id,
        after=after,
        now=now,
    )


async def add_rows(
    tx: Tx,
    actor: Actor,
    campaign_id: str,
    rows: Rows,
    script: Script,
    *,
    now: datetime,
    digests: Digests,
) -> Intake:
    """Append the good ones of many rows, in batches; the others are reported row by row."""
    after = await queries.last_position(tx.conn, campaign_id)
    batches = Batches(rows, script)
    async for contacts in batches.good():
        place = after + batches.accepted
        await _append(tx, actor, campaign_id, contacts, after=place, now=now)
        await dnc.recall(tx, actor.workspace_id, [it.phone for it in contacts], digests, now)
    return batches.intake()
