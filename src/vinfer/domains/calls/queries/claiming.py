"""The claim: which calls a media process may place now. The heart of the dialer is one statement.

Every transaction that touches more than one campaign first takes `lock_dialer`: it makes the limits
exact over all processes, and it is what keeps campaign rows from being locked in two orders.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from vinfer.kit.db import Connection, Row
from vinfer.kit.ids import new_id

_DIALER_LOCK: Final = 0x76_69_6E_66_65_72_01  # any number of our own

# $1 is the present moment; `at time zone` reads the campaign's own wall clock, DST included
_WINDOW_IS_OPEN: Final = """
    c.status = 'running'
    and (c.start_at is null or c.start_at <= $1::timestamptz)
    and (c.end_at is null or c.end_at > $1)
    and ($1::timestamptz at time zone c.timezone)::time >= c.window_start
    and ($1::timestamptz at time zone c.timezone)::time < c.window_end
    and extract(isodow from $1::timestamptz at time zone c.timezone)::int = any (c.days)
"""

_CLAIM: Final = """
with live as materialized (
    select workspace_id, campaign_id, trunk_id from calls
    where status = 'in_progress' and owner is not null
),
-- a trunk that refused its last three calls gets one call every 15 s until one goes through:
-- its outage must not use up the contacts
health as materialized (
    select t.id, n.newest > $1::timestamptz - interval '15 seconds' as probed,
        e.refused as down
    from trunks t
    cross join lateral (select max(started_at) as newest from calls k
        where k.trunk_id = t.id and k.owner is not null) n
    cross join lateral (
        select count(*) = 3 and bool_and(end_reason is not distinct from 'trunk_error') as refused
        from (select k.end_reason from calls k
            where k.trunk_id = t.id and k.owner is not null
                and k.started_at > $1::timestamptz - interval '10 minutes'
                and (k.status <> 'in_progress' or k.answered_at is not null)
            order by k.started_at desc limit 3) l
    ) e
),
lines as materialized (
    select t.id, t.workspace_id, t.is_default, t.caller_ids, least(
        t.channels - (select count(*) from live where live.trunk_id = t.id),
        t.calls_per_second - (select count(*) from calls k where k.trunk_id = t.id
            and k.owner is not null and k.started_at > $1::timestamptz - interval '1 second'),
        case when not h.down then t.channels when h.probed then 0 else 1 end
    ) as free
    from trunks t join health h on h.id = t.id
),
busy as materialized (select workspace_id, count(*) as n from live group by 1),
rooms as materialized (
    select w.id, coalesce(busy.n, 0) as busy, w.max_concurrent_calls - coalesce(busy.n, 0) as free
    from workspaces w left join busy on busy.workspace_id = w.id
),
open as materialized (
    select c.id, c.workspace_id, l.id as trunk_id, o.busy,
        least(coalesce(c.concurrency - o.busy, $3), l.free, r.free, $3::int) as free,
        least(r.free, $3::int) as shared
    from campaigns c
    join lines l on l.workspace_id = c.workspace_id
        and case when c.trunk_id is null then l.is_default else l.id = c.trunk_id end
    join rooms r on r.id = c.workspace_id
    cross join lateral (select count(*) as busy from live where live.campaign_id = c.id) o
    where [window is open]
        and ($5::text[] is null or c.script_id || ':' || c.script_version || ':' || c.language
            || ':' || c.voice = any ($5))
),
-- enough candidates of each campaign for its workspace's share, and no more: they are sorted below
due as materialized (
    select o.*, 1 + ceil(o.shared::numeric / count(*) over (partition by o.workspace_id)) as share
    from open o
    -- the first in the queue: asked only whether one exists, the planner reads every contact due
    cross join lateral (select from contacts p
        where p.campaign_id = o.id
            and p.status in ('pending', 'retry_scheduled') and p.next_at <= $1::timestamptz
        order by p.next_at, p.position limit 1
    ) waiting
    where o.free > 0
),
candidates as (
    select k.workspace_id, k.trunk_id, null as campaign_id, null as contact_id, k.id as call_id,
        k.phone, 0 as class, row_number() over (partition by k.workspace_id order by k.id) as turn
    from calls k
    where k.status = 'in_progress' and k.owner is null
        and ($5::text[] is null or k.script_id || ':' || k.script_version || ':' || k.language
            || ':' || k.voice = any ($5))
        and not exists (select from dnc
            where dnc.workspace_id = k.workspace_id and dnc.phone = k.phone)
    union all
    select o.workspace_id, o.trunk_id, o.id, d.id, null,
        d.phone, 1, o.busy + row_number() over (partition by o.id order by d.next_at, d.position)
    from due o cross join lateral (
        select p.id, p.phone, p.next_at, p.position from contacts p
        where p.campaign_id = o.id
            and p.status in ('pending', 'retry_scheduled') and p.next_at <= $1::timestamptz
            and not exists (select from dnc
                where dnc.workspace_id = p.workspace_id and dnc.phone = p.phone)
            and not exists (select from calls k where k.workspace_id = p.workspace_id
                and k.phone = p.phone and k.status = 'in_progress')
        order by p.next_at, p.position
        limit least(o.free, o.share)
    ) d
),
-- each limit holds inside the next wider one: campaign in trunk in workspace in seats
distinct_phones as (
    select *, row_number() over (
        partition by workspace_id, phone order by class, turn, contact_id) as same
    from candidates
),
on_trunk as (
    select *, row_number() over (partition by trunk_id order by class, turn, campaign_id) as nth
    from distinct_phones where same = 1
),
in_workspace as (
    select t.*, row_number() over (
        partition by t.workspace_id order by t.class, t.turn, t.campaign_id) as place
    from on_trunk t join lines l on l.id = t.trunk_id where t.nth <= l.free
),
chosen as materialized (
    select p.*, row_number() over (order by r.busy + p.place, p.workspace_id) as seat
    from in_workspace p join rooms r on r.id = p.workspace_id where p.place <= r.free
    order by seat limit $3
),
-- a pause or stop that commits first wins; one that comes later waits for this claim
held as materialized (
    select c.id from campaigns c
    where c.id in (select campaign_id from chosen) and c.status = 'running'
    order by c.id for share
),
begun as (
    insert into calls (id, workspace_id, campaign_id, contact_id, trunk_id, caller_id, script_id,
        script_version, phone, name, variables, language, attempt, owner, metadata, fallback,
        analyze_features, voice_agent_id, voice, tags, started_at)
    select ($4::text[])[h.seat], h.workspace_id, h.campaign_id, h.contact_id, h.trunk_id,
        l.caller_ids[1 + (nextval('caller_turns') % nullif(cardinality(l.caller_ids), 0))::int],
        c.script_id, c.script_version, p.phone, p.name, p.variables, c.language, p.attempts + 1,
        $2, c.metadata, c.fallback, c.analyze_features, c.agent_id, c.voice, c.tags, $1
    from chosen h
    join held on held.id = h.campaign_id
    join campaigns c on c.id = h.campaign_id
    join contacts p on p.workspace_id = h.workspace_id and p.id = h.contact_id
    join lines l on l.id = h.trunk_id
    -- a one-off call to the same phone may have been posted since this statement began
    on conflict (workspace_id, phone) where status = 'in_progress' do nothing
    returning id, workspace_id, contact_id
),
moved as (
    update contacts p set status = 'in_progress', attempts = p.attempts + 1
    from begun where p.workspace_id = begun.workspace_id and p.id = begun.contact_id
),
taken as (
    update calls k set owner = $2, caller_id =
        l.caller_ids[1 + (nextval('caller_turns') % nullif(cardinality(l.caller_ids), 0))::int]
    from chosen h join lines l on l.id = h.trunk_id
    where k.id = h.call_id and k.owner is null and k.status = 'in_progress'
    returning k.id
)
select id from begun union all select id from taken
""".replace("[window is open]", _WINDOW_IS_OPEN)

_CLAIMED: Final = """
select k.*, c.timezone as campaign_timezone, w.timezone as workspace_timezone, v.body as script,
    t.server, t.transport, t.username, t.auth_username, t.password_sealed, t.register
