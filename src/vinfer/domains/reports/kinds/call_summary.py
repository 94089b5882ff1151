"""Call summary: how many calls, how many were connected, and what came of them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from vinfer.domains.reports import content, words
from vinfer.domains.reports.cells import Cell
from vinfer.domains.reports.content import Kind
from vinfer.domains.reports.kinds import groups
from vinfer.domains.reports.queries import figures
from vinfer.domains.reports.scope import Scope
from vinfer.kit.db import Connection, Row
from vinfer.ports.documents import Chart, Column, Figures, KeyFigure, Section, Table

HEADER: Final = (
    *("call_id", "started_at", "answered_at", "ended_at", "campaign_id", "campaign_name"),
    *("agent_id", "language", "attempt", "status", "disposition", "tag", "end_reason"),
    *("duration_seconds", "transcript_job_id"),
)


async def gather(conn: Connection, scope: Scope) -> dict[str, Any]:
    """Totals, and the same by date, campaign and language."""
    totals, by_date = await groups.calls(conn, scope, scope.in_time)
    _, by_campaign = await groups.calls(conn, scope, "campaign")
    _, by_language = await groups.calls(conn, scope, "language")
    return {
        "totals": totals,
        "by_date": by_date,
        "by_campaign": await groups.named(conn, by_campaign, by="total_calls"),
        "by_language": by_language,
    }


async def rows(conn: Connection, scope: Scope) -> AsyncIterator[Sequence[Sequence[Cell]]]:
    """One row for each call, oldest first."""
    async for page in content.paged(conn, scope, figures.calls_after, _row):
        yield page


def _row(row: Row, scope: Scope) -> Sequence[Cell]:
    zone = scope.zone
    moments = ("started_at", "answered_at", "ended_at")
    return [
        row["id"],
        *(row[name] and row[name].astimezone(zone) for name in moments),
        *(row[name] for name in HEADER[4:]),
    ]


def sections(data: content.Data) -> list[Section]:
    """The pages."""
    totals = data["totals"]
    return [
        Section("Summary", [key_figures(totals), *_course(data["by_date"])]),
        Section("What came of the calls", [dispositions(totals), intents(totals)]),
        Section("By campaign", [by_campaign(data["by_campaign"])]),
        Section("By date", [_by_date(data["by_date"])]),
    ]


def key_figures(totals: Mapping[str, Any]) -> Figures:
    """What is seen first."""
    return Figures(
        [
            KeyFigure("Calls", words.whole(totals["total_calls"])),
            KeyFigure(
                "Connected",
                words.whole(totals["connected_calls"]),
                f"{words.share(totals['connection_rate'])} of calls",
            ),
            KeyFigure(
                "Average duration",
                words.duration(totals["avg_duration_seconds"]),
                "of connected calls",
            ),
            KeyFigure("QA score", words.score(totals["avg_qa_score"]), "of 100, on average"),
        ]
    )


def _course(by_date: Sequence[Mapping[str, Any]]) -> list[Chart]:
    return [
        content.over_time("Calls", by_date, lambda it: it["total_calls"]),
        content.over_time(
            "Connection rate",
            by_date,
            lambda it: content.percentage(it["connection_rate"]),
            line=True,
            unit=" %",
        ),
    ]


def dispositions(totals: Mapping[str, Any]) -> Chart:
    """How many calls had each outcome."""
    return _bars("Outcomes of all calls", totals["disposition_breakdown"])


def intents(totals: Mapping[str, Any]) -> Chart:
    """How many connected calls had each intent."""
    return _bars("Intents of connected calls", totals["intent_breakdown"])


def _bars(title: str, counted: Mapping[str, int]) -> Chart:
    ordered = sorted(counted.items(), key=lambda it: -it[1])
    shown = ordered if any(counted.values()) else []
    return Chart("bars", title, [words.label(it) for it, _ in shown], [n for _, n in shown])


def by_campaign(found: Sequence[Mapping[str, Any]]) -> Table:
    """The table of campaigns."""
    shown = found[: content.MOST_SHOWN]
    return Table(
        "",
        _columns("Campaign", share=5),
        [[groups.campaign_title(it), *_cells(it)] for it in shown],
        content.left_out(len(shown), len(found)),
    )


def _by_date(found: Sequence[Mapping[str, Any]]) -> Table:
    rows = [[words.day(date.fromisoformat(it["group"])), *_cells(it)] for it in found]
    return Table("", _columns("Date", share=3), rows)


def _columns(first: str, *, share: int) -> list[Column]:
    titles = ("Calls", "Connected", "Rate", "Avg. duration", "QA score")
    return [Column(first, share=share), *(Column(it, "right", 2) for it in titles)]


def _cells(row: Mapping[str, Any]) -> list[str]:
    return [
        words.whole(row["total_calls"]),
        words.whole(row["connected_calls"]),
        words.share(row["connection_rate"]),
        words.duration(row["avg_duration_seconds"]),
        words.score(row["avg_qa_score"]),
    ]


KIND: Final = Kind("Call summary", gather, sections, HEADER, rows)
