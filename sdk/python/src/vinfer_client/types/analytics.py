"""Bodies and answers of the API. Made by `python tools/client.py` from the OpenAPI document."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class AgentFigures(TypedDict):
    """One human agent's calls."""

    total_calls: int
    connected_calls: int
    connection_rate: float | None
    avg_duration_seconds: float | None
    sentiment_breakdown: Shares
    intent_breakdown: dict[str, int]
    disposition_breakdown: dict[str, int]
    avg_qa_score: float | None
    agent_id: str
    qa: QaSums
    compliance: ComplianceSums


class ComplianceSums(TypedDict):
    """Violations of rules in calls; `violation_rate` is the share of all calls that have any."""

    total_calls: int
    calls_with_violations: int
    violation_rate: float | None
    violations: int
    severity_breakdown: dict[str, int]
    type_breakdown: dict[str, int]


class GroupedCompliance(TypedDict):
    """The same of one group."""

    total_calls: int
    calls_with_violations: int
    violation_rate: float | None
    violations: int
    severity_breakdown: dict[str, int]
    type_breakdown: dict[str, int]
    group: str | None


class GroupedFigures(TypedDict):
    """One group: a date (a week's is that of its Monday), an id, or a language.

    Null: the calls without a human agent, or of no campaign.
    """

    total_calls: int
    connected_calls: int
    connection_rate: float | None
    avg_duration_seconds: float | None
    sentiment_breakdown: Shares
    intent_breakdown: dict[str, int]
    disposition_breakdown: dict[str, int]
    avg_qa_score: float | None
    group: str | None


class GroupedQa(TypedDict):
    """The same of one group."""

    results: int
    scored_results: int
    passed_results: int
    pass_rate: float | None
    avg_score: float | None
    evaluated_calls: int
    group: str | None


class ParameterFigures(TypedDict):
    """Verdicts on one parameter of a scorecard, by its name over all versions, after overrides.

        `failed` counts those that earned nothing. `mean_fraction` is what was earned of what
    could be,
        0 to 1, in those on which nobody abstained.
    """

    name: str
    method: Literal["binary", "scale", "keyword"]
    verdicts: int
    abstained: int
    failed: int
    mean_fraction: float | None


class QaSums(TypedDict):
    """Results of scorecards for calls, after overrides.

        Those of which every parameter abstained have no score: they are neither passed nor
    averaged.
    """

    results: int
    scored_results: int
    passed_results: int
    pass_rate: float | None
    avg_score: float | None
    evaluated_calls: int


class ScorecardFigures(TypedDict):
    """Results of one scorecard, and its parameters, the weakest first."""

    scorecard_id: str
    name: str
    results: int
    scored_results: int
    passed_results: int
    pass_rate: float | None
    avg_score: float | None
    parameters: list[ParameterFigures]


class Shares(TypedDict):
    """Shares of the connected calls whose sentiment is known; together exactly 1.00."""

    positive: float | None
    neutral: float | None
    negative: float | None


AgentsFigures = TypedDict(
    "AgentsFigures", {"from": str, "to": str, "timezone": str, "data": list[AgentFigures]}
)
"""`GET /analytics/agents`: who took calls, the busiest first."""

CallFigures = TypedDict(
    "CallFigures",
    {
        "total_calls": int,
        "connected_calls": int,
        "connection_rate": float | None,
        "avg_duration_seconds": float | None,
        "sentiment_breakdown": Shares,
        "intent_breakdown": dict[str, int],
        "disposition_breakdown": dict[str, int],
        "avg_qa_score": float | None,
        "from": str,
        "to": str,
        "timezone": str,
        "grouped_data": NotRequired[list[GroupedFigures]],
    },
)
"""`GET /analytics/calls`. Groups without calls are left out; the others sum to the total."""

CampaignFigures = TypedDict(
    "CampaignFigures",
    {
        "total_calls": int,
        "connected_calls": int,
        "connection_rate": float | None,
        "avg_duration_seconds": float | None,
        "sentiment_breakdown": Shares,
        "intent_breakdown": dict[str, int],
        "disposition_breakdown": dict[str, int],
        "avg_qa_score": float | None,
        "campaign_id": str,
        "campaign_name": str,
        "status": Literal["scheduled", "running", "paused", "completed", "stopped"],
        "from": str | None,
        "to": str | None,
        "timezone": str,
        "qa": QaSums,
        "compliance": ComplianceSums,
        "grouped_data": NotRequired[list[GroupedFigures]],
    },
)
"""`GET /analytics/campaigns/{id}`. `from` and `to` are null where none were named."""

ComplianceFigures = TypedDict(
    "ComplianceFigures",
    {
        "total_calls": int,
        "calls_with_violations": int,
        "violation_rate": float | None,
        "violations": int,
        "severity_breakdown": dict[str, int],
        "type_breakdown": dict[str, int],
        "from": str,
        "to": str,
        "timezone": str,
        "grouped_data": NotRequired[list[GroupedCompliance]],
    },
)
"""`GET /analytics/compliance`."""

QaFigures = TypedDict(
    "QaFigures",
    {
        "results": int,
        "scored_results": int,
        "passed_results": int,
        "pass_rate": float | None,
        "avg_score": float | None,
        "evaluated_calls": int,
        "from": str,
        "to": str,
        "timezone": str,
        "grouped_data": NotRequired[list[GroupedQa]],
        "scorecards": NotRequired[list[ScorecardFigures]],
    },
)
"""`GET /analytics/qa`.

        `scorecards`, the most used first, are there with `breakdown`: at most 100, and of all
    of them
        the 1,000 weakest parameters.
    """
