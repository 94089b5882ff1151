"""Contacts as they come in: one by one or by the file, each checked at its own place."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

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
_FIRST_PART: Final = 128
_PART: Final = 512


@dataclass(slots=True)
class _Reading:
    """Contacts of a request, judged a part at a time off the event loop.

    While one part is judged the database takes in those before it, so that a request takes as
    long as the slower of the two and not as both. The first part is small: it is waited for.
    """

    raws: Sequence[Mapping[str, Any]]
    script: Script
    load: queries.Load
    phones: list[str] = field(default_factory=list[str])
    problems: list[tuple[str, Problem]] = field(default_factory=list[tuple[str, Problem]])

    async def rows(self) -> AsyncGenerator[bytes]:
        """Yield parts until there is a problem; then look for the others."""
        first, size = 0, _FIRST_PART
        while first < len(self.raws):
            rows = await asyncio.to_thread(self._read, first, size)
            if not self.problems:
                yield rows
            first, size = first + size, _PART

    def _read(self, first: int, size: int) -> bytes:
        good = list[NewContact]()
        for index, raw in enumerate(self.raws[first : first + size], first):
            found = reading.read(raw, self.script)
            if isinstance(found, NewContact):
                good.append(found)
            else:
                self.problems += [(_field(index, it), it) for it in found]
        if self.problems:
            return b""
        self.phones += [it.phone for it in good]
        return self.load.rows(good)


def _field(index: int, problem: Problem) -> str:
    return f"contacts[{index}].{problem.field}".rstrip(".")


async def add_all(
    tx: Tx,
    actor: Actor,
    campaign_id: str,
    raws: Sequence[Mapping[str, Any]],
    script: Script,
    *,
    dedupe: Dedupe,
    now: datetime,
    digests: Digests,
) -> None:
    """Write the contacts of a request body to a new campaign, due at once.

    Raises `InvalidParameter` naming each row that is wrong; the transaction must then not commit.
    """
    found = _Reading(raws, script, queries.Load(actor.workspace_id, campaign_id, now=now))
    await queries.copy(tx.conn, found.rows())
    if found.problems:
        raise refusal(found.problems)
    if dedupe == "reject":
        _refuse_duplicates(found.phones)
    await dnc.recall(tx, actor.workspace_id, found.phones, digests, now)


def read_variables(
    values: Mapping[str, Any], name: str | None, phone: str, script: Script
) -> dict[str, Any]:
    """The values of a one-off call. Raises `InvalidParameter` naming each that is wrong."""
    found = reading.read(dict(values) | {"phone": phone, "name": name}, script)
    if isinstance(found, list):
        raise refusal([(f"variables.{it.field}", it) for it in found])
    return found.variables


def _refuse_duplicates(phones: Sequence[str]) -> None:
    first: dict[str, int] = {}
    problems = [
        (
            f"contacts[{index}].phone",
            Problem("phone", phone, f"a phone other than that of contacts[{first[phone]}]"),
        )
        for index, phone in enumerate(phones)
        if first.setdefault(phone, index) != index
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
    load = queries.Load(actor.workspace_id, campaign_id, after=after, now=now)
    async for contacts in batches.good():
        await queries.copy(tx.conn, _whole(load, contacts))
        await dnc.recall(tx, actor.workspace_id, [it.phone for it in contacts], digests, now)
    return batches.intake()


async def _whole(load: queries.Load, contacts: Sequence[NewContact]) -> AsyncGenerator[bytes]:
    yield await asyncio.to_thread(load.rows, contacts)
