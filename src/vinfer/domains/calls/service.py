"""What people ask of calls."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import IO, Any

from msgspec import to_builtins
from msgspec.structs import replace

from vinfer.domains.agents import service as agents
from vinfer.domains.agents.schemas import Cast
from vinfer.domains.calls import dialing, outcomes, resources
from vinfer.domains.calls.queries import listing
from vinfer.domains.calls.queries import rows as queries
from vinfer.domains.calls.resources import Link
from vinfer.domains.calls.schemas import Call, CallBody, CallDetail, CallQuery, Profile
from vinfer.domains.campaigns import service as campaigns
from vinfer.domains.campaigns.schemas import require_features
from vinfer.domains.contacts import service as contacts
from vinfer.domains.contacts.numbers import Digests
from vinfer.domains.contacts.schemas import (
    ContactPatch,
    DncBody,
    DncEntry,
    DoNotCall,
    Intake,
    Person,
)
from vinfer.kit import page
from vinfer.kit.access import Actor
from vinfer.kit.db import Connection, Row, Tx
from vinfer.kit.errors import InvalidParameter, InvalidState, NotFound
from vinfer.kit.ids import new_id

_HISTORY = page.PageQuery(limit=100)


async def create(
    tx: Tx,
    actor: Actor,
    body: CallBody,
    *,
    installed: Collection[str],
    features: Collection[str] | None = None,
    digests: Digests,
    now: datetime,
) -> CallDetail:
    """Write a one-off call, dialled when a seat is free; a forbidden phone ends as `dnd` instead.

    Raises `InvalidParameter`, and `InvalidState` while another call to the phone is live.
    """
    cast = await agents.cast(
        tx,
        actor.workspace_id,
        script_id=body.script_id,
        agent_id=body.agent_id,
        fallback=agents.merge(None, body.fallback),
    )
    agents.require_language(body.language, installed)
    require_features("analyze", body.analyze, features)
    fields = _fields(body, cast) | {
        "id": new_id("cal"),
        "workspace_id": actor.workspace_id,
        "trunk_id": await _trunk(tx.conn, actor, body.trunk_id),
    }
    call_id = await queries.insert_one_off(tx.conn, fields, now=now)
    if call_id is None:
        raise await _already_live(tx.conn, actor, body.phone)
    standing = await contacts.standing(tx.conn, actor.workspace_id, body.phone, digests)
    if standing.listed:
        await dialing.close(tx, call_id, outcomes.BLOCKED, now)
    return await get(tx.conn, actor, call_id)


async def _trunk(conn: Connection, actor: Actor, trunk_id: str | None) -> str:
    found = await queries.trunk_for(conn, actor.workspace_id, trunk_id)
    if found is None:
        expected = "a trunk of the workspace, which needs one to call through"
        raise InvalidParameter("trunk_id", provided=trunk_id, expected=expected)
    return found


def _fields(body: CallBody, cast: Cast) -> dict[str, Any]:
    """The columns of a call; raises `InvalidParameter` for values that the script cannot speak."""
    variables = contacts.read_variables(body.variables or {}, body.name, body.phone, cast.script)
    return {
        "script_id": cast.script_id,
        "script_version": cast.version,
        "voice_agent_id": cast.agent_id,
        "voice": cast.voice,
        "tags": list(cast.tags),
        "fallback": cast.fallback,
        "warnings": to_builtins(cast.warnings),
        "phone": body.phone,
        "name": body.name or None,
        "variables": variables,
        "language": body.language,
        "metadata": body.metadata or {},
        "analyze_features": body.analyze,
    }


async def _already_live(conn: Connection, actor: Actor, phone: str) -> InvalidState:
    live = await queries.live_on(conn, actor.workspace_id, phone)
    return InvalidState(
        "call",
        live or "",
        current="in_progress",
        requested="in_progress",
        allowed=["completed", "failed"],
        message="Another call to this phone is in progress; two are never made at one time.",
    )


async def get(
    conn: Connection, actor: Actor, call_id: str, *, link: Link | None = None
) -> CallDetail:
    """One call in full; `link` signs its recording. Raises `NotFound`."""
    row = await _row(conn, actor, call_id)
    (call,) = await resources.details(conn, [row], link=link)
    return call


async def _row(conn: Connection, actor: Actor, call_id: str) -> Row:
    row = await queries.get(conn, actor.workspace_id, call_id)
    if row is None:
        raise NotFound("call", call_id)
    return row


async def list_calls(
    conn: Connection, actor: Actor, filters: CallQuery, query: page.PageQuery
) -> page.Page[Call]:
    """A page of calls, newest first."""
    rows, total = await listing.page(conn, actor.workspace_id, filters, query)
    return page.build(query, rows, total=total, item=resources.listed, time="at")


async def list_campaign_calls(
    conn: Connection, actor: Actor, campaign_id: str, filters: CallQuery, query: page.PageQuery
) -> page.Page[Call]:
    """The same for one campaign. Raises `NotFound`."""
    await campaigns.get(conn, actor, campaign_id)
    if filters.campaign_id not in (None, campaign_id):
        return page.build(query, [], total=0, item=resources.listed)
    of_campaign = replace(filters, campaign_id=campaign_id)
    return await list_calls(conn, actor, of_campaign, query)


async def hang_up(tx: Tx, actor: Actor, call_id: str, now: datetime) -> CallDetail:
    """Have a live call end within a second; one that still waits is cancelled, a final one is left.

    Raises `NotFound`.
    """
    await _row(tx.conn, actor, call_id)
    call = await queries.lock(tx.conn, call_id)
    if call is not None and call["status"] == "in_progress":
        if call["owner"] is None:
            await dialing.close(tx, call_id, outcomes.CANCELLED, now)
        else:
            await queries.request_hangup(tx.conn, call_id, call["owner"])
    return await get(tx.conn, actor, call_id)


async def profile(conn: Connection, actor: Actor, phone: str, digests: Digests) -> Profile:
    """All that is known of a phone. Raises `NotFound` when that is nothing."""
    calls = await list_calls(conn, actor, CallQuery(phone=phone), _HISTORY)
    person = await contacts.person(conn, actor, phone, digests)
    if person is None and not calls.data:
        raise NotFound("contact", phone)
    return Profile(
        phone=phone,
        name=_name(person, calls.data),
        attributes=person.attributes if person else {},
        do_not_call=person.do_not_call if person else DoNotCall(listed=False),
        calls=calls.data,
    )


def _name(person: Person | None, calls: Sequence[Call]) -> str | None:
    """As campaigns or hands have it, else as the newest call that was given one."""
    if person is not None and (person.name or person.named):
        return person.name
    return next((call.contact.name for call in calls if call.contact.name), None)


async def change_contact(
    tx: Tx, actor: Actor, phone: str, patch: ContactPatch, *, digests: Digests, now: datetime
) -> Profile:
    """Put a person right. Raises `NotFound` and `InvalidParameter`."""
    await contacts.hold(tx, actor.workspace_id, phone)  # whoever is erased meanwhile stays erased
    await profile(tx.conn, actor, phone, digests)
    await contacts.change(tx, actor, phone, patch, now)
    return await profile(tx.conn, actor, phone, digests)


async def add_dnc(tx: Tx, actor: Actor, body: DncBody, now: datetime) -> DncEntry | Intake:
    """Never call a phone again, or many: what waits to call them is taken out of the queues.

    Raises `InvalidParameter`.
    """
    dialing.block_listed_at(tx, actor.workspace_id, now)
    return await contacts.add_dnc(tx, actor, body, now)


async def add_dnc_csv(tx: Tx, actor: Actor, file: IO[bytes], now: datetime) -> Intake:
    """The same for a CSV file, read in batches."""
    dialing.block_listed_at(tx, actor.workspace_id, now)
    rows = contacts.csv_rows(file)
    return await contacts.add_dnc_rows(tx, actor, rows, reason="upload", now=now)


async def lock_for_analysis(tx: Tx, call_id: str) -> Row | None:
    """A call whose recording is stored; nobody erases it meanwhile."""
    call = await queries.lock(tx.conn, call_id)
    if call is None or call["erased_at"] is not None or call["recording_key"] is None:
        return None
    return call


async def recording_of(conn: Connection, call_id: str) -> str | None:
    """The storage key of a call's recording, if it has one."""
    rows = await queries.by_ids(conn, [call_id])
    return rows[0]["recording_key"] if rows else None


async def name_transcript(tx: Tx, call_id: str, job_id: str | None) -> None:
    """Note which job transcribes a call; None: no longer any."""
    await queries.name_transcript(tx.conn, call_id, job_id)


async def emit(tx: Tx, call_id: str, name: str) -> None:
    """Say what became of a call, with the call as it now is."""
    await resources.emit(tx, [call_id], name)
