"""The contacts of campaigns, read and written."""

from collections.abc import AsyncIterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Final

from vinfer.domains.contacts.schemas import ContactQuery, NewContact
from vinfer.kit import copying, lists
from vinfer.kit.db import Connection, Row
from vinfer.kit.ids import Series
from vinfer.kit.page import PageQuery

_SAME: Final = ("workspace_id", "campaign_id", "next_at", "created_at")  # in each row of a load
_OWN: Final = ("id", "position", "phone", "name", "variables")


async def last_position(conn: Connection, campaign_id: str) -> int:
    """The place of a campaign's last contact; 0 when there is none."""
    return await conn.fetchval(
        "select coalesce(max(position), 0) from contacts where campaign_id = $1", campaign_id
    )


class Load:
    """Contacts on their way into a campaign, behind the contact at `after`; due at once."""

    def __init__(
        self, workspace_id: str, campaign_id: str, *, after: int = 0, now: datetime
    ) -> None:
        self._ids = Series("ctc")
        self._next = after + 1
        place = copying.text(workspace_id) + copying.text(campaign_id)
        due = copying.moment(now)
        self._same = copying.begin(len(_SAME) + len(_OWN)) + place + due + due

    def rows(self, contacts: Sequence[NewContact]) -> bytes:
        """The next contacts for `copy`. Some 1.2 µs for each: of many, in a thread."""
        ids, first, same = self._ids.take(len(contacts)), self._next, self._same
        self._next += len(contacts)
        text, integer, jsonb = copying.text, copying.integer, copying.jsonb
        parts = [
            (same, text(id), integer(at), text(it.phone), text(it.name), jsonb(it.variables))
            for at, (id, it) in enumerate(zip(ids, contacts, strict=True), first)
        ]
        return b"".join(chain.from_iterable(parts))


async def copy(conn: Connection, rows: AsyncIterable[bytes]) -> None:
    """Bulk load the rows of a `Load` as they come: the database takes in those before meanwhile."""
    await conn.copy_to_table(
        "contacts", source=copying.framed(rows), columns=(*_SAME, *_OWN), format="binary"
    )


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


async def lock(conn: Connection, workspace_id: str, id: str) -> Row | None:
    """The contact, which nobody else changes until this transaction ends."""
    return await conn.fetchrow(
        "select * from contacts where workspace_id = $1 and id = $2 for no key update",
        workspace_id,
        id,
    )


async def finish(conn: Connection, workspace_id: str, id: str, disposition: str) -> None:
    """Make the contact final."""
    await conn.execute(
        "update contacts set status = 'completed', disposition = $3, trunk_failures = 0"
        " where workspace_id = $1 and id = $2",
        workspace_id,
        id,
        disposition,
    )


async def schedule(
    conn: Connection,
    workspace_id: str,
    id: str,
    *,
    at: datetime,
    attempts: int,
    trunk_failures: int,
) -> None:
    """Have the contact called again at `at`; one never tried is pending, not retried."""
    await conn.execute(
        "update contacts set status = case when $4::int + $5::int = 0 then 'pending'"
        "   else 'retry_scheduled' end, next_at = $3, attempts = $4, trunk_failures = $5"
        " where workspace_id = $1 and id = $2",
        workspace_id,
        id,
        at,
        attempts,
        trunk_failures,
    )


async def page(
    conn: Connection, workspace_id: str, filters: ContactQuery, query: PageQuery
) -> tuple[list[Row], int]:
    """A page of contacts, newest first, and how many there are in all."""
    counted = {
        "campaign_id": filters.campaign_id,
        "status": filters.status,
        "disposition": filters.disposition,
    }
    where, args = lists.conditions(counted | {"phone": filters.phone}, first=2)
    base = f" from contacts where workspace_id = $1{where}"
    if filters.phone is None:
        total = await lists.total(conn, "contacts", workspace_id, counted)
    else:
        total = await conn.fetchval(f"select count(*){base}", workspace_id, *args)
    if not total:
        return [], 0
    end, more = lists.tail(query, first=len(args) + 2, id="id")
    return await conn.fetch(f"select *{base}{end}", workspace_id, *args, *more), total


async def waiting(conn: Connection, workspace_id: str, phone: str) -> list[Row]:
    """Contacts of a phone that are still to be called, with their `script`, until the end held."""
    return await conn.fetch(
        "select p.id, p.name, p.variables, v.body as script from contacts p"
        " join campaigns c on c.id = p.campaign_id"
        " join script_versions v on v.script_id = c.script_id and v.version = c.script_version"
        " where p.workspace_id = $1 and p.phone = $2"
        " and p.status in ('pending', 'retry_scheduled') order by p.id for no key update of p",
        workspace_id,
        phone,
    )


async def change(
    conn: Connection, workspace_id: str, id: str, *, name: str | None, variables: dict[str, Any]
) -> None:
    """Set what a contact is called by and what the script speaks to it."""
    await conn.execute(
        "update contacts set name = $3, variables = $4 where workspace_id = $1 and id = $2",
        workspace_id,
        id,
        name,
        variables,
    )


async def campaigns_of(conn: Connection, workspace_id: str, phone: str) -> list[str]:
    """Ids of the campaigns that have a phone among their contacts, in order."""
    rows = await conn.fetch(
        "select distinct campaign_id from contacts where workspace_id = $1 and phone = $2"
        " order by campaign_id",
        workspace_id,
        phone,
    )
    return [row["campaign_id"] for row in rows]


async def erase(conn: Connection, workspace_id: str, phone: str) -> int:
    """Forget who the contacts of a phone are; how many there were.

    One that was never tried goes; another stays as a number in its campaign's progress, final.
    """
    gone = await conn.execute(
        "delete from contacts where workspace_id = $1 and phone = $2"
        " and status = 'pending' and attempts = 0 and trunk_failures = 0",
        workspace_id,
        phone,
    )
    kept = await conn.execute(
        "update contacts set phone = null, name = null, variables = '{}',"
        " disposition = case when status = 'skipped' then null"
        "   else coalesce(disposition, 'not_reachable') end,"
        " status = case when status = 'skipped' then status else 'completed' end"
        " where workspace_id = $1 and phone = $2",
        workspace_id,
        phone,
    )
    return int(gone.rpartition(" ")[2]) + int(kept.rpartition(" ")[2])