from calls k
join workspaces w on w.id = k.workspace_id
join script_versions v on v.script_id = k.script_id and v.version = k.script_version
join trunks t on t.id = k.trunk_id
left join campaigns c on c.id = k.campaign_id
where k.id = any ($1::text[])
order by k.workspace_id, k.id
"""

# only the head of each queue is looked at, so that a long queue costs nothing; the rest gets there
_BLOCKED_CONTACTS: Final = """
select p.id, p.campaign_id
from campaigns c
cross join lateral (
    select h.id, h.campaign_id, h.workspace_id, h.phone from contacts h
    where h.campaign_id = c.id
        and h.status in ('pending', 'retry_scheduled') and h.next_at <= $1::timestamptz
    order by h.next_at, h.position limit 50
) p
where [window is open]
    and exists (select from dnc where dnc.workspace_id = p.workspace_id and dnc.phone = p.phone)
    -- the finished record is written beside it, so a live call to the phone ends first
    and not exists (select from calls k where k.workspace_id = p.workspace_id
        and k.phone = p.phone and k.status = 'in_progress')
order by c.workspace_id, c.id, p.id limit $2
""".replace("[window is open]", _WINDOW_IS_OPEN)


_IN_DEMAND: Final = """
with wanted as (
    select c.script_id, c.script_version, c.language, c.voice, c.status = 'running' as now
    from campaigns c where c.status in ('scheduled', 'running', 'paused')
    union all
    select k.script_id, k.script_version, k.language, k.voice, true from calls k
    where k.status = 'in_progress' and k.owner is null
), named as (
    select *, script_id || ':' || script_version || ':' || language || ':' || voice as key
    from wanted
)
select n.key, n.language, n.voice, v.body
from named n join script_versions v on v.script_id = n.script_id and v.version = n.script_version
where n.key <> all ($1::text[])
group by n.key, n.language, n.voice, v.script_id, v.version
order by bool_or(n.now) desc, v.script_id, v.version, n.key limit 1
"""


async def in_demand(conn: Connection, *, known: Collection[str]) -> Row | None:
    """The next script (`key`, `language`, `voice`, `body`) that calls will need, not yet known.

    Running campaigns and waiting calls first, then campaigns that may start.
    """
    return await conn.fetchrow(_IN_DEMAND, list(known))


_MAY_RING: Final = """
select [window is open] as due
from campaigns c where c.id = $2 for share
""".replace("[window is open]", _WINDOW_IS_OPEN)

_RING: Final = """
update calls k set rang_at = $1, started_at = $1 from trunks t
where k.id = $2 and t.id = k.trunk_id and t.calls_per_second > (
    select count(*) from calls o
    where o.trunk_id = t.id and o.rang_at > $1::timestamptz - interval '1 second')
