"""Compliance audit: what was checked, what was violated, and where to hear it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

from vinfer.domains.analytics import service as analytics
from vinfer.domains.reports import content, words
from vinfer.domains.reports.cells import Cell
from vinfer.domains.reports.content import Kind
from vinfer.domains.reports.kinds import groups
from vinfer.domains.reports.queries import figures
from vinfer.domains.reports.scope import Scope
from vinfer.kit.db import Connection, Row
from vinfer.ports.documents import Chart, Column, Figures, KeyFigure, Part, Section, Table, Text

HEADER: Final = (
    *("call_started_at", "violation_id", "call_id", "campaign_id", "agent_id", "language"),
    *("rule_id", "rule_version", "rule", "type", "severity", "start_seconds", "end_seconds"),
    *("confidence", "found_at"),
)
_COUNTS: Final = ("passed", "violated", "unsure", "not_applicable")
_WORDS: Final = (
    "Reports name calls and places in them and quote nobody: they are mailed and kept. "
    "What was said stands in the violation itself (GET /v1/compliance/violations)."
)


async def gather(conn: Connection, scope: Scope) -> dict[str, Any]:
    """Totals, the checks of each rule, and the latest violations."""
    totals, by_date = await groups.compliance(conn, scope, scope.in_time)
    _, by_campaign = await groups.compliance(conn, scope, "campaign")
    found = await figures.violations(conn, scope.args)
    return {
        "totals": totals,
        "by_date": by_date,
        "by_rule": [_rule(it) for it in await figures.checks(conn, scope.args)],
        "by_campaign": await groups.named(conn, by_campaign, by="violations"),
        "violations": [_violation(it, scope) for it in found],
        "violations_total": totals["violations"],
    }


def _rule(row: Row) -> dict[str, Any]:
    judged: int = row["passed"] + row["violated"]
    names = ("rule_id", "rule", "type", "severity", *_COUNTS)
    rate = analytics.rate(row["passed"], judged)
    return {name: row[name] for name in names} | {"pass_rate": rate}


def _violation(row: Row, scope: Scope) -> dict[str, Any]:
    return {
        "id": row["id"],
        "call_id": row["call_id"],
        "call_started_at": row["started_at"].astimezone(scope.zone).isoformat(timespec="seconds"),
        "campaign_id": row["campaign_id"],
        "agent_id": row["agent_id"],
        "rule_id": row["rule_id"],
        "rule": row["rule_name"],
        "rule_version": row["rule_version"],
        "type": row["type"],
        "severity": row["severity"],
        "start": row["start_s"],
        "end": row["end_s"],
        "confidence": row["confidence"],
    }


async def rows(conn: Connection, scope: Scope) -> AsyncIterator[Sequence[Sequence[Cell]]]:
    """One row for each violation, by the calls' time."""
    async for page in content.paged(conn, scope, figures.violations_after, _row):
        yield page


def _row(row: Row, scope: Scope) -> Sequence[Cell]:
    return [
        row["started_at"].astimezone(scope.zone),
        *(row[it] for it in ("id", "call_id", "campaign_id", "agent_id", "language", "rule_id")),
        *(row[it] for it in ("rule_version", "rule_name", "type", "severity", "start_s", "end_s")),
        row["confidence"],
        row["created_at"].astimezone(scope.zone),
    ]


def sections(data: content.Data) -> list[Section]:
    """The pages."""
    totals = data["totals"]
    severities: Mapping[str, int] = totals["severity_breakdown"]
    shown = [it for it in ("critical", "high", "medium", "low") if it in severities]
    by_severity = Chart(
        "bars",
        "By severity",
        [words.label(it) for it in shown] if totals["violations"] else [],
        [severities[it] for it in shown] if totals["violations"] else [],
    )
    return [
        Section(
            "Summary",
            [
                _key_figures(totals),
                content.over_time("Violations", data["by_date"], lambda it: it["violations"]),
                by_severity,
            ],
        ),
        Section("Checks", [_rules(data["by_rule"])]),
        Section("By campaign", [_campaigns(data["by_campaign"])]),
        Section("Violations", _log(data)),
    ]


def _key_figures(totals: Mapping[str, Any]) -> Figures:
    critical: int = totals["severity_breakdown"].get("critical", 0)
    return Figures(
        [
            KeyFigure("Calls", words.whole(totals["total_calls"])),
            KeyFigure(
                "Calls with violations",
                words.whole(totals["calls_with_violations"]),
                f"{words.share(totals['violation_rate'])} of calls",
            ),
            KeyFigure("Violations", words.whole(totals["violations"])),
            KeyFigure("Critical", words.whole(critical), tone="bad" if critical else "good"),
        ]
    )


def _rules(found: Sequence[Mapping[str, Any]]) -> Table:
    titles = ("Passed", "Violated", "Unsure", "Not applicable", "Pass rate")
    columns = [
        Column("Rule", share=5),
        Column("Severity", share=2),
        *(Column(it, "right", 2) for it in titles),
    ]
    shown = found[: content.MOST_SHOWN]
    cells = [
        [
            it["rule"],
            words.label(it["severity"]),
            *(words.whole(it[name]) for name in _COUNTS),
            words.share(it["pass_rate"]),
        ]
        for it in shown
    ]
    return Table("", columns, cells, content.left_out(len(shown), len(found)))


def _campaigns(found: Sequence[Mapping[str, Any]]) -> Table:
    titles = ("Calls", "With violations", "Rate", "Violations")
    columns = [Column("Campaign", share=5), *(Column(it, "right", 2) for it in titles)]
    shown = found[: content.MOST_SHOWN]
    cells = [
        [
            groups.campaign_title(it),
            words.whole(it["total_calls"]),
            words.whole(it["calls_with_violations"]),
            words.share(it["violation_rate"]),
            words.whole(it["violations"]),
        ]
        for it in shown
    ]
    return Table("", columns, cells, content.left_out(len(shown), len(found)))


def _log(data: content.Data) -> list[Part]:
    columns = [
        Column("Call began", share=4),
        Column("Call", share=5),
        Column("At", "right", 2),
        Column("Rule", share=5),
        Column("Severity", share=2),
        Column("Agent", share=3),
    ]
    shown = data["violations"][: content.MOST_SHOWN]
    cells = [
        [
            it["call_started_at"][:16].replace("T", " "),
            it["call_id"],
            words.clock(it["start"]),
            it["rule"],
            words.label(it["severity"]),
            it["agent_id"] or words.NOTHING,
        ]
        for it in shown
    ]
    note = content.left_out(len(shown), data["violations_total"])
    return [Text(_WORDS), Table("Newest first", columns, cells, note)]


KIND: Final = Kind("Compliance audit", gather, sections, HEADER, rows)
