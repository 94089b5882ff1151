"""Contacts of campaigns, and the do-not-call list."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import IO, Any, Final, Literal

from vinfer.domains.contacts import queries, reading
from vinfer.domains.contacts.schemas import (
    DISPOSITIONS,
    MAX_REASONS_SHOWN,
    DncBody,
    DncEntry,
    DoNotCall,
    Intake,
    NewContact,
    Person,
    Problem,
    Progress,
    Rejected,
)
from vinfer.kit import lists, page
from vinfer.kit.access import Actor
from vinfer.kit.db import Connection, Row, Tx
from vinfer.kit.errors import InvalidParameter, NotFound
from vinfer.media.script.shape import Script

Dedupe = Literal["keep", "reject"]
_BATCH: Final = 1_000
_NO_SCRIPT: Final = Script(name="-", language="en", opening="-", branches=())


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
        raise _refusal(problems)
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
        raise _refusal([(f"variables.{it.field}", it) for it in found])
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
        raise _refusal(problems)


def _refusal(problems: Sequence[tuple[str, Problem]]) -> InvalidParameter:
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
    tx: Tx, actor: Actor, campaign_id: str, contacts: Sequence[NewContact], now: datetime
) -> None:
    """Append contacts to a campaign, due at once."""
    after = await queries.last_position(tx.conn, campaign_id)
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
    rows: Iterator[tuple[int, Mapping[str, Any] | str]],
    script: Script,
    now: datetime,
) -> Intake:
    """Append the good ones of many rows, in batches; the others are reported row by row."""
    after = await queries.last_position(tx.conn, campaign_id)
    accepted, refused = 0, 0
    shown: list[Rejected] = []
    while batch := await asyncio.to_thread(_read_batch, rows, script):
        good = [found for _, found in batch if isinstance(found, NewContact)]
        bad = [Rejected(row=row, reason=it) for row, it in batch if isinstance(it, str)]
        await queries.copy(
            tx.conn,
            good,
            workspace_id=actor.workspace_id,
            campaign_id=campaign_id,
            after=after + accepted,
            now=now,
        )
        accepted += len(good)
        refused += len(bad)
        shown += bad[: MAX_REASONS_SHOWN - len(shown)]
    return Intake(accepted=accepted, rejected=shown, rejected_total=refused)


def _read_batch(
    rows: Iterator[tuple[int, Mapping[str, Any] | str]], script: Script
) -> list[tuple[int, NewContact | str]]:
    return [(number, _read_row(row, script)) for number, row in islice(rows, _BATCH)]


def _read_row(row: Mapping[str, Any] | str, script: Script) -> NewContact | str:
    if isinstance(row, str):
        return row
    found = reading.read(row, script)
    if isinstance(found, NewContact):
        return found
    return "; ".join(f"'{it.field}' must be {it.expected}" for it in found[:10])


def csv_rows(file: IO[bytes]) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Rows of a CSV for `add_rows`; reading raises `InvalidParameter` if no column is `phone`."""
    return reading.csv_rows(file)


async def tallies(
    conn: Connection, campaign_ids: Sequence[str]
) -> dict[str, tuple[Progress, dict[str, int]]]:
    """Progress and outcomes of each campaign, counted from its contacts."""
    found = {id: (Progress(), dict.fromkeys(DISPOSITIONS, 0)) for id in campaign_ids}
    for row in await lists.by_campaign(conn, "contacts", campaign_ids):
        progress, outcomes = found[row["campaign_id"]]
        progress.total += row["n"]
        setattr(progress, row["status"], getattr(progress, row["status"]) + row["n"])
        if row["status"] == "completed":
            outcomes[row["disposition"]] += row["n"]
    return found  # pyright: ignore[reportReturnType]  # keys are the literals


async def has_any(tx: Tx, campaign_id: str) -> bool:
    """Whether a campaign has a contact at all."""
    return await queries.has_any(tx.conn, campaign_id)


async def has_open(tx: Tx, campaign_id: str) -> bool:
    """Whether a contact of the campaign is not final yet."""
    return await queries.has_open(tx.conn, campaign_id)


async def has_skipped(tx: Tx, campaign_id: str) -> bool:
    """Whether a contact of the campaign was never tried and never will be."""
    return await queries.has_skipped(tx.conn, campaign_id)


async def close_waiting(tx: Tx, campaign_id: str) -> None:
    """Make every contact final that no live call holds: untried ones become `skipped`."""
    await queries.close_waiting(tx.conn, campaign_id)


