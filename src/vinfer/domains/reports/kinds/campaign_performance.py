"""Campaign performance: who was reached, what came of it, and how customers felt."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

from vinfer.domains.analytics import service as analytics
from vinfer.domains.contacts.schemas import DISPOSITIONS
from vinfer.domains.reports import content, words
from vinfer.domains.reports.cells import Cell
from vinfer.domains.reports.content import Kind
from vinfer.domains.reports.kinds import call_summary, groups
from vinfer.domains.reports.queries import figures
from vinfer.domains.reports.scope import Scope
from vinfer.kit.db import Connection
from vinfer.ports.documents import Chart, Column, Figures, KeyFigure, Section, Table

_FEELINGS: Final = ("positive", "neutral", "negative")
HEADER: Final = (
    *("campaign_id", "campaign_name", "contacts_called", "contacts_reached", "reach_rate"),
    *("total_calls", "connected_calls", "connection_rate", "avg_duration_seconds"),
    *DISPOSITIONS,
    *(f"sentiment_{name}" for name in _FEELINGS),
    "avg_qa_score",
)


async def gather(conn: Connection, scope: Scope) -> dict[str, Any]:
    """Totals, each campaign, and the course of sentiment."""
    totals, by_date = await groups.calls(conn, scope, scope.in_time)
    campaigns = await _campaigns(conn, scope)
    called = sum(it["contacts_called"] for it in campaigns)
    reached = sum(it["contacts_reached"] for it in campaigns)
    names = ("group", "sentiment_breakdown", "connected_calls")
    return {
        "totals": totals | _reach(called, reached),
        "campaigns": campaigns,
        "sentiment_trend": [{name: it[name] for name in names} for it in by_date],
    }


async def _campaigns(conn: Connection, scope: Scope) -> list[dict[str, Any]]:
    _, found = await groups.calls(conn, scope, "campaign")
    counted = {it["campaign_id"]: it for it in await figures.reach(conn, scope.args)}
    named = await groups.named(
        conn, [it for it in found if it["group"] is not None], by="total_calls"
    )
    made: list[dict[str, Any]] = []
    for it in named:
        row = counted.get(it["campaign_id"], {"called": 0, "reached": 0})
        made.append(it | _reach(row["called"], row["reached"]))
    return made


def _reach(called: int, reached: int) -> dict[str, Any]:
    rate = analytics.rate(reached, called)
    return {"contacts_called": called, "contacts_reached": reached, "reach_rate": rate}


async def rows(conn: Connection, scope: Scope) -> AsyncIterator[Sequence[Sequence[Cell]]]:
    """One row for each campaign that called, the busiest first."""
    yield [_row(it) for it in await _campaigns(conn, scope)]


def _row(it: Mapping[str, Any]) -> Sequence[Cell]:
    return [
        *(it[name] for name in HEADER[:9]),
        *(it["disposition_breakdown"].get(name, 0) for name in DISPOSITIONS),
        *(it["sentiment_breakdown"][name] for name in _FEELINGS),
        it["avg_qa_score"],
    ]


def sections(data: content.Data) -> list[Section]:
    """The pages."""
    totals, campaigns = data["totals"], data["campaigns"]
    best = campaigns[: content.MOST_BARS]
    reach = Chart(
        "bars",
        "Reach rate of the busiest campaigns",
        [groups.campaign_title(it) for it in best],
        [content.percentage(it["reach_rate"]) for it in best],
        " %",
    )
    return [
        Section("Summary", [_key_figures(totals), reach]),
        Section("Outcomes", [call_summary.dispositions(totals), _mix(campaigns)]),
        Section("Sentiment", [*_feelings(data["sentiment_trend"])]),
        Section("Campaigns", [_table(campaigns)]),
    ]


def _key_figures(totals: Mapping[str, Any]) -> Figures:
    return Figures(
        [
            KeyFigure("Contacts called", words.whole(totals["contacts_called"])),
            KeyFigure(
                "Reached",
                words.whole(totals["contacts_reached"]),
                f"{words.share(totals['reach_rate'])} of contacts",
            ),
            KeyFigure("Calls", words.whole(totals["total_calls"])),
            KeyFigure(
                "Average duration",
                words.duration(totals["avg_duration_seconds"]),
                "of connected calls",
            ),
        ]
    )


def _feelings(trend: Sequence[Mapping[str, Any]]) -> list[Chart]:
    def part(name: str) -> Chart:
        return content.over_time(
            f"{name.capitalize()} calls",
            trend,
            lambda it: content.percentage(it["sentiment_breakdown"][name]),
            line=True,
            unit=" %",
        )

    return [part("positive"), part("negative")]


def _mix(campaigns: Sequence[Mapping[str, Any]]) -> Table:
    columns = [
        Column("Campaign", share=5),
        *(Column(words.label(it), "right", 2) for it in DISPOSITIONS),
    ]
    shown = campaigns[: content.MOST_SHOWN]
    cells = [
        [
            groups.campaign_title(it),
            *(words.whole(it["disposition_breakdown"].get(name, 0)) for name in DISPOSITIONS),
        ]
        for it in shown
    ]
    return Table(
        "Outcomes by campaign", columns, cells, content.left_out(len(shown), len(campaigns))
    )


def _table(campaigns: Sequence[Mapping[str, Any]]) -> Table:
    titles = ("Called", "Reached", "Reach", "Calls", "Connected", "Avg. duration")
    columns = [Column("Campaign", share=5), *(Column(it, "right", 2) for it in titles)]
    shown = campaigns[: content.MOST_SHOWN]
    cells = [
        [
            groups.campaign_title(it),
            words.whole(it["contacts_called"]),
            words.whole(it["contacts_reached"]),
            words.share(it["reach_rate"]),
            words.whole(it["total_calls"]),
            words.share(it["connection_rate"]),
            words.duration(it["avg_duration_seconds"]),
        ]
        for it in shown
    ]
    return Table("", columns, cells, content.left_out(len(shown), len(campaigns)))


KIND: Final = Kind("Campaign performance", gather, sections, HEADER, rows)
