"""Rules, checks and violations as the API takes and gives them."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType, field

from vinfer.domains.compliance.conditions import Condition, require_fitting
from vinfer.kit import schema
from vinfer.lens.compliance.rules import Outcome, Proof, RuleType, Severity

Name = Annotated[str, Meta(min_length=1, max_length=255)]
Within = Annotated[int, Meta(ge=1, le=3600)]
ScopeIds = Annotated[
    list[Annotated[str, Meta(min_length=1, max_length=255)]], Meta(min_length=1, max_length=100)
]


class RuleScope(schema.Body, omit_defaults=True):
    """Calls that a rule is about: those of these campaigns and of these agents.

    A list that is left out admits all; `agent_ids` are people, or agents by their `agt_` ids.
    """

    campaign_ids: ScopeIds | None = None
    agent_ids: ScopeIds | None = None


class RuleBody(schema.Body):
    """`POST /compliance/rules`. Without a `scope` a rule is about every transcript.

    `within_seconds` of a `required_disclosure` counts from the agent's first word. Without a `name`
    it is called by its type.
    """

    type: RuleType
    condition: Condition = field(default_factory=Condition)
    name: Name | None = None
    within_seconds: Within | None = None
    severity: Severity = "medium"
    scope: RuleScope | None = None
    enabled: bool = True

    example = {
        "name": "Recording notice",
        "type": "required_disclosure",
        "condition": {
            "library": "recording_notice",
            "phrases": ["this call is recorded", "yeh call record ho rahi hai"],
        },
        "within_seconds": 30,
        "severity": "high",
    }

    def __post_init__(self) -> None:
        require_fitting(self.type, self.condition, self.within_seconds)


class RulePatch(schema.Body):
    """`PATCH /compliance/rules/{id}`: what it names replaces what was there; null clears.

    A rule keeps its type.
    """

    name: Name | UnsetType = UNSET
    condition: Condition | UnsetType = UNSET
    within_seconds: Within | UnsetType | None = UNSET
    severity: Severity | UnsetType = UNSET
    scope: RuleScope | UnsetType | None = UNSET
    enabled: bool | UnsetType = UNSET

    example = {"severity": "critical"}


class Rule(schema.Resource):
    """A rule at its newest version."""

    id: str
    version: int
    name: str
    type: RuleType
    condition: dict[str, Any]
    within_seconds: int | None
    severity: Severity
    scope: dict[str, Any] | None
    enabled: bool
    created_at: datetime
    updated_at: datetime


class ViolationQuery(schema.Query, frozen=True, rename={"from_": "from"}):
    """Filters of `GET /compliance/violations`; both times inclusive, on `created_at`."""

    rule_id: str | None = None
    type: RuleType | None = None
    severity: Severity | None = None
    campaign_id: str | None = None
    agent_id: str | None = None
    call_id: str | None = None
    job_id: str | None = None
    from_: schema.Timestamp | None = None
    to: schema.Timestamp | None = None


class CheckQuery(schema.Query, frozen=True, rename={"from_": "from"}):
    """Filters of `GET /compliance/checks`; both times inclusive, on `created_at`."""

    outcome: Outcome | None = None
    rule_id: str | None = None
    type: RuleType | None = None
    severity: Severity | None = None
    campaign_id: str | None = None
    agent_id: str | None = None
    call_id: str | None = None
    job_id: str | None = None
    from_: schema.Timestamp | None = None
    to: schema.Timestamp | None = None


class Violation(schema.Resource):
    """A violation. `rule_version` is the one it was found by; seconds are of the recording.

    `segment`, `start`, `end` and `quote` are null for what was not said, and for what the platform
    recorded of the call itself; `proof` says which.
    """

    id: str
    rule_id: str
    rule_version: int
    rule_name: str
    type: RuleType
    severity: Severity
    job_id: str
    call_id: str | None
    campaign_id: str | None
    agent_id: str | None
    segment: int | None
    start: float | None
    end: float | None
    quote: str | None
    proof: Proof
    confidence: float
    reason: str
    created_at: datetime


class Doubt(schema.Resource):
    """A place that a person should look at."""

    segment: int
    start: float
    end: float
    quote: str


class Check(schema.Resource):
    """What became of a rule in one transcript.

    `unsure` is for a person to look at (`review`), and is no violation. `adherence_percent` is the
    share of a script's lines that were said; `detail` lists the `skipped` ones.
    """

    rule_id: str
    rule_version: int
    rule_name: str
    type: RuleType
    severity: Severity
    job_id: str
    call_id: str | None
    campaign_id: str | None
    agent_id: str | None
    outcome: Outcome
    review: bool
    reason: str
    doubts: list[Doubt]
    adherence_percent: float | None
    detail: dict[str, Any]
    created_at: datetime