returning k.id
"""


async def campaign_is_open(conn: Connection, campaign_id: str, *, now: datetime) -> bool:
    """Whether a campaign calls now; a pause waits until this transaction ends."""
    return bool(await conn.fetchval(_MAY_RING, now, campaign_id))


async def ring(conn: Connection, call_id: str, *, trunk_id: str, now: datetime) -> bool:
    """Note that a call's INVITE goes out now; False when its trunk has to wait for the next second.

    Exact over all processes: the trunk is locked until this transaction ends.
    """
    lock = "select pg_advisory_xact_lock(hashtextextended('trunk ' || $1, 0))"
    await conn.execute(lock, trunk_id)
    return await conn.fetchval(_RING, now, call_id) is not None


async def lock_dialer(conn: Connection) -> None:
    """Be the only claimer of the deployment until this transaction ends."""
    await conn.execute("select pg_advisory_xact_lock($1)", _DIALER_LOCK)


async def claim(
    conn: Connection,
    owner: str,
    *,
    seats: int,
    now: datetime,
    scripts: Collection[str] | None = None,
) -> list[Row]:
    """Write up to `seats` attempts and return them, ready to dial. Needs `lock_dialer`.

    `scripts` keeps to these keys of `in_demand`; None takes calls of any script.
    """
    ids = [new_id("cal") for _ in range(seats)]
    keys = None if scripts is None else list(scripts)
    found = await conn.fetch(_CLAIM, now, owner, seats, ids, keys)
    return await conn.fetch(_CLAIMED, [row["id"] for row in found]) if found else []


async def blocked_contacts(conn: Connection, *, now: datetime, limit: int) -> list[Row]:
    """Contacts (`id`, `campaign_id`) that are due but must not be called. Needs `lock_dialer`."""
    return await conn.fetch(_BLOCKED_CONTACTS, now, limit)


async def blocked_one_offs(conn: Connection, *, limit: int) -> Sequence[str]:
    """Ids of one-off calls that still wait and may no longer be placed. Needs `lock_dialer`."""
    rows = await conn.fetch(
        "select k.id from calls k join dnc on dnc.workspace_id = k.workspace_id"
        " and dnc.phone = k.phone where k.status = 'in_progress' and k.owner is null"
        " order by k.workspace_id, k.id limit $1",
        limit,
    )
    return [row["id"] for row in rows]


async def insert_blocked(
    conn: Connection, workspace_id: str, contact_id: str, *, call_id: str, now: datetime
) -> str | None:
    """Write the attempt that must not be made.

    None if the contact is no longer due, or a call to its phone has begun meanwhile.
    """
    return await conn.fetchval(
        "with begun as (insert into calls (id, workspace_id, campaign_id, contact_id, script_id,"
        "   script_version, phone, name, variables, language, attempt, metadata, fallback,"
        "   analyze_features, voice_agent_id, voice, tags, started_at)"
        "  select $3, p.workspace_id, p.campaign_id, p.id, c.script_id, c.script_version, p.phone,"
        "   p.name, p.variables, c.language, p.attempts + 1, c.metadata, c.fallback,"
        "   c.analyze_features, c.agent_id, c.voice, c.tags, $4::timestamptz"
        "  from contacts p join campaigns c on c.id = p.campaign_id"
        "  where p.workspace_id = $1 and p.id = $2 and p.status in ('pending', 'retry_scheduled')"
        "  on conflict (workspace_id, phone) where status = 'in_progress' do nothing"
        "  returning id, workspace_id, contact_id),"
        " moved as (update contacts p set status = 'in_progress', attempts = p.attempts + 1"
        "   from begun where p.workspace_id = begun.workspace_id and p.id = begun.contact_id)"
        " select id from begun",
        workspace_id,
        contact_id,
        call_id,
        now,
    )


async def listed_phones(
    conn: Connection, workspace_id: str, *, listed_at: datetime, after: str, limit: int
) -> list[str]:
    """The phones that were put on the list at a moment, in order, those after `after`."""
    rows = await conn.fetch(
        "select phone from dnc where workspace_id = $1 and created_at = $2 and phone > $3"
        " order by phone limit $4",
        workspace_id,
        listed_at,
        after,
        limit,
    )
    return [row["phone"] for row in rows]


async def waiting_contacts(
    conn: Connection, workspace_id: str, phones: Sequence[str], *, limit: int
) -> list[Row]:
    """Contacts (`id`, `campaign_id`) that would be called on one of the phones, some day."""
    return await conn.fetch(
        "select p.id, p.campaign_id from contacts p join campaigns c on c.id = p.campaign_id"
        " where p.workspace_id = $1 and p.phone = any ($2::text[])"
        " and p.status in ('pending', 'retry_scheduled')"
        " and c.status in ('scheduled', 'running', 'paused')"
        " and not exists (select from calls k where k.workspace_id = p.workspace_id"
        "   and k.phone = p.phone and k.status = 'in_progress')"
        " order by p.campaign_id, p.id limit $3",
        workspace_id,
        list(phones),
        limit,
    )


async def unanswered_calls(conn: Connection, workspace_id: str, phones: Sequence[str]) -> list[Row]:
    """Live calls (`id`, `owner`, `hangup_requested`) to the phones that nobody has answered."""
    return await conn.fetch(
        "select id, owner, hangup_requested from calls where workspace_id = $1"
        " and phone = any ($2::text[]) and status = 'in_progress' and answered_at is null"
        " order by id",
        workspace_id,
        list(phones),
    )
