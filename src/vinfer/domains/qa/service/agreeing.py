"""How far machine and people agree on parameters, and whether that has got worse."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

import structlog

from vinfer.domains.qa.queries import results as queries
from vinfer.domains.qa.schemas import Agreed, Agreement, AgreementQuery, ParameterAgreement
from vinfer.kit.access import Actor
from vinfer.kit.db import Connection, Row
from vinfer.lens.scoring import agreement

RECENT: Final = timedelta(days=30)
_MOST_PLACES: Final = 3
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """From where on a change since the last 30 days began is an alarm.

    Fewer reviewed, or judged, verdicts on either side than `least` raise none.
    """

    kappa_fall: float = 0.2
    abstention_rise: float = 0.15
    least: int = 20


async def agreement_of(
    conn: Connection, actor: Actor, query: AgreementQuery, *, drift: Drift, now: datetime
) -> Agreement:
    """Agreement for each parameter of each scorecard, by name over all versions."""
    return Agreement(
        data=await _measured(conn, actor.workspace_id, query.scorecard_id, drift=drift, now=now)
    )


async def workspaces(conn: Connection) -> list[str]:
    """Those that have results."""
    return await queries.workspaces(conn)


async def watch(conn: Connection, workspace_id: str, *, drift: Drift, now: datetime) -> None:
    """Log a warning for each parameter that has got worse. Harmless twice."""
    for each in await _measured(conn, workspace_id, None, drift=drift, now=now):
        if each.drift:
            _log.warning(
                "qa_drift",
                workspace_id=workspace_id,
                scorecard_id=each.scorecard_id,
                parameter=each.parameter,
                drift=each.drift,
                kappa=each.recent.kappa,
                kappa_before=each.before.kappa,
                abstention_rate=each.recent.abstention_rate,
                abstention_rate_before=each.before.abstention_rate,
            )


async def _measured(
    conn: Connection, workspace_id: str, scorecard_id: str | None, *, drift: Drift, now: datetime
) -> list[ParameterAgreement]:
    rows = await queries.tally(conn, workspace_id, scorecard_id=scorecard_id, recent=now - RECENT)
    groups = groupby(rows, key=lambda row: (row["scorecard_id"], row["name"], row["method"]))
    return [_parameter(key, list(group), drift) for key, group in groups]


def _parameter(key: tuple[str, str, Any], rows: Sequence[Row], drift: Drift) -> ParameterAgreement:
    scorecard_id, name, method = key
    recent = _agreed([row for row in rows if row["recent"]])
    before = _agreed([row for row in rows if not row["recent"]])
    return ParameterAgreement(
        **_agreed(rows),
        scorecard_id=scorecard_id,
        parameter=name,
        method=method,
        recent=Agreed(**recent),
        before=Agreed(**before),
        drift=_worse(Agreed(**recent), Agreed(**before), drift),
    )


def _agreed(rows: Sequence[Row]) -> dict[str, Any]:
    pairs: Counter[agreement.Pair] = Counter()
    judged = abstained = 0
    for row in rows:
        if row["machine_score"] is None:
            abstained += row["n"]
            continue
        judged += row["n"]
        if row["human_score"] is not None:
            pairs[row["machine_score"], row["human_score"]] += row["n"]
    squared = any(row["method"] == "scale" for row in rows)
    return {
        "judged": judged,
        "abstained": abstained,
        "abstention_rate": _rounded(abstained / (judged + abstained)) if rows else None,
        "reviewed": sum(pairs.values()),
        "agreement": _rounded(agreement.share(pairs)),
        "kappa": _rounded(agreement.kappa(pairs, squared=squared)),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _MOST_PLACES)


def _worse(recent: Agreed, before: Agreed, drift: Drift) -> list[str]:
    found: list[str] = []
    if (
        min(recent.reviewed, before.reviewed) >= drift.least
        and recent.kappa is not None
        and before.kappa is not None
        and before.kappa - recent.kappa > drift.kappa_fall
    ):
        found.append("kappa")
    if (
        min(recent.judged + recent.abstained, before.judged + before.abstained) >= drift.least
        and recent.abstention_rate is not None
        and before.abstention_rate is not None
        and recent.abstention_rate - before.abstention_rate > drift.abstention_rise
    ):
        found.append("abstention")
    return found
