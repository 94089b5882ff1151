"""The SQL of contacts and of the do-not-call list."""

from collections.abc import Sequence
from datetime import datetime

from vinfer.domains.contacts.schemas import NewContact
from vinfer.kit.db import Connection, Row
from vinfer.kit.ids import new_id
from vinfer.kit.page import PageQuery

_COLUMNS = (
    "id",
    "workspace_id",
    "campaign_id",
    "position",
    "phone",
    "name",
    "variables",
    "next_at",
    "created_at",
)


async def last_position(conn: Connection, campaign_id: str) -> int:
    """The place of a campaign's last contact; 0 when there is none."""
    return await conn.fetchval(
        "select coalesce(max(position), 0) from contacts where campaign_id = $1", campaign_id
    )


async def copy(
    conn: Connection,
    contacts: Sequence[NewContact],
    *,
    workspace_id: str,
    campaign_id: str,
    after: int,
    now: datetime,
) -> None:
    """Bulk load contacts at the places that follow `after`, due at once."""
    records = (
        (new_id("ctc"), workspace_id, campaign_id, at, it.phone, it.name, it.variables, now, now)
        for at, it in enumerate(contacts, after + 1)
    )
    await conn.copy_records_to_table("contacts", records=records, columns=_COLUMNS)


async def has_any(conn: Connection, campaign_id: str) -> bool:
    """Whether a campaign has a contact at all."""
    return await conn.fetchval(
        "select exists (select from contacts where campaign_id = $1)", campaign_id
    )


async def has_open(conn: Connection, campaign_id: str) -> bool:
    """Whether a contact of the campaign is not final yet."""
    return await conn.fetchval(
        "select exists (select from contacts where campaign_id = $1"
        " and status in ('pending', 'retry_scheduled'))"
        " or exists (select from contacts where campaign_id = $1 and status = 'in_progress')",
        campaign_id,
    )


async def has_skipped(conn: Connection, campaign_id: str) -> bool:
    """Whether a contact of the campaign was given up before it was tried."""
    return await conn.fetchval(
        "select exists (select from contacts where campaign_id = $1 and status = 'skipped')",
        campaign_id,
    )


async def close_waiting(conn: Connection, campaign_id: str) -> None:
    """Make every contact final that no live call holds: untried ones skipped, others unreached."""
    await conn.execute(
        "update contacts set status = case when attempts = 0 and trunk_failures = 0"
        "   then 'skipped' else 'completed' end,"
        " disposition = case when attempts = 0 and trunk_failures = 0"
        "   then null else 'not_reachable' end"
        " where campaign_id = $1 and status in ('pending', 'retry_scheduled')",
        campaign_id,
    )


async def lock(conn: Connection, contact_id: str) -> Row | None:
    """The contact, which nobody else changes until this transaction ends."""
    return await conn.fetchrow("select * from contacts where id = $1 for no key update", contact_id)


async def finish(conn: Connection, contact_id: str, disposition: str) -> None:
    """Make the contact final."""
    await conn.execute(
        "update contacts set status = 'completed', disposition = $2, trunk_failures = 0"
        " where id = $1",
        contact_id,
        disposition,
    )


async def schedule(
    conn: Connection, contact_id: str, *, at: datetime, attempts: int, trunk_failures: int
) -> None:
    """Have the contact called again at `at`; one never tried is pending, not retried."""
    await conn.execute(
        "update contacts set status = case when $3::int + $4::int = 0 then 'pending'"
        "   else 'retry_scheduled' end, next_at = $2, attempts = $3, trunk_failures = $4"
        " where id = $1",
        contact_id,
        at,
        attempts,
        trunk_failures,
    )


async def person(conn: Connection, workspace_id: str, phone: str) -> list[Row]:
    """The names and values given for a phone, newest first (at most 50)."""
    return await conn.fetch(
        "select name, variables from contacts where workspace_id = $1 and phone = $2"
        " order by created_at desc, id desc limit 50",
        workspace_id,
        phone,
    )


async def dnc_entry(conn: Connection, workspace_id: str, phone: str) -> Row | None:
    """The do-not-call entry of a phone."""
    return await conn.fetchrow(
        "select phone, reason, created_at from dnc where workspace_id = $1 and phone = $2",
        workspace_id,
        phone,
    )


async def dnc_page(conn: Connection, workspace_id: str, query: PageQuery) -> tuple[list[Row], int]:
    """A page of the do-not-call list, and its whole length."""
    rows = await conn.fetch(
        "select phone as id, phone, reason, created_at from dnc where workspace_id = $1"
        " and ($2::timestamptz is null or (created_at, phone) < ($2, $3))"
        " order by created_at desc, phone desc limit $4 offset $5",
        workspace_id,
        *query.keys,
    )
    total: int = await conn.fetchval(
        "select count(*) from dnc where workspace_id = $1", workspace_id
    )
    return rows, total


async def add_dnc(
    conn: Connection, workspace_id: str, entries: Sequence[tuple[str, str]], *, now: datetime
) -> None:
    """List phones with their reasons; a listed one keeps its first reason."""
    await conn.execute(
        "insert into dnc (workspace_id, phone, reason, created_at)"
        " select $1, phone, reason, $4 from unnest($2::text[], $3::text[]) as t (phone, reason)"
        " on conflict do nothing",
        workspace_id,
        [phone for phone, _ in entries],
        [reason for _, reason in entries],
        now,
    )


async def remove_dnc(conn: Connection, workspace_id: str, phone: str) -> bool:
    """Take a phone off the list; False if it was not on it."""
    tag = await conn.execute(
        "delete from dnc where workspace_id = $1 and phone = $2", workspace_id, phone
    )
    return tag != "DELETE 0"
