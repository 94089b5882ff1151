"""A type of report: what it gathers, how it stands on pages, and its rows."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from vinfer.domains.reports import words
from vinfer.domains.reports.cells import Cell
from vinfer.domains.reports.queries import figures
from vinfer.domains.reports.scope import Scope
from vinfer.kit.db import Connection, Row
from vinfer.ports.documents import Chart, Document, Section

MOST_SHOWN: Final = 500  # rows of a table on pages; the rest is in JSON and CSV
MOST_BARS: Final = 12
Data = Mapping[str, Any]
RowPage = Callable[[Connection, Sequence[Any], Row | None], Awaitable[list[Row]]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of report. The pages are made of its data and nothing else: figures agree."""

    title: str
    gather: Callable[[Connection, Scope], Awaitable[dict[str, Any]]]
    sections: Callable[[Data], Sequence[Section]]
    header: Sequence[str]
    rows: Callable[[Connection, Scope], AsyncIterator[Sequence[Sequence[Cell]]]]


def document(kind: Kind, data: Data, scope: Scope) -> Document:
    """The pages of a report."""
    named = scope.filters
    facts = [
        ("Workspace", scope.workspace),
        ("Campaign", scope.campaign),
        ("Agent", named.agent_id),
        ("Language", named.language),
        ("Time zone", scope.timezone),
        ("Made", words.minute(scope.made_at.astimezone(scope.zone))),
    ]
    return Document(
        title=kind.title,
        subtitle=words.span(scope.first, scope.last),
        facts=[(name, value) for name, value in facts if value],
        sections=kind.sections(data),
        footer=f"VInfer · report {scope.report_id}",
    )


async def paged(
    conn: Connection, scope: Scope, page: RowPage, row: Callable[[Row, Scope], Sequence[Cell]]
) -> AsyncIterator[Sequence[Sequence[Cell]]]:
    """Rows of a query that goes on after a row, page by page: no more than one is in memory.

    Each page names the start of its first call for the start of the report: an index is entered
    there, and would otherwise be walked from the beginning.
    """
    workspace_id, start, *others = scope.args
    after: Row | None = None
    while rows := await page(conn, (workspace_id, start, *others), after):
        yield [row(it, scope) for it in rows]
        after = rows[-1]
        start = after["started_at"]
        if len(rows) < figures.PAGE_ROWS:
            return


def left_out(shown: int, total: int) -> str:
    """What stands below a table that does not show all of its rows."""
    if shown >= total:
        return ""
    return f"{words.whole(shown)} of {words.whole(total)} rows; the CSV report has all of them."


def over_time(
    title: str,
    groups: Sequence[Data],
    value: Callable[[Data], float | None],
    *,
    line: bool = False,
    unit: str = "",
) -> Chart:
    """A chart of a value over dates."""
    labels = [words.tick(it["group"]) for it in groups]
    kind = "line" if line else "columns"
    return Chart(kind, title, labels, [value(it) for it in groups], unit)


def percentage(rate: float | None) -> float | None:
    """A rate as a chart shows it."""
    return None if rate is None else 100 * rate
