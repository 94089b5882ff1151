"""What people ask of campaigns."""

from collections.abc import Collection
from datetime import datetime
from typing import IO, Any

from msgspec import UNSET, to_builtins

from vinfer.domains.agents import service as agents
from vinfer.domains.campaigns import moves, queries
from vinfer.domains.campaigns.schedule import compile_hours
from vinfer.domains.campaigns.schemas import (
    Campaign,
    CampaignBody,
    CampaignPatch,
    CampaignQuery,
    ContactsBody,
    Status,
    Verb,
    require_features,
)
from vinfer.domains.campaigns.service import lifecycle, resources
from vinfer.domains.campaigns.service.trunks import require_trunk
from vinfer.domains.contacts import service as contacts
from vinfer.domains.contacts.numbers import Digests
from vinfer.domains.contacts.schemas import Intake
from vinfer.kit import page, schema
from vinfer.kit.access import Actor
from vinfer.kit.db import Connection, Row, Tx
from vinfer.kit.errors import InvalidParameter, NotFound
from vinfer.kit.ids import new_id
from vinfer.media.script import parsing


async def create(
    tx: Tx,
    actor: Actor,
    body: CampaignBody,
    *,
    installed: Collection[str],
    features: Collection[str] | None = None,
    digests: Digests,
    now: datetime,
) -> Campaign:
    """Write a campaign with its contacts. Raises `InvalidParameter`."""
    own = agents.merge(None, body.fallback)
    cast = await agents.cast(
        tx, actor.workspace_id, script_id=body.script_id, agent_id=body.agent_id, fallback=own
    )
    agents.require_language(body.language, installed)
    require_features("analyze", body.analyze, features)
    await require_trunk(tx, actor, body.trunk_id)
    zone = await queries.timezone(tx.conn, actor.workspace_id)
    hours = compile_hours(body.schedule, default_timezone=zone)
    campaign_id = new_id("cmp")
    fields = _fields(body) | {
        "id": campaign_id,
        "workspace_id": actor.workspace_id,
        "agent_id": cast.agent_id,
        "own_script": body.script_id is not None,
        "own_fallback": own,
    }
    fields |= lifecycle.cast_fields(cast)
    await queries.insert(tx.conn, fields, hours, now=now)
    await contacts.add_all(
        tx,
        actor,
        campaign_id,
        body.contacts,
        cast.script,
        dedupe=body.dedupe,
        digests=digests,
        now=now,
    )
    return await get(tx.conn, actor, campaign_id)


def _fields(body: CampaignBody) -> dict[str, Any]:
    return {
        "name": body.name,
        "language": body.language,
        "trunk_id": body.trunk_id,
        "schedule": body.schedule and to_builtins(body.schedule),
        "max_attempts": body.max_attempts,
        "retry_interval_minutes": body.retry_interval_minutes,
        "concurrency": body.concurrency,
        "metadata": body.metadata or {},
        "analyze_features": body.analyze,
    }


async def get(conn: Connection, actor: Actor, campaign_id: str) -> Campaign:
    """One campaign. Raises `NotFound`."""
    row = await _row(conn, actor, campaign_id)
    (campaign,) = await resources.build(conn, [row])
    return campaign


async def _row(conn: Connection, actor: Actor, campaign_id: str) -> Row:
    row = await queries.get(conn, actor.workspace_id, campaign_id)
    if row is None:
        raise NotFound("campaign", campaign_id)
    return row


async def _locked(tx: Tx, actor: Actor, campaign_id: str) -> Row:
    await _row(tx.conn, actor, campaign_id)
    return await lifecycle.lock(tx, campaign_id)


async def list_campaigns(
    conn: Connection, actor: Actor, filters: CampaignQuery, query: page.PageQuery
) -> page.Page[Campaign]:
    """A page of campaigns, newest first."""
    rows, total = await queries.page(conn, actor.workspace_id, filters, query)
    found = {it.id: it for it in await resources.build(conn, rows[: query.limit])}
    return page.build(query, rows, total=total, item=lambda row: found[row["id"]])


async def act(tx: Tx, actor: Actor, campaign_id: str, verb: Verb, now: datetime) -> Campaign:
    """Start, pause, resume or stop. Raises `NotFound`, `InvalidState`."""
    row = await _locked(tx, actor, campaign_id)
    await lifecycle.move(tx, row, verb, now)
    return await get(tx.conn, actor, campaign_id)


async def edit(
    tx: Tx, actor: Actor, campaign_id: str, body: CampaignPatch, now: datetime
) -> Campaign:
    """Change what the body names, then move. Raises as `act`, and `InvalidParameter`."""
    row = await _locked(tx, actor, campaign_id)
    changes = schema.changes(body)
    changes.pop("status", None)
    changes.pop("action", None)
    if changes:
        await _apply(tx, row, body, changes)
    verb = body.action
    if body.status is not UNSET:
        if verb is not UNSET:
            raise InvalidParameter("action", provided=verb, expected="absent beside 'status'")
        verb = moves.verb_towards(campaign_id, row["status"], body.status)
    if verb is not UNSET:
        await lifecycle.move(tx, row, verb, now)
    return await get(tx.conn, actor, campaign_id)


async def _apply(tx: Tx, row: Row, body: CampaignPatch, changes: dict[str, Any]) -> None:
    _refuse_final(row, "edited")
    hours = None
    if body.schedule is not UNSET:
        zone = await queries.timezone(tx.conn, row["workspace_id"])
        hours = compile_hours(body.schedule, default_timezone=zone)
        changes["schedule"] = body.schedule and to_builtins(body.schedule)
    if "metadata" in changes:
        changes["metadata"] = changes["metadata"] or {}
    await queries.update(tx.conn, row["id"], changes, hours)


def _refuse_final(row: Row, wanted: str) -> None:
    status: Status = row["status"]
    if status in moves.FINAL:
        raise moves.refusal(row["id"], status, wanted)


async def add_contacts(
    tx: Tx, actor: Actor, campaign_id: str, body: ContactsBody, *, digests: Digests, now: datetime
) -> Intake:
    """Add the good ones of a list; the others are reported. Raises `NotFound`, `InvalidState`."""
    rows = enumerate(body.contacts, 1)
    return await _add_rows(tx, actor, campaign_id, rows, digests=digests, now=now)


async def add_contacts_csv(
    tx: Tx, actor: Actor, campaign_id: str, file: IO[bytes], *, digests: Digests, now: datetime
) -> Intake:
    """The same for a spooled CSV file, read in batches."""
    rows = contacts.csv_rows(file)
    return await _add_rows(tx, actor, campaign_id, rows, digests=digests, now=now)


async def _add_rows(
    tx: Tx, actor: Actor, campaign_id: str, rows: contacts.Rows, *, digests: Digests, now: datetime
) -> Intake:
    row = await _row(tx.conn, actor, campaign_id)
    _refuse_final(row, "given contacts")
    body = await queries.script_body(tx.conn, row["script_id"], row["script_version"])
    script = parsing.parse(body)
    intake = await contacts.add_rows(tx, actor, campaign_id, rows, script, digests=digests, now=now)
    # the row is held only now, so that a long upload stops no calls; the check is what counts
    _refuse_final(await lifecycle.lock(tx, campaign_id), "given contacts")
    return intake
