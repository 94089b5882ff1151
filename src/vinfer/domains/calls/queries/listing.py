"""Lists of calls: pages that walk an index, and how many calls there are in all."""

from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from vinfer.domains.calls.schemas import CallQuery
from vinfer.kit import lists
from vinfer.kit.db import Connection, Row
from vinfer.kit.page import PageQuery

_DAY: Final = timedelta(days=1)
_COLUMNS: Final = (
    "k.id, k.campaign_id, c.name as campaign_name, k.phone, k.name, k.status, k.disposition, k.tag,"
    " k.end_reason, k.duration_seconds, k.language, k.attempt, k.script_id, k.voice_agent_id,"
    " k.agent_id"
)
_MOMENTS: Final = ("started_at", "answered_at", "ended_at")
_SELECT: Final = (
    f"select {_COLUMNS}, "  # noqa: S608  # constants
    + ", ".join(f"date_trunc('second', k.{name}) as {name}" for name in _MOMENTS)
    + ", k.started_at as at from calls k left join campaigns c on c.id = k.campaign_id"
    " where k.workspace_id = $1 and k.erased_at is null"
)
_KEPT: Final = "erased_at is null"


async def page(
    conn: Connection, workspace_id: str, filters: CallQuery, query: PageQuery
) -> tuple[list[Row], int]:
    """A page of calls, newest first, and how many there are in all.

    One statement, so that both are of one moment. A row is that total, the columns of `Call` in
    their order with times of whole seconds, and `at`, by which calls are sorted.
    """
    where, args = _where(filters, "k.")
    end, more = lists.tail(query, first=len(args) + 2, time="k.started_at", id="k.id")
    total, others = _total(filters, first=len(args) + len(more) + 2)
    rows = await conn.fetch(
        # of nothing no page is read: an index may lead nowhere only after all rows are seen
        f"with t as materialized (select {total} as total) select * from t"  # noqa: S608
        f" left join lateral ({_SELECT} and t.total > 0{where}{end}) page on true",
        workspace_id,
        *args,
        *more,
        *others,
    )
    found = rows if rows[0]["id"] is not None else []
    return found, rows[0]["total"]


def _where(filters: CallQuery, prefix: str = "", *, first: int = 2) -> tuple[str, list[Any]]:
    """Only the filters that are set, from `$first` on, so that each can use its index."""
    values = _equal(filters) | {"phone": filters.phone, "agent_id": filters.agent_id}
    text, args = lists.conditions({prefix + name: it for name, it in values.items()}, first=first)
    times, moments = lists.within(
        f"{prefix}started_at", filters.from_, filters.to, first=first + len(args)
    )
    return text + times, [*args, *moments]


def _equal(filters: CallQuery) -> dict[str, str | None]:
    """The filters by which calls are counted."""
    return {
        "campaign_id": filters.campaign_id,
        "disposition": filters.disposition,
        "language": filters.language,
        "status": filters.status,
    }


def _total(filters: CallQuery, *, first: int) -> tuple[str, list[Any]]:
    """How many there are, as SQL, and its arguments from `$first` on.

    Whole days are summed from counts; the calls of the days that are cut are counted.
    """
    if filters.phone or filters.agent_id:
        where, args = _where(filters, first=first)
        return f"(select count(*) from calls where workspace_id = $1 and {_KEPT}{where})", args  # noqa: S608
    sums = _Sums(_equal(filters), first)
    start, end = lists.span(filters.from_, filters.to)
    first_day, last_day = _next_midnight(start), _last_midnight(end)
    if first_day is not None and last_day is not None and first_day >= last_day:
        sums.calls(start, end)
    else:
        sums.days(first_day, last_day)
        if start is not None:
            sums.calls(start, first_day)
        if end is not None:
            sums.calls(last_day, end)
    return " + ".join(sums.parts), sums.args


class _Sums:
    """Parts of one statement that together make a total, so that all see one moment."""

    def __init__(self, equal: dict[str, str | None], first: int) -> None:
        self.parts: list[str] = []
        self._where, self.args = lists.conditions(equal, first=first)
        self._first = first

    def calls(self, start: datetime | None, end: datetime | None) -> None:
        """Calls of [start, end), each counted."""
        bounds = self._bounds("started_at", start, end)
        self.parts.append(
            f"(select count(*) from calls where workspace_id = $1 and {_KEPT}"  # noqa: S608
            f"{self._where}{bounds})"
        )

    def days(self, start: datetime | None, end: datetime | None) -> None:
        """Calls of whole days, as they are summed."""
        days = [None if it is None else it.date() for it in (start, end)]
        bounds = self._bounds("day", *days)
        self.parts.append(
            "(select coalesce(sum(n), 0)::bigint from counts where topic = 'calls'"  # noqa: S608
            f" and workspace_id = $1{self._where}{bounds})"
        )

    def _bounds(self, column: str, start: Any, end: Any) -> str:
        text = ""
        for sign, value in ((">=", start), ("<", end)):
            if value is not None:
                self.args.append(value)
                text += f" and {column} {sign} ${self._first + len(self.args) - 1}"
        return text


def _last_midnight(moment: datetime | None) -> datetime | None:
    return None if moment is None else datetime.combine(moment.astimezone(UTC), time(), UTC)


def _next_midnight(moment: datetime | None) -> datetime | None:
    floor = _last_midnight(moment)
    return floor if floor is None or floor == moment else floor + _DAY
