"""Long lists: SQL that walks an index from a cursor, and totals that are exact without counting.

Triggers append to the table `counts` what each statement changed; `fold` sums it up now and then.
A total is the sum of what is folded and what is not, in one statement: exact in its snapshot.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from vinfer.kit.db import Connection, Database
from vinfer.kit.page import PageQuery

Topic = Literal["calls", "contacts", "dnc"]
FOLD_EVERY_S: Final = 10.0
_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)  # what is later cannot be reckoned with
_FOLD_LOCK: Final = 0x76_69_6E_66_65_72_02  # any number of our own
_FOLD: Final = """
with gone as (delete from counts where not folded returning *)
insert into counts (topic, workspace_id, campaign_id, day, status, disposition, language, n, folded)
select topic, workspace_id, campaign_id, day, status, disposition, language, sum(n), true
from gone group by 1, 2, 3, 4, 5, 6, 7 having sum(n) <> 0
on conflict (topic, workspace_id, campaign_id, day, status, disposition, language) where folded
do update set n = counts.n + excluded.n
"""


def tail(
    query: PageQuery, *, first: int, id: str, time: str | None = None
) -> tuple[str, list[Any]]:
    """The end of a list's statement, newest first, and its arguments from `$first` on.

    Ids sort by the moment they were made: without `time` they alone say what is newest.
    It follows a `where`. The cursor is left out where there is none: an index serves either form,
    but not one that asks whether the cursor is null. How many rows there will be is no argument:
    a plan for any number of them seems dear, and the server would plan each time anew.
    """
    after = query.after
    args: list[Any] = []
    place = ""
    if after and time:
        args += [after.at, after.id]
        place = f" and ({time}, {id}) < (${first}::timestamptz, ${first + 1}::text)"
    elif after:
        args.append(after.id)
        place = f" and {id} < ${first}"
    skipped = 0 if after else query.offset
    if skipped:
        args.append(skipped)
    offset = f" offset ${first + len(args) - 1}" if skipped else ""
    order = f"{time} desc, {id} desc" if time else f"{id} desc"
    return f"{place} order by {order} limit {query.limit + 1}{offset}", args


def conditions(values: Mapping[str, Any], *, first: int) -> tuple[str, list[Any]]:
    """` and column = $n` for each value that is not None, and these values."""
    given = {name: value for name, value in values.items() if value is not None}
    text = "".join(f" and {name} = ${n}" for n, name in enumerate(given, first))
    return text, list(given.values())


def span(from_: datetime | None, to: datetime | None) -> tuple[datetime | None, datetime | None]:
    """Bounds [start, end) of two inclusive times.

    Shown times are whole seconds: all of the last second belongs to it.
    """
    end = to and min(to.replace(microsecond=0), _NEVER) + timedelta(seconds=1)
    return from_ and min(from_, _NEVER), end


def within(
    column: str, from_: datetime | None, to: datetime | None, *, first: int
) -> tuple[str, list[datetime]]:
    """` and column >= $n` and ` and column < $n` for the `span` of the times that are not None."""
    start, end = span(from_, to)
    given = [(sign, it) for sign, it in ((">=", start), ("<", end)) if it is not None]
    text = "".join(
        f" and {column} {sign} ${n}::timestamptz" for n, (sign, _) in enumerate(given, first)
    )
    return text, [moment for _, moment in given]


async def total(
    conn: Connection, topic: Topic, workspace_id: str, filters: Mapping[str, Any] | None = None
) -> int:
    """How many rows there are, of those with the given values of counted columns."""
    text, args = conditions(filters or {}, first=3)
    return await conn.fetchval(
        "select coalesce(sum(n), 0)::bigint from counts"  # noqa: S608
        f" where topic = $1 and workspace_id = $2{text}",
        topic,
        workspace_id,
        *args,
    )


async def fold(db: Database) -> None:
    """Sum up what was appended since the last time. A second run finds nothing to sum up."""
    async with db.begin() as tx:
        if await tx.conn.fetchval("select pg_try_advisory_xact_lock($1)", _FOLD_LOCK):
            await tx.conn.execute(_FOLD)
            await tx.conn.execute("delete from counts where folded and n = 0")


async def by_campaign(conn: Connection, topic: Topic, campaign_ids: Sequence[str]) -> list[Any]:
    """Counts (`n`) of campaigns by `campaign_id`, `status` and `disposition`."""
    return await conn.fetch(
        "select campaign_id, status, disposition, sum(n)::bigint as n from counts"
        " where topic = $1 and campaign_id = any ($2::text[]) group by 1, 2, 3"
        " having sum(n) <> 0",
        topic,
        list(campaign_ids),
    )
