"""Figures of QA with what they are made of: scorecards and their parameters."""

from collections import defaultdict
from datetime import timedelta
from typing import Final

import msgspec

from vinfer.domains.analytics.schemas import (
    ParameterFigures,
    QaFigures,
    QaQuery,
    ScorecardFigures,
)
from vinfer.domains.analytics.service import figures, requests
from vinfer.domains.qa.service import tallies
from vinfer.kit.access import Actor
from vinfer.kit.db import Connection, Row
from vinfer.kit.errors import InvalidParameter

LONGEST: Final = timedelta(days=92)


async def qa(conn: Connection, actor: Actor, query: QaQuery) -> QaFigures:
    """Figures of scorecards' results; with `breakdown` those of each scorecard and parameter.

    Raises `InvalidParameter`.
    """
    if query.breakdown and query.to - query.from_ >= LONGEST:
        expected = f"at most {LONGEST.days} days; a report qa_performance has any number"
        raise InvalidParameter("breakdown", provided=True, expected=expected)
    whole = await requests.qa(conn, actor, query)
    if not query.breakdown:
        return whole
    found = await tallies.of_calls(
        conn,
        actor,
        zone=whole.timezone,
        first=query.from_,
        last=query.to,
        filters={
            "campaign_id": query.campaign_id,
            "agent_id": query.agent_id,
            "language": query.language,
        },
    )
    parameters: dict[str, list[ParameterFigures]] = defaultdict(list)
    for row in found.parameters:
        parameters[row["scorecard_id"]].append(_parameter(row))
    shown = [_scorecard(row, parameters[row["scorecard_id"]]) for row in found.scorecards]
    return msgspec.structs.replace(whole, scorecards=shown)


def _scorecard(row: Row, parameters: list[ParameterFigures]) -> ScorecardFigures:
    return ScorecardFigures(
        scorecard_id=row["scorecard_id"],
        name=row["name"],
        results=row["results"],
        scored_results=row["scored"],
        passed_results=row["passed"],
        pass_rate=figures.rate(row["passed"], row["scored"]),
        avg_score=figures.mean(row["score_milli"], row["scored"], unit=1000),
        parameters=parameters,
    )


def _parameter(row: Row) -> ParameterFigures:
    return ParameterFigures(
        name=row["name"],
        method=row["method"],
        verdicts=row["verdicts"],
        abstained=row["verdicts"] - row["judged"],
        failed=row["failed"],
        mean_fraction=row["mean_fraction"],
    )
