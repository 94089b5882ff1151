"""What is summed of calls, and of which columns of their facts."""

from collections.abc import Mapping, Sequence
from typing import Final

from vinfer.domains.analytics.schemas import (
    FEELINGS,
    INTENTS,
    RULE_TYPES,
    SEVERITIES,
)
from vinfer.domains.contacts.schemas import DISPOSITIONS

COUNTED: Final = (
    "qa_results",
    "qa_scored",
    "qa_passed",
    *(f"severity_{name}" for name in SEVERITIES),
    *(f"type_{name}" for name in RULE_TYPES),
)
"""Columns of facts that are summed as they are."""
_BIG: Final = ("seconds", "qa_score_milli")


def _is(column: str, value: str) -> str:
    return f"case when {column} = '{value}' then 1 end"


MEASURES: Final[Mapping[str, str]] = {
    "calls": "1",
    "connected": "case when connected then 1 end",
    "seconds": "seconds",
    **{f"disposition_{it}": _is("disposition", it) for it in DISPOSITIONS},
    **{f"intent_{it}": _is("intent", it) for it in INTENTS},
    **{f"sentiment_{it}": _is("sentiment", it) for it in FEELINGS},
    "qa_calls": "case when qa_results > 0 then 1 end",
    "qa_score_milli": "qa_score_milli",
    "violating_calls": " ".join(
        (
            "case when",
            " or ".join(f"severity_{name} > 0" for name in SEVERITIES),
            "then 1 end",
        )
    ),
    **{name: name for name in COUNTED},
}
"""Each measure of one call, of its facts' columns; null is nought."""
NAMES: Final = tuple(MEASURES)
OF_QA: Final = tuple(it for it in NAMES if it == "calls" or it.startswith("qa_"))
OF_COMPLIANCE: Final = tuple(
    it
    for it in NAMES
    if it in ("calls", "violating_calls") or it.startswith(("severity_", "type_"))
)
OF_CALLS: Final = tuple(
    it
    for it in NAMES
    if it in ("calls", "connected", "seconds", "qa_scored", "qa_score_milli")
    or it.startswith(("disposition_", "intent_", "sentiment_"))
)
DIMENSIONS: Final = ("campaign_id", "agent_id", "language")


def of_facts(sign: str = "1") -> str:
    """Columns that sum the measures of facts, each taken `sign` times."""
    return ", ".join(
        f"coalesce(sum({sign} * ({text})), 0)::{'bigint' if name in _BIG else 'int'} as {name}"
        for name, text in MEASURES.items()
    )


def of_sums(names: Sequence[str]) -> str:
    """Columns that sum sums."""
    return ", ".join(f"coalesce(sum({name}), 0)::bigint as {name}" for name in names)
