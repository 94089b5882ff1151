"""Bodies and answers of the API. Made by `python tools/client.py` from the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class CallingHours(TypedDict):
    """When calls may begin; in `timezone`, else in the zone of the campaign or workspace."""

    start: str
    end: str
    days: NotRequired[list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] | None]
    timezone: NotRequired[str | None]


class Check(TypedDict):
    """What became of a rule in one transcript.

        `unsure` is for a person to look at (`review`), and is no violation.
    `adherence_percent` is the
        share of a script's lines that were said; `detail` lists the `skipped` ones.
    """

    rule_id: str
    rule_version: int
    rule_name: str
    type: Literal[
        "required_disclosure", "prohibited_language", "script_adherence", "dnc", "policy_deviation"
    ]
    severity: Literal["low", "medium", "high", "critical"]
    job_id: str
    call_id: str | None
    campaign_id: str | None
    agent_id: str | None
    outcome: Literal["passed", "violated", "unsure", "not_applicable"]
    review: bool
    reason: str
    doubts: list[Doubt]
    adherence_percent: float | None
    detail: dict[str, Any]
    created_at: str


class CheckPage(TypedDict):
    """One page of a list."""

    data: list[Check]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class Condition(TypedDict):
    """What a rule looks for; which fields belong together depends on the rule's `type`.

        `required_disclosure` and `prohibited_language`: `phrases` (in which `*` stands for up
    to four
        words), a ready criterion of the `library`, or both; `not_phrases` are what must not
    be taken
        for it; `match` is `semantic`, which takes phrases as examples of a meaning too, or
    `literal`.
        `speaker` says whose words a ban or a policy is about. `script_adherence`: its own
    `lines`, else
        those of the call's script; `minimum_percent` of them must be said. `dnc`: which
    `checks`.
        `policy_deviation`: what must not be said or meant (as a ban), or a `policy` in plain
    words, or
        `calling_hours`.
    """

    phrases: NotRequired[list[str] | None]
    not_phrases: NotRequired[list[str] | None]
    library: NotRequired[str | None]
    match: NotRequired[Literal["semantic", "literal", None]]
    speaker: NotRequired[Literal["agent", "customer", "any", None]]
    lines: NotRequired[list[str] | None]
    minimum_percent: NotRequired[float | None]
    checks: NotRequired[list[Literal["listed", "wish"]] | None]
    policy: NotRequired[str | None]
    calling_hours: NotRequired[CallingHours | None]


class Doubt(TypedDict):
    """A place that a person should look at."""

    segment: int
    start: float
    end: float
    quote: str


class Rule(TypedDict):
    """A rule at its newest version."""

    id: str
    version: int
    name: str
    type: Literal[
        "required_disclosure", "prohibited_language", "script_adherence", "dnc", "policy_deviation"
    ]
    condition: dict[str, Any]
    within_seconds: int | None
    severity: Literal["low", "medium", "high", "critical"]
    scope: dict[str, Any] | None
    enabled: bool
    created_at: str
    updated_at: str


class RuleBody(TypedDict):
    """`POST /compliance/rules`. Without a `scope` a rule is about every transcript.

        `within_seconds` of a `required_disclosure` counts from the agent's first word.
    Without a `name`
        it is called by its type.
    """

    type: Literal[
        "required_disclosure", "prohibited_language", "script_adherence", "dnc", "policy_deviation"
    ]
    condition: NotRequired[Condition]
    name: NotRequired[str | None]
    within_seconds: NotRequired[int | None]
    severity: NotRequired[Literal["low", "medium", "high", "critical"]]
    scope: NotRequired[RuleScope | None]
    enabled: NotRequired[bool]


class RulePage(TypedDict):
    """One page of a list."""

    data: list[Rule]
    total: int
    limit: int
    offset: int
    next_cursor: str | None


class RulePatch(TypedDict):
    """`PATCH /compliance/rules/{id}`: what it names replaces what was there; null clears.

    A rule keeps its type.
    """

    name: NotRequired[str]
    condition: NotRequired[Condition]
    within_seconds: NotRequired[int | None]
    severity: NotRequired[Literal["low", "medium", "high", "critical"]]
    scope: NotRequired[RuleScope | None]
    enabled: NotRequired[bool]


class RuleScope(TypedDict):
    """Calls that a rule is about: those of these campaigns and of these agents.

        A list that is left out admits all; `agent_ids` are people, or agents by their `agt_`
    ids.
    """

    campaign_ids: NotRequired[list[str] | None]
    agent_ids: NotRequired[list[str] | None]


class Violation(TypedDict):
    """A violation. `rule_version` is the one it was found by; seconds are of the recording.

        `segment`, `start`, `end` and `quote` are null for what was not said, and for what the
    platform
        recorded of the call itself; `proof` says which.
    """

    id: str
    rule_id: str
    rule_version: int
    rule_name: str
    type: Literal[
        "required_disclosure", "prohibited_language", "script_adherence", "dnc", "policy_deviation"
    ]
    severity: Literal["low", "medium", "high", "critical"]
    job_id: str
    call_id: str | None
    campaign_id: str | None
    agent_id: str | None
    segment: int | None
    start: float | None
    end: float | None
    quote: str | None
    proof: Literal["words", "meaning", "absence", "record", "model"]
    confidence: float
    reason: str
    created_at: str


class ViolationPage(TypedDict):
    """One page of a list."""

    data: list[Violation]
    total: int
    limit: int
    offset: int
    next_cursor: str | None
