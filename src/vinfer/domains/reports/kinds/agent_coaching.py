"""Agent coaching: what each human agent does worst by the scorecards, and where to hear it.

By rules alone: a parameter is to be worked on when it was judged `LEAST_JUDGED` times and reached
less than `FOCUS_BELOW` percent on average, a compliance rule when it was violated. Each names the
calls it stands on. Nothing is said of how an agent sounds or feels.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from vinfer.domains.analytics import service as analytics
from vinfer.domains.reports import content, words
from vinfer.domains.reports.cells import Cell
from vinfer.domains.reports.content import Kind
from vinfer.domains.reports.queries import figures
from vinfer.domains.reports.scope import Scope
from vinfer.kit.db import Connection, Row
from vinfer.ports.documents import Chart, Column, Figures, KeyFigure, Part, Section, Table, Text

LEAST_JUDGED: Final = 3
FOCUS_BELOW: Final = 70.0
MOST_AGENTS: Final = 500  # in data; the CSV has all
_ON_PAGES: Final = 50
_WEAKEST: Final = 5
_AT_ONCE: Final = 100
HEADER: Final = (
    *("agent_id", "total_calls", "avg_duration_seconds", "avg_score", "scorecard", "parameter"),
    *("judged", "avg_percent", "focus", "worst_calls"),
)
_RULE: Final = (
    f"A parameter is a focus when it was judged at least {LEAST_JUDGED} times and reached less than"
    f" {FOCUS_BELOW:.0f} % on average; a compliance rule when it was violated. The calls beside"
    " each are the lowest or latest ones, with the place to listen to."
)


async def gather(conn: Connection, scope: Scope) -> dict[str, Any]:
    """The agents who took the most calls, each with figures, weakest parameters and focus areas."""
    found = await _agents(conn, scope)
    made: list[dict[str, Any]] = []
    for part in _parts(found[:MOST_AGENTS]):
        made += await _coached(conn, scope, part)
    return {
        "rule": {"least_judged": LEAST_JUDGED, "focus_below_percent": FOCUS_BELOW},
        "agents": made,
        "agents_total": len(found),
    }


async def _agents(conn: Connection, scope: Scope) -> list[dict[str, Any]]:
    answer = await analytics.agents(conn, scope.actor, scope.agents())
    wanted = scope.filters.agent_id
    shown = [it for it in answer.data if wanted in (None, it.agent_id)]
    ordered = sorted(shown, key=lambda it: (-it.total_calls, it.agent_id))
    return [msgspec.to_builtins(it) for it in ordered]


def _parts(agents: Sequence[dict[str, Any]]) -> list[Sequence[dict[str, Any]]]:
    return [agents[at : at + _AT_ONCE] for at in range(0, len(agents), _AT_ONCE)]


async def _coached(
    conn: Connection, scope: Scope, agents: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    ids = [it["agent_id"] for it in agents]
    parameters: defaultdict[str, list[Row]] = defaultdict(list)
    for row in await figures.weaknesses(conn, scope.args, ids):
        parameters[row["agent_id"]].append(row)
    violations: defaultdict[str, list[Row]] = defaultdict(list)
    for row in await figures.violations_of_agents(conn, scope.args, ids):
        violations[row["agent_id"]].append(row)
    return [_agent(it, parameters[it["agent_id"]], violations[it["agent_id"]]) for it in agents]


def _agent(
    of: Mapping[str, Any], parameters: Sequence[Row], violations: Sequence[Row]
) -> dict[str, Any]:
    names = ("agent_id", "total_calls", "connected_calls", "avg_duration_seconds", "qa")
    weakest = [_parameter(it) for it in parameters]
    broken = [
        {
            "rule_id": it["rule_id"],
            "rule": it["rule"],
            "severity": it["severity"],
            "violations": it["violations"],
            "evidence": it["latest"],
        }
        for it in violations
    ]
    return {name: of[name] for name in names} | {
        "violations": of["compliance"]["violations"],
        "weakest_parameters": weakest[:_WEAKEST],
        "focus_areas": [
            *({"kind": "compliance"} | it for it in broken),
            *({"kind": "qa"} | it for it in weakest if it["focus"]),
        ],
    }


def _parameter(row: Row) -> dict[str, Any]:
    return {
        "scorecard_id": row["scorecard_id"],
        "scorecard_name": row["scorecard"],
        "parameter": row["name"],
        "judged": row["judged"],
        "avg_percent": row["percent"],
        "focus": row["judged"] >= LEAST_JUDGED and row["percent"] < FOCUS_BELOW,
        "evidence": row["worst"],
    }


async def rows(conn: Connection, scope: Scope) -> AsyncIterator[Sequence[Sequence[Cell]]]:
    """One row for each parameter of each agent, the weakest first."""
    for part in _parts(await _agents(conn, scope)):
        by_id = {it["agent_id"]: it for it in part}
        found = await figures.weaknesses(conn, scope.args, list(by_id))
        yield [_row(by_id[it["agent_id"]], it) for it in found]


def _row(agent: Mapping[str, Any], row: Row) -> Sequence[Cell]:
    made = _parameter(row)
    return [
        *(agent[name] for name in HEADER[:3]),
        agent["qa"]["avg_score"],
        *(made[name] for name in ("scorecard_name", "parameter", "judged", "avg_percent", "focus")),
        " ".join(it["call_id"] for it in row["worst"]),
    ]


def sections(data: content.Data) -> list[Section]:
    """The pages: all agents at a glance, then one section for each."""
    agents = data["agents"]
    shown = agents[:_ON_PAGES]
    return [
        Section("All agents", [*_overview(agents, total=data["agents_total"]), Text(_RULE)]),
        *(Section(it["agent_id"], _pages(it)) for it in shown),
    ]


def _overview(agents: Sequence[Mapping[str, Any]], *, total: int) -> list[Part]:
    titles = ("Calls", "Avg. duration", "QA score", "Passed", "Violations", "Focus areas")
    columns = [Column("Agent", share=4), *(Column(it, "right", 2) for it in titles)]
    shown = agents[: content.MOST_SHOWN]
    cells = [
        [
            it["agent_id"],
            words.whole(it["total_calls"]),
            words.duration(it["avg_duration_seconds"]),
            words.score(it["qa"]["avg_score"]),
            words.share(it["qa"]["pass_rate"]),
            words.whole(it["violations"]),
            words.whole(len(it["focus_areas"])),
        ]
        for it in shown
    ]
    return [Table("", columns, cells, content.left_out(len(shown), total))]


def _pages(agent: Mapping[str, Any]) -> list[Part]:
    weakest = agent["weakest_parameters"]
    chart = Chart(
        "bars",
        "Weakest parameters",
        [it["parameter"] for it in weakest],
        [it["avg_percent"] for it in weakest],
        " %",
    )
    return [_key_figures(agent), chart, _focus(agent["focus_areas"])]


def _key_figures(agent: Mapping[str, Any]) -> Figures:
    qa, violations = agent["qa"], agent["violations"]
    return Figures(
        [
            KeyFigure(
                "Calls",
                words.whole(agent["total_calls"]),
                f"{words.whole(qa['evaluated_calls'])} evaluated",
            ),
            KeyFigure("Average duration", words.duration(agent["avg_duration_seconds"])),
            KeyFigure(
                "QA score", words.score(qa["avg_score"]), f"{words.share(qa['pass_rate'])} passed"
            ),
            KeyFigure("Violations", words.whole(violations), tone="bad" if violations else "good"),
        ]
    )


def _focus(areas: Sequence[Mapping[str, Any]]) -> Table:
    columns = [Column("Focus area", share=4), Column("Why", share=4), Column("Listen to", share=5)]
    cells = [
        [
            it["parameter"] if it["kind"] == "qa" else it["rule"],
            _why(it),
            "\n".join(f"{at['call_id']} at {words.clock(at['start'])}" for at in it["evidence"]),
        ]
        for it in areas
    ]
    note = "" if areas else "Nothing was judged often enough and low enough to be a focus."
    return Table("Focus areas", columns, cells, note)


def _why(area: Mapping[str, Any]) -> str:
    if area["kind"] == "qa":
        return f"{words.percent(area['avg_percent'])} on average in {area['judged']} calls"
    times = "once" if area["violations"] == 1 else f"{area['violations']} times"
    return f"violated {times} ({area['severity']})"


KIND: Final = Kind("Agent coaching", gather, sections, HEADER, rows)
