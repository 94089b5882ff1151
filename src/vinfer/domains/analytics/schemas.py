"""What is asked of figures, and how they are answered.

Rates and shares have two places, scores and durations one; null stands where nothing was counted.
A call counts when it has ended, on the day on which it started.
"""

from datetime import date
from typing import Annotated, Final, Literal, get_args

from msgspec import UNSET, UnsetType

from vinfer.domains.campaigns.schemas import Status
from vinfer.domains.contacts.schemas import Disposition
from vinfer.kit import schema, zones
from vinfer.lens.analysis.intent_rules import Intent
from vinfer.lens.scoring.scorecard import Method

GroupBy = Literal["day", "week", "agent", "campaign", "language"]
Feeling = Literal["positive", "neutral", "negative"]
Severity = Literal["low", "medium", "high", "critical"]
RuleType = Literal[
    "required_disclosure", "prohibited_language", "script_adherence", "dnc", "policy_deviation"
]

FEELINGS: Final[tuple[Feeling, ...]] = get_args(Feeling)
INTENTS: Final[tuple[Intent, ...]] = get_args(Intent)
SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
RULE_TYPES: Final[tuple[RuleType, ...]] = get_args(RuleType)
MOST_GROUPS: Final = 10_000


def parse_zone(text: str) -> str:
    """A name of the IANA database unchanged; raises `Invalid`."""
    if not zones.is_zone(text):
        raise schema.Invalid("an IANA time zone, e.g. Asia/Kolkata")
    return text


Zone = Annotated[str, schema.Scalar(parse_zone, format="iana-time-zone", example="Asia/Kolkata")]


class _Span(schema.Query, frozen=True, rename={"from_": "from"}):
    """Days of `timezone`, both inclusive; it is the workspace's where none is given."""

    from_: schema.Day
    to: schema.Day
    timezone: Zone | None = None

    def __post_init__(self) -> None:
        """Refuse days that run backwards."""
        if self.from_ > self.to:
            raise schema.Invalid("a day not before 'from'", field="to")


class FiguresQuery(_Span, frozen=True):
    """`GET /analytics/calls` and `/analytics/compliance`."""

    campaign_id: str | None = None
    agent_id: str | None = None
    language: schema.Language | None = None
    group_by: GroupBy | None = None


class QaQuery(FiguresQuery, frozen=True):
    """`GET /analytics/qa`.

    `breakdown` adds the figures of each scorecard and parameter, for at most 92 days.
    """

    breakdown: bool = False


class AgentsQuery(_Span, frozen=True):
    """`GET /analytics/agents`."""

    campaign_id: str | None = None
    language: schema.Language | None = None


class CampaignFiguresQuery(schema.Query, frozen=True, rename={"from_": "from"}):
    """`GET /analytics/campaigns/{id}`: all of its days, unless some are named."""

    from_: schema.Day | None = None
    to: schema.Day | None = None
    timezone: Zone | None = None
    agent_id: str | None = None
    language: schema.Language | None = None
    group_by: GroupBy | None = None

    def __post_init__(self) -> None:
        """Refuse days that run backwards."""
        if self.from_ and self.to and self.from_ > self.to:
            raise schema.Invalid("a day not before 'from'", field="to")


class Shares(schema.Resource):
    """Shares of the connected calls whose sentiment is known; together exactly 1.00."""

    positive: float | None
    neutral: float | None
    negative: float | None


class Figures(schema.Resource):
    """Figures of calls.

    Connected: answered, and not by a machine; only these have a duration, an intent and a
    sentiment. The numbers of `intent_breakdown` sum to `connected_calls`: the analysis of a call
    names its intent, and its disposition where there is no analysis. Those of
    `disposition_breakdown` sum to `total_calls`.
    """

    total_calls: int
    connected_calls: int
    connection_rate: float | None
    avg_duration_seconds: float | None
    sentiment_breakdown: Shares
    intent_breakdown: dict[Intent, int]
    disposition_breakdown: dict[Disposition, int]
    avg_qa_score: float | None


class GroupedFigures(Figures):
    """One group: a date (a week's is that of its Monday), an id, or a language.

    Null: the calls without a human agent, or of no campaign.
    """

    group: str | None


class CallFigures(Figures, rename={"from_": "from"}):
    """`GET /analytics/calls`. Groups without calls are left out; the others sum to the total."""

    from_: date
    to: date
    timezone: str
    grouped_data: list[GroupedFigures] | UnsetType = UNSET


class QaSums(schema.Resource):
    """Results of scorecards for calls, after overrides.

    Those of which every parameter abstained have no score: they are neither passed nor averaged.
    """

    results: int
    scored_results: int
    passed_results: int
    pass_rate: float | None
    avg_score: float | None
    evaluated_calls: int


class GroupedQa(QaSums):
    """The same of one group."""

    group: str | None


class ParameterFigures(schema.Resource):
    """Verdicts on one parameter of a scorecard, by its name over all versions, after overrides.

    `failed` counts those that earned nothing. `mean_fraction` is what was earned of what could be,
    0 to 1, in those on which nobody abstained.
    """

    name: str
    method: Method
    verdicts: int
    abstained: int
    failed: int
    mean_fraction: float | None


class ScorecardFigures(schema.Resource):
    """Results of one scorecard, and its parameters, the weakest first."""

    scorecard_id: str
    name: str
    results: int
    scored_results: int
    passed_results: int
    pass_rate: float | None
    avg_score: float | None
    parameters: list[ParameterFigures]


class QaFigures(QaSums, rename={"from_": "from"}):
    """`GET /analytics/qa`.

    `scorecards`, the most used first, are there with `breakdown`: at most 100, and of all of them
    the 1,000 weakest parameters.
    """

    from_: date
    to: date
    timezone: str
    grouped_data: list[GroupedQa] | UnsetType = UNSET
    scorecards: list[ScorecardFigures] | UnsetType = UNSET


class ComplianceSums(schema.Resource):
    """Violations of rules in calls; `violation_rate` is the share of all calls that have any."""

    total_calls: int
    calls_with_violations: int
    violation_rate: float | None
    violations: int
    severity_breakdown: dict[Severity, int]
    type_breakdown: dict[RuleType, int]


class GroupedCompliance(ComplianceSums):
    """The same of one group."""

    group: str | None


class ComplianceFigures(ComplianceSums, rename={"from_": "from"}):
    """`GET /analytics/compliance`."""

    from_: date
    to: date
    timezone: str
    grouped_data: list[GroupedCompliance] | UnsetType = UNSET


class CampaignFigures(Figures, rename={"from_": "from"}):
    """`GET /analytics/campaigns/{id}`. `from` and `to` are null where none were named."""

    campaign_id: str
    campaign_name: str
    status: Status
    from_: date | None
    to: date | None
    timezone: str
    qa: QaSums
    compliance: ComplianceSums
    grouped_data: list[GroupedFigures] | UnsetType = UNSET


class AgentFigures(Figures):
    """One human agent's calls."""

    agent_id: str
    qa: QaSums
    compliance: ComplianceSums


class AgentsFigures(schema.Resource, rename={"from_": "from"}):
    """`GET /analytics/agents`: who took calls, the busiest first."""

    from_: date
    to: date
    timezone: str
    data: list[AgentFigures]
