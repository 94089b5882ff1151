"""Figures out of sums: rates, shares and averages."""

from collections.abc import Sequence
from typing import Any, Final

from vinfer.domains.analytics.schemas import (
    FEELINGS,
    INTENTS,
    RULE_TYPES,
    SEVERITIES,
    ComplianceSums,
    QaSums,
    Shares,
)
from vinfer.domains.contacts.schemas import DISPOSITIONS
from vinfer.kit.db import Row

_MILLI: Final = 1000
_INTENTS: Final = [(it, f"intent_{it}") for it in INTENTS]
_DISPOSITIONS: Final = [(it, f"disposition_{it}") for it in DISPOSITIONS]
_SEVERITIES: Final = [(it, f"severity_{it}") for it in SEVERITIES]
_TYPES: Final = [(it, f"type_{it}") for it in RULE_TYPES]


def rate(part: int, whole: int) -> float | None:
    """A share with two places, half up; None of nothing."""
    return None if not whole else (200 * part + whole) // (2 * whole) / 100


def mean(total: int, count: int, *, unit: int = 1) -> float | None:
    """`total / unit / count` with one place, half up; None of nothing."""
    return None if not count else (20 * total + count * unit) // (2 * count * unit) / 10


def shares(parts: Sequence[int]) -> list[float] | list[None]:
    """Shares with two places that sum to exactly 1.00: the largest remainders are rounded up."""
    whole = sum(parts)
    if not whole:
        return [None] * len(parts)
    hundredths = [100 * part // whole for part in parts]
    missing = 100 - sum(hundredths)
    if missing:
        remainders = [(-(100 * part % whole), at) for at, part in enumerate(parts)]
        for _, at in sorted(remainders)[:missing]:
            hundredths[at] += 1
    return [it / 100 for it in hundredths]


def of_calls(row: Row) -> dict[str, Any]:
    """The fields of `Figures`."""
    felt = shares([row[f"sentiment_{it}"] for it in FEELINGS])
    return {
        "total_calls": row["calls"],
        "connected_calls": row["connected"],
        "connection_rate": rate(row["connected"], row["calls"]),
        "avg_duration_seconds": mean(row["seconds"], row["connected"]),
        "sentiment_breakdown": Shares(**dict(zip(FEELINGS, felt, strict=True))),
        "intent_breakdown": {it: row[column] for it, column in _INTENTS},
        "disposition_breakdown": {it: row[column] for it, column in _DISPOSITIONS},
        "avg_qa_score": _score(row),
    }


def of_qa(row: Row) -> dict[str, Any]:
    """The fields of `QaSums`."""
    return {
        "results": row["qa_results"],
        "scored_results": row["qa_scored"],
        "passed_results": row["qa_passed"],
        "pass_rate": rate(row["qa_passed"], row["qa_scored"]),
        "avg_score": _score(row),
        "evaluated_calls": row["qa_calls"],
    }


def of_compliance(row: Row) -> dict[str, Any]:
    """The fields of `ComplianceSums`."""
    severities = {it: row[column] for it, column in _SEVERITIES}
    return {
        "total_calls": row["calls"],
        "calls_with_violations": row["violating_calls"],
        "violation_rate": rate(row["violating_calls"], row["calls"]),
        "violations": sum(severities.values()),
        "severity_breakdown": severities,
        "type_breakdown": {it: row[column] for it, column in _TYPES},
    }


def everything(row: Row) -> dict[str, Any]:
    """All three."""
    return of_calls(row) | {
        "qa": QaSums(**of_qa(row)),
        "compliance": ComplianceSums(**of_compliance(row)),
    }


def _score(row: Row) -> float | None:
    return mean(row["qa_score_milli"], row["qa_scored"], unit=_MILLI)