async def lock(tx: Tx, contact_id: str) -> Row | None:
    """The contact's row, held until this transaction ends."""
    return await queries.lock(tx.conn, contact_id)


async def finish(tx: Tx, contact_id: str, disposition: str) -> None:
    """Make a contact final."""
    await queries.finish(tx.conn, contact_id, disposition)


async def schedule(
    tx: Tx, contact_id: str, *, at: datetime, attempts: int, trunk_failures: int = 0
) -> None:
    """Have a contact called again at `at`."""
    await queries.schedule(
        tx.conn, contact_id, at=at, attempts=attempts, trunk_failures=trunk_failures
    )


async def person(conn: Connection, actor: Actor, phone: str) -> Person:
    """What campaigns and the do-not-call list know of a phone, which may be nothing."""
    rows = await queries.person(conn, actor.workspace_id, phone)
    attributes: dict[str, Any] = {}
    for row in rows:
        attributes = row["variables"] | attributes
    entry = await queries.dnc_entry(conn, actor.workspace_id, phone)
    return Person(
        phone=phone,
        name=next((row["name"] for row in rows if row["name"]), None),
        attributes=attributes,
        do_not_call=DoNotCall(listed=True, reason=entry["reason"], since=entry["created_at"])
        if entry
        else DoNotCall(listed=False),
    )


async def is_known(conn: Connection, actor: Actor, phone: str) -> bool:
    """Whether a campaign or the do-not-call list names the phone."""
    return bool(
        await queries.person(conn, actor.workspace_id, phone)
        or await queries.dnc_entry(conn, actor.workspace_id, phone)
    )


async def list_dnc(conn: Connection, actor: Actor, query: page.PageQuery) -> page.Page[DncEntry]:
    """A page of the do-not-call list."""
    rows, total = await queries.dnc_page(conn, actor.workspace_id, query)
    return page.build(query, rows, total=total, item=_entry)


def _entry(row: Row) -> DncEntry:
    return DncEntry(phone=row["phone"], reason=row["reason"], created_at=row["created_at"])


async def forbid(tx: Tx, workspace_id: str, phone: str, *, reason: str, now: datetime) -> None:
    """Put a phone on the do-not-call list; a listed one keeps its first reason."""
    await queries.add_dnc(tx.conn, workspace_id, [(phone, reason)], now=now)


async def add_dnc(tx: Tx, actor: Actor, body: DncBody, now: datetime) -> DncEntry | Intake:
    """List one phone, or many of which the bad ones are reported. Raises `InvalidParameter`."""
    if (body.phone is None) == (body.phones is None):
        raise InvalidParameter("phone", provided=body.phone, expected="given, or else 'phones'")
    if body.phone is None:
        phones = enumerate(body.phones or (), 1)
        return await add_dnc_rows(
            tx, actor, ((row, {"phone": it}) for row, it in phones), reason=body.reason, now=now
        )
    await forbid(tx, actor.workspace_id, body.phone, reason=body.reason, now=now)
    entry = await queries.dnc_entry(tx.conn, actor.workspace_id, body.phone)
    assert entry is not None
    return _entry(entry)


async def add_dnc_rows(
    tx: Tx,
    actor: Actor,
    rows: Iterator[tuple[int, Mapping[str, Any] | str]],
    *,
    reason: str,
    now: datetime,
) -> Intake:
    """List the phones of many rows, each with its own `reason` column if it has one."""
    accepted, refused = 0, 0
    shown: list[Rejected] = []
    while batch := await asyncio.to_thread(_read_batch, rows, _NO_SCRIPT):
        good = [found for _, found in batch if isinstance(found, NewContact)]
        bad = [Rejected(row=row, reason=it) for row, it in batch if isinstance(it, str)]
        entries = [(it.phone, str(it.variables.get("reason", reason))[:255]) for it in good]
        await queries.add_dnc(tx.conn, actor.workspace_id, entries, now=now)
        accepted += len(good)
        refused += len(bad)
        shown += bad[: MAX_REASONS_SHOWN - len(shown)]
    return Intake(accepted=accepted, rejected=shown, rejected_total=refused)


async def remove_dnc(tx: Tx, actor: Actor, phone: str) -> None:
    """Allow calls to a phone again. Raises `NotFound`."""
    if not await queries.remove_dnc(tx.conn, actor.workspace_id, phone):
        raise NotFound("dnc_entry", phone)
