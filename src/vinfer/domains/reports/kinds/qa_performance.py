"""QA performance: scores by agent, parameter and campaign, and how they move."""

from collections.abc import AsyncIterator, Mapping, Sequence
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
    *("call_started_at", "result_id", "call_id", "campaign_id", "agent_id", "language"),
    *("scorecard", "scorecard_version", "score", "passed", "parameter", "parameter_score"),
    *("parameter_max", "weight", "fatal", "judged_by", "scored_at"),
)


async def gather(conn: Connection, scope: Scope) -> dict[str, Any]:
    """Totals, their course, and the same by agent, campaign and parameter."""
    totals, by_date = await groups.qa(conn, scope, scope.in_time)
    _, by_agent = await groups.qa(conn, scope, "agent")
    _, by_campaign = await groups.qa(conn, scope, "campaign")
    return {
        "totals": totals,
        "by_date": by_date,
        "by_agent": groups.of_agents(by_agent, by="results"),
        "by_campaign": await groups.named(conn, by_campaign, by="results"),
        "by_parameter": [_parameter(it) for it in await figures.parameters(conn, scope.args)],
    }


def _parameter(row: Row) -> dict[str, Any]:
    return {
        "scorecard_id": row["scorecard_id"],
        "scorecard_name": row["scorecard"],
        "parameter": row["name"],
        "judged": row["judged"],
        "abstained": row["abstained"],
        "avg_percent": row["percent"],
    }


async def rows(conn: Connection, scope: Scope) -> AsyncIterator[Sequence[Sequence[Cell]]]:
    """One row for each judged parameter of each result, by the calls' time."""
    async for page in content.paged(conn, scope, figures.verdicts_after, _row):
        yield page


def _row(row: Row, scope: Scope) -> Sequence[Cell]:
    judge = "human" if row["by_human"] else "machine" if row["given"] is not None else "nobody"
    return [
        row["started_at"].astimezone(scope.zone),
        *(row[it] for it in ("id", "call_id", "campaign_id", "agent_id", "language", "scorecard")),
        *(row[it] for it in ("scorecard_version", "score", "passed", "name", "given", "max")),
        *(row[it] for it in ("weight", "fatal")),
        judge,
        row["created_at"].astimezone(scope.zone),
    ]


def sections(data: content.Data) -> list[Section]:
    """The pages."""
    by_date = data["by_date"]
    return [
        Section(
            "Summary",
            [
                _key_figures(data["totals"]),
                content.over_time("Average score", by_date, lambda it: it["avg_score"], line=True),
                content.over_time(
                    "Pass rate",
                    by_date,
                    lambda it: content.percentage(it["pass_rate"]),
                    line=True,
                    unit=" %",
                ),
            ],
        ),
        Section("By parameter", _parameters(data["by_parameter"])),
        Section("By agent", [_table("Agent", data["by_agent"], groups.agent_title)]),
        Section("By campaign", [_table("Campaign", data["by_campaign"], groups.campaign_title)]),
    ]


def _key_figures(totals: Mapping[str, Any]) -> Figures:
    return Figures(
        [
            KeyFigure("Evaluated calls", words.whole(totals["evaluated_calls"])),
            KeyFigure(
                "Results",
                words.whole(totals["results"]),
                f"{words.whole(totals['scored_results'])} with a score",
            ),
            KeyFigure("Average score", words.score(totals["avg_score"]), "of 100"),
            KeyFigure(
                "Passed",
                words.share(totals["pass_rate"]),
                f"{words.whole(totals['passed_results'])} results",
            ),
        ]
    )


def _parameters(found: Sequence[Mapping[str, Any]]) -> list[Chart | Table]:
    judged = [it for it in found if it["avg_percent"] is not None][: content.MOST_BARS]
    chart = Chart(
        "bars",
        "Weakest parameters",
        [it["parameter"] for it in judged],
        [it["avg_percent"] for it in judged],
        " %",
    )
    columns = [
        Column("Parameter", share=4),
        Column("Scorecard", share=3),
        *(Column(it, "right", 2) for it in ("Judged", "Abstained", "Average")),
    ]
    shown = found[: content.MOST_SHOWN]
    cells = [
        [
            it["parameter"],
            it["scorecard_name"],
            words.whole(it["judged"]),
            words.whole(it["abstained"]),
            words.percent(it["avg_percent"]),
        ]
        for it in shown
    ]
    return [chart, Table("", columns, cells, content.left_out(len(shown), len(found)))]


def _table(first: str, found: Sequence[Mapping[str, Any]], title: Any) -> Table:
    columns = [
        Column(first, share=4),
        *(Column(it, "right", 2) for it in ("Results", "Calls", "Average score", "Passed")),
    ]
    shown = found[: content.MOST_SHOWN]
    cells = [
        [
            title(it),
            words.whole(it["results"]),
            words.whole(it["evaluated_calls"]),
            words.score(it["avg_score"]),
            words.share(it["pass_rate"]),
        ]
        for it in shown
    ]
    return Table("", columns, cells, content.left_out(len(shown), len(found)))


KIND: Final = Kind("QA performance", gather, sections, HEADER, rows)
