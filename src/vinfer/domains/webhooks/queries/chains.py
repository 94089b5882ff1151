"""SQL of the engine: what is owed to which endpoint, and who is busy with it.

A chain is an event owed to a webhook: made when the webhook's cursor passes the event, gone when
it is delivered or given up. Whoever claims for a webhook holds its row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from vinfer.domains.webhooks.pacing import QUICK_ATTEMPTS, Health
from vinfer.domains.webhooks.queries.log import COLUMNS
from vinfer.kit.db import Connection, Row

Lane = Literal["live", "replay"]


@dataclass(frozen=True, slots=True)
class Held:
    """A chain that an attempt holds by its claim."""

    webhook_id: str
    lane: Lane
    sequence: int
    claim: str


LEASE_S: Final = 25.0  # longer than an attempt and the transactions around it
WINDOW: Final = 500  # quick chains of one webhook; what comes after them waits in the log

_WANTED: Final = "(e.name = any(w.events) or '*' = any(w.events))"
_RESOURCE: Final = "e.resource_type || '/' || e.resource_id"
_AWAKE: Final = (
    "w.status = 'active' and w.deleted_at is null and (w.resume_at is null or w.resume_at <= $1)"
)
_MOST: Final = "greatest(1, $2::int >> least(w.failures, 16))"
_AHEAD: Final[Mapping[Lane, str]] = {
    "live": "e.sequence > w.cursor",
    "replay": "e.sequence > w.replay_cursor and e.sequence <= w.replay_until"
    " and not exists (select from webhook_chains o where o.webhook_id = w.id"
    "  and o.lane in ('live', 'replay') and o.sequence = e.sequence)",
}
_QUICK: Final = f"b.attempts < {QUICK_ATTEMPTS}"
_LOOK_AHEAD: Final = 20  # events whose resource is busy, per claim


async def candidates(
    conn: Connection, *, now: datetime, per_endpoint: int, limit: int
) -> list[Row]:
    """Active webhooks with something to send and room for it, locked; others' are left out.

    Workspaces take turns, however many webhooks each has. What is fresh is asked in order: as an
    `exists` the planner reads the log from its beginning.
    """
    return await conn.fetch(
        "with ready as (select w.id, has.due, has.fresh, has.replay,"  # noqa: S608  # constants
        "  row_number() over (partition by w.workspace_id order by random()) as place"
        "  from webhooks w join workspaces s on s.id = w.workspace_id"
        "  cross join lateral (select count(*)::int as in_flight from webhook_chains c"
        "   where c.webhook_id = w.id and c.claim is not null and c.due_at > $1) f"
        "  cross join lateral (select exists (select from webhook_chains c"
        "    where c.webhook_id = w.id and c.lane = 'live' and c.due_at <= $1) as due,"
        "   w.cursor < s.last_sequence and (select true from events e"
        "    where e.workspace_id = w.workspace_id and e.sequence > w.cursor"
        f"   and {_WANTED} order by e.sequence limit 1) is not null as fresh,"
        "   w.replay_cursor is not null or exists (select from webhook_chains c"
        "    where c.webhook_id = w.id and c.lane = 'replay' and c.due_at <= $1) as replay) has"
        f" where {_AWAKE} and (w.cursor < s.last_sequence or w.replay_cursor is not null"
        "   or exists (select from webhook_chains c where c.webhook_id = w.id))"  # most have none
        "  and (has.due or has.fresh or has.replay)"
        f" and f.in_flight < {_MOST})"
        f" select w.*, ready.due, ready.fresh, ready.replay, {_MOST} as most,"
        "  w.replay_cursor is not null as replaying"
        f" from ready join webhooks w on w.id = ready.id where {_AWAKE}"
        " order by ready.place, random() limit $3 for no key update of w skip locked",
        now,
        per_endpoint,
        limit,
    )


async def in_flight(conn: Connection, ids: Sequence[str], *, now: datetime) -> dict[str, int]:
    """How many attempts are under way at each webhook; exact while their rows are held."""
    rows = await conn.fetch(
        "select webhook_id, count(*)::int as count from webhook_chains"
        " where webhook_id = any($1) and claim is not null and due_at > $2 group by webhook_id",
        list(ids),
        now,
    )
    return {row["webhook_id"]: row["count"] for row in rows}


async def take_due(
    conn: Connection, rooms: Mapping[str, int], *, lane: Lane, claim: str, now: datetime
) -> list[Row]:
    """Claim chains whose time has come and which no earlier event of their resource holds up."""
    return await conn.fetch(
        "with due as materialized (select c.webhook_id, c.lane, c.sequence"  # noqa: S608  # constants
        "  from unnest($1::text[], $2::int[]) as want (webhook_id, room)"
        "  cross join lateral (select c.* from webhook_chains c"
        "   where c.webhook_id = want.webhook_id and c.lane = $3 and c.due_at <= $4"
        f"   and (c.attempts >= {QUICK_ATTEMPTS} or not exists (select from webhook_chains b"
        "    where b.webhook_id = c.webhook_id and b.lane = c.lane and b.resource = c.resource"
        f"   and b.sequence < c.sequence and {_QUICK}))"
        "   order by c.due_at, c.sequence limit want.room) c),"
        " taken as (update webhook_chains c set claim = $5, due_at = $6 from due"
        "  where c.webhook_id = due.webhook_id and c.lane = due.lane"
        "  and c.sequence = due.sequence and c.due_at <= $4 returning c.*)"
        f" select taken.webhook_id, taken.lane, taken.attempts, {COLUMNS} from taken"
        " join events e on e.workspace_id = taken.workspace_id and e.sequence = taken.sequence"
        " order by e.sequence",
        list(rooms),
        list(rooms.values()),
        lane,
        now,
        claim,
        now + timedelta(seconds=LEASE_S),
    )


async def ahead(conn: Connection, rooms: Mapping[str, int], *, lane: Lane) -> list[Row]:
    """Wanted events after each webhook's cursor, in order, as many as it has room for and a few.

    `busy`: an earlier event of the resource is still owed. None where the window is full. A
    replay leaves out what is owed anyway.
    """
    return await conn.fetch(
        f"select w.id as webhook_id, 0 as attempts, {COLUMNS}, {_RESOURCE} as resource,"  # noqa: S608  # constants
        " exists (select from webhook_chains b where b.webhook_id = w.id and b.lane = $3"
        f"  and {_QUICK} and b.resource = {_RESOURCE}) as busy"
        " from unnest($1::text[], $2::int[]) as want (webhook_id, room)"
        " join webhooks w on w.id = want.webhook_id"
        " cross join lateral (select least($4 - count(*), want.room + $5)::int as size"
        f"  from webhook_chains b where b.webhook_id = w.id and b.lane = $3 and {_QUICK}) window_"
        " cross join lateral (select e.* from events e where e.workspace_id = w.workspace_id"
        f"  and {_AHEAD[lane]} and {_WANTED} order by e.sequence limit greatest(size, 0)) e"
        " order by w.id, e.sequence",
        list(rooms),
        list(rooms.values()),
        lane,
        WINDOW,
        _LOOK_AHEAD,
    )


async def plan(
    conn: Connection, rows: Sequence[tuple[Row, str | None]], *, lane: Lane, now: datetime
) -> None:
    """Make chains of events, each claimed or, with None, waiting for its resource.

    The webhooks' cursors, or their replays', move to the last of them.
    """
    leased = now + timedelta(seconds=LEASE_S)
    await conn.execute(
        "with made as (insert into webhook_chains"
        "  (webhook_id, lane, sequence, workspace_id, resource, due_at, claim)"
        "  select webhook_id, $7, sequence, workspace_id, resource, due_at, claim"
        "  from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::timestamptz[],"
        "   $6::text[]) as it (webhook_id, sequence, workspace_id, resource, due_at, claim)"
        "  returning webhook_id, sequence)"
        " update webhooks w set"
        " cursor = case $7 when 'live' then it.sequence else w.cursor end,"
        " replay_cursor = case $7 when 'replay' then it.sequence else w.replay_cursor end"
        " from (select webhook_id, max(sequence) as sequence from made group by webhook_id) it"
        " where w.id = it.webhook_id",
        [row["webhook_id"] for row, _ in rows],
        [row["sequence"] for row, _ in rows],
        [row["workspace_id"] for row, _ in rows],
        [row["resource"] for row, _ in rows],
        [leased if claim else now for _, claim in rows],
        [claim for _, claim in rows],
        lane,
    )


async def end_replays(conn: Connection, ids: Sequence[str]) -> None:
    """End those of the replays that have nothing left to plan."""
    await conn.execute(
        "update webhooks w set replay_cursor = null, replay_until = null"  # noqa: S608  # constants
        " where w.id = any($1) and not exists (select from events e"
        f"  where e.workspace_id = w.workspace_id and {_AHEAD['replay']} and {_WANTED})",
        list(ids),
    )


def columns(held: Sequence[Held]) -> tuple[list[str], list[str], list[int], list[str]]:
    """Webhook ids, lanes, sequences and claims, as arrays for a statement."""
    return (
        [it.webhook_id for it in held],
        [it.lane for it in held],
        [it.sequence for it in held],
        [it.claim for it in held],
    )


async def put_off(
    conn: Connection, held: Sequence[Held], *, attempts: Sequence[int], due: Sequence[datetime]
) -> None:
    """Give chains that failed their next time. Ended or taken over, they are left alone."""
    await conn.execute(
        "update webhook_chains c set attempts = it.attempts, due_at = it.due_at, claim = null from"
        " unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::int[], $6::timestamptz[])"
        "  as it (id, lane, sequence, claim, attempts, due_at)"
        " where c.webhook_id = it.id and c.lane = it.lane and c.sequence = it.sequence"
        " and c.claim = it.claim",
        *columns(held),
        list(attempts),
        list(due),
    )


async def forget(conn: Connection, webhook_id: str) -> None:
    """Owe a webhook nothing any more."""
    await conn.execute("delete from webhook_chains where webhook_id = $1", webhook_id)


async def hurry(conn: Connection, *, webhook_id: str, event: Row, now: datetime) -> None:
    """Owe an event now: bring its chain forward, or make one in the replay lane."""
    tag = await conn.execute(
        "update webhook_chains set due_at = least(due_at, $3)"
        " where webhook_id = $1 and sequence = $2 and claim is null",
        webhook_id,
        event["sequence"],
        now,
    )
    if tag == "UPDATE 0":
        await conn.execute(
            "insert into webhook_chains"  # noqa: S608  # constants
            " (webhook_id, lane, sequence, workspace_id, resource, due_at)"
            f" select $1, 'replay', e.sequence, e.workspace_id, {_RESOURCE}, $4 from events e"
            " where e.workspace_id = $3 and e.sequence = $2 and not exists"
            "  (select from webhook_chains where webhook_id = $1 and sequence = $2)",
            webhook_id,
            event["sequence"],
            event["workspace_id"],
            now,
        )


async def still_held(conn: Connection, held: Sequence[Held]) -> set[Held]:
    """Those that neither ended nor were taken over."""
    rows = await conn.fetch(
        "select c.webhook_id, c.lane, c.sequence, c.claim from webhook_chains c"
        " join unnest($1::text[], $2::text[], $3::bigint[], $4::text[])"
        "  as it (id, lane, sequence, claim)"
        " on c.webhook_id = it.id and c.lane = it.lane and c.sequence = it.sequence"
        " and c.claim = it.claim",
        *columns(held),
    )
    return {Held(**row) for row in rows}


async def end(conn: Connection, held: Sequence[Held]) -> None:
    """Owe no longer what these attempts held."""
    await conn.execute(
        "delete from webhook_chains c"
        " using unnest($1::text[], $2::text[], $3::bigint[], $4::text[])"
        "  as it (id, lane, sequence, claim)"
        " where c.webhook_id = it.id and c.lane = it.lane and c.sequence = it.sequence"
        " and c.claim = it.claim",
        *columns(held),
    )


async def lock_health(conn: Connection, ids: Sequence[str]) -> dict[str, tuple[str, Health]]:
    """URL and health of active webhooks, locked in one order for everybody."""
    rows = await conn.fetch(
        "select id, url, failures, failing_since, resume_at from webhooks where id = any($1)"
        " and status = 'active' and deleted_at is null order by id for no key update",
        list(ids),
    )
    return {
        row["id"]: (
            row["url"],
            Health(row["failures"], row["failing_since"], row["resume_at"]),
        )
        for row in rows
    }


async def store_health(conn: Connection, health: Mapping[str, Health]) -> None:
    """Write what `lock_health` read and its caller changed."""
    await conn.execute(
        "update webhooks w set failures = it.failures, failing_since = it.since,"
        " resume_at = it.resume_at"
        " from unnest($1::text[], $2::int[], $3::timestamptz[], $4::timestamptz[])"
        "  as it (id, failures, since, resume_at) where w.id = it.id",
        list(health),
        [it.failures for it in health.values()],
        [it.failing_since for it in health.values()],
        [it.resume_at for it in health.values()],
    )


async def skip_unwanted(conn: Connection) -> None:
    """Move cursors to the end of the log where nothing of it is wanted."""
    await conn.execute(
        "update webhooks w set cursor = greatest(w.cursor, s.last_sequence) from workspaces s"  # noqa: S608  # constant
        " where s.id = w.workspace_id and w.cursor < s.last_sequence"
        " and w.status = 'active' and w.deleted_at is null and not exists"
        " (select from events e where e.workspace_id = w.workspace_id and e.sequence > w.cursor"
        f" and {_WANTED})"
    )


async def drop_orphans(conn: Connection) -> None:
    """End chains of events that were pruned in the moment in which they were asked for again.

    What is kept of a workspace's log has no gap: they lie before its first event.
    """
    await conn.execute(
        "delete from webhook_chains c using (select s.id, coalesce((select min(e.sequence)"
        "   from events e where e.workspace_id = s.id), s.last_sequence + 1) as first"
        "  from workspaces s) log where c.workspace_id = log.id and c.sequence < log.first"
    )
