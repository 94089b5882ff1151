"""People, by phone: what is known of them, put right and forgotten."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET

from vinfer.domains.contacts import reading
from vinfer.domains.contacts.numbers import Digests
from vinfer.domains.contacts.queries import people as queries
from vinfer.domains.contacts.queries import rows
from vinfer.domains.contacts.schemas import (
    MAX_ATTRIBUTES,
    MAX_ATTRIBUTES_BYTES,
    Contact,
    ContactPatch,
    ContactQuery,
    NewContact,
    Person,
    Problem,
)
from vinfer.domains.contacts.service import dnc
from vinfer.domains.contacts.service.intake import refusal
from vinfer.kit import page
from vinfer.kit.access import Actor
from vinfer.kit.db import Connection, Row, Tx
from vinfer.kit.errors import InvalidParameter
from vinfer.media.script import parsing

_WAITING = ("pending", "retry_scheduled")


async def list_contacts(
    conn: Connection, actor: Actor, filters: ContactQuery, query: page.PageQuery
) -> page.Page[Contact]:
    """A page of the contacts of campaigns, newest first."""
    found, total = await rows.page(conn, actor.workspace_id, filters, query)
    return page.build(query, found, total=total, item=_contact)


def _contact(row: Row) -> Contact:
    return Contact(
        id=row["id"],
        campaign_id=row["campaign_id"],
        phone=row["phone"],
        name=row["name"],
        attributes=row["variables"],
        status=row["status"],
        disposition=row["disposition"],
        attempts=row["attempts"],
        next_attempt_at=row["next_at"] if row["status"] in _WAITING else None,
        created_at=row["created_at"],
    )


async def person(conn: Connection, actor: Actor, phone: str, digests: Digests) -> Person | None:
    """What campaigns, hands and the do-not-call list know of a phone; None when that is nothing."""
    given = await queries.from_campaigns(conn, actor.workspace_id, phone)
    by_hand = await queries.by_hand(conn, actor.workspace_id, phone)
    standing = await dnc.standing(conn, actor.workspace_id, phone, digests)
    if not (given or by_hand or standing.listed):
        return None
    known = _merged(given, by_hand)
    return Person(
        phone=phone,
        name=known.pop("name", None),
        named=by_hand is not None and "name" in by_hand["given"],
        attributes=known,
        do_not_call=standing,
    )


def _merged(given: list[Row], by_hand: Row | None) -> dict[str, Any]:
    """The newest value of each name; one that was taken away is absent."""
    layers: list[tuple[datetime, Mapping[str, Any]]] = [
        (row["created_at"], row["variables"] | ({"name": row["name"]} if row["name"] else {}))
        for row in reversed(given)
    ]
    if by_hand is not None:
        layers.append((by_hand["updated_at"], by_hand["given"]))
    layers.sort(key=lambda layer: layer[0])
    merged: dict[str, Any] = {}
    for _, values in layers:
        merged |= values
    return {name: value for name, value in merged.items() if value is not None}


async def hold(tx: Tx, workspace_id: str, phone: str) -> None:
    """Let nobody else change or erase a person until this transaction ends."""
    await queries.hold(tx.conn, workspace_id, phone)


async def change(tx: Tx, actor: Actor, phone: str, patch: ContactPatch, now: datetime) -> None:
    """Put a person's name and values right, for calls that are still to be made too.

    Raises `InvalidParameter` for a value that the script of such a call cannot speak.
    """
    given: dict[str, Any] = {} if patch.attributes is UNSET else dict(patch.attributes)
    if patch.name is not UNSET:
        given["name"] = patch.name or None
    for row in await rows.waiting(tx.conn, actor.workspace_id, phone):
        contact = _put_right(row, phone, given)
        await rows.change(
            tx.conn,
            actor.workspace_id,
            row["id"],
            name=contact.name,
            variables=contact.variables,
        )
    _require_few(await queries.set_by_hand(tx.conn, actor.workspace_id, phone, given, now=now))


def _require_few(given: Mapping[str, Any]) -> None:
    size = len(msgspec.json.encode(given))
    if len(given) > MAX_ATTRIBUTES + 1 or size > MAX_ATTRIBUTES_BYTES:
        raise InvalidParameter(
            "attributes",
            provided=None,
            expected=f"at most {MAX_ATTRIBUTES} names of a person in all, those of earlier changes"
            f" among them, and {MAX_ATTRIBUTES_BYTES} bytes of JSON",
        )


def _put_right(row: Row, phone: str, given: Mapping[str, Any]) -> NewContact:
    values = {"name": row["name"]} | row["variables"] | given | {"phone": phone}
    kept = {name: value for name, value in values.items() if value is not None}
    found = reading.read(kept, parsing.parse(row["script"]))
    if isinstance(found, list):
        raise refusal([(_field(it), it) for it in found])
    return found


def _field(problem: Problem) -> str:
    if problem.field in ("", "name"):
        return problem.field or "attributes"
    return f"attributes.{problem.field}"


async def campaigns_of(tx: Tx, workspace_id: str, phone: str) -> list[str]:
    """Ids of the campaigns that have a phone among their contacts, in order."""
    return await rows.campaigns_of(tx.conn, workspace_id, phone)


async def erase(tx: Tx, workspace_id: str, phone: str, digests: Digests, now: datetime) -> bool:
    """Forget a person; False if nothing was known. No live call to the phone may be left.

    Hold the campaigns of `campaigns_of`. A number on the do-not-call list stays as a digest.
    """
    known = [
        await rows.erase(tx.conn, workspace_id, phone) > 0,
        await queries.erase(tx.conn, workspace_id, phone),
        await dnc.erase(tx, workspace_id, phone, digests, now),
    ]
    return any(known)
