"""Figures of analytics with their groups, as data of a report."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from vinfer.domains.analytics import service as analytics
from vinfer.domains.analytics.schemas import CallFigures, ComplianceFigures, GroupBy, QaFigures
from vinfer.domains.reports.queries import figures
from vinfer.domains.reports.scope import Scope
from vinfer.kit.db import Connection

_NOT_FIGURES = ("from", "to", "timezone", "grouped_data")


async def calls(
    conn: Connection, scope: Scope, group_by: GroupBy
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Figures of calls: of all, and of each group."""
    return _parted(await analytics.calls(conn, scope.actor, scope.figures(group_by)))


async def qa(
    conn: Connection, scope: Scope, group_by: GroupBy
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Figures of QA: of all, and of each group."""
    return _parted(await analytics.qa(conn, scope.actor, scope.figures(group_by)))


async def compliance(
    conn: Connection, scope: Scope, group_by: GroupBy
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Figures of compliance: of all, and of each group."""
    return _parted(await analytics.compliance(conn, scope.actor, scope.figures(group_by)))


def _parted(
    found: CallFigures | QaFigures | ComplianceFigures,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    made: dict[str, Any] = msgspec.to_builtins(found)
    groups: list[dict[str, Any]] = made.get("grouped_data", [])
    return {name: made[name] for name in made if name not in _NOT_FIGURES}, groups


async def named(
    conn: Connection, groups: Sequence[Mapping[str, Any]], *, by: str
) -> list[dict[str, Any]]:
    """Groups of campaigns with their names, those with the most of `by` first.

    The calls of no campaign have neither id nor name.
    """
    ids = [it["group"] for it in groups if it["group"] is not None]
    names = await figures.campaign_names(conn, ids)
    ordered = sorted(groups, key=lambda it: (-it[by], it["group"] or ""))
    return [
        {"campaign_id": it["group"], "campaign_name": names.get(it["group"])}
        | {name: value for name, value in it.items() if name != "group"}
        for it in ordered
    ]


def of_agents(groups: Sequence[Mapping[str, Any]], *, by: str) -> list[dict[str, Any]]:
    """Groups of agents, those with the most of `by` first; calls without one have none."""
    ordered = sorted(groups, key=lambda it: (-it[by], it["group"] or ""))
    return [
        {"agent_id": it["group"]} | {name: it[name] for name in it if name != "group"}
        for it in ordered
    ]


def campaign_title(row: Mapping[str, Any]) -> str:
    """What a campaign is called on pages."""
    return row["campaign_name"] or row["campaign_id"] or "Single calls"


def agent_title(row: Mapping[str, Any]) -> str:
    """What an agent is called on pages."""
    return row["agent_id"] or "No human agent"
