"""Rules as values, what is known of a call besides its words, and what a check finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from vinfer.lens.scoring.scorecard import Evidence

RuleType = Literal[
    "required_disclosure", "prohibited_language", "script_adherence", "dnc", "policy_deviation"
]
Severity = Literal["low", "medium", "high", "critical"]
Outcome = Literal["passed", "violated", "unsure", "not_applicable"]
Proof = Literal["words", "meaning", "absence", "record", "model"]
"""What a violation stands on: words said, their meaning, that nothing was said, what the platform
recorded of the call, or a language model."""
Speaker = Literal["agent", "customer", "any"]
Likeness = Literal["semantic", "literal"]
DncCheck = Literal["listed", "wish"]
MOST_VIOLATIONS: Final = 20
"""Of one rule in one transcript."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When calls may begin: minutes of the day, the end excluded; days, 1 is Monday.

    They are read in `timezone`, else in the call's own.
    """

    start_minute: int
    end_minute: int
    days: frozenset[int]
    timezone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One version of a rule. What a type has no use for is left at its default.

    `phrases` are words that prove it, `examples` what means the same, `counters` what must not be
    taken for it; in phrases `*` stands for up to four words.
    """

    id: str
    version: int
    name: str
    type: RuleType
    severity: Severity
    phrases: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()
    match: Likeness = "semantic"
    speaker: Speaker = "agent"
    within_s: float | None = None
    lines: tuple[str, ...] = ()
    minimum_percent: float = 80.0
    checks: tuple[DncCheck, ...] = ("listed", "wish")
    policy: str | None = None
    hours: Hours | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRecord:
    """What the platform recorded of a call, None where it knows nothing.

    `listed_before`: the number stood on the do-not-call list when it was dialled; `listed_after`:
    it stands there now. `started` is in the call's time zone. `script` holds the lines that the
    agent had to say, with `{{…}}` where a value stands.
    """

    listed_before: bool | None = None
    listed_after: bool | None = None
    started: datetime | None = None
    script: tuple[str, ...] = ()


NO_RECORD: Final = CallRecord()


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One violation. Without `evidence` it is about what was not said, or about the call itself."""

    proof: Proof
    confidence: float
    reason: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What became of one rule. `doubts` are the places that a person should look at.

    `percent` is the share of a script's lines that were said, `detail` JSON for people.
    """

    rule: Rule
    outcome: Outcome
    reason: str
    violations: tuple[Violation, ...] = ()
    doubts: tuple[Evidence, ...] = ()
    percent: float | None = None
    detail: Mapping[str, Any] = field(default_factory=dict[str, Any])


def passed(rule: Rule, reason: str) -> Check:
    """The rule was kept."""
    return Check(rule=rule, outcome="passed", reason=reason)


def not_applicable(rule: Rule, reason: str) -> Check:
    """The rule has nothing to say of this transcript."""
    return Check(rule=rule, outcome="not_applicable", reason=reason)


def unsure(rule: Rule, reason: str, *doubts: Evidence) -> Check:
    """Nobody can say without listening."""
    return Check(rule=rule, outcome="unsure", reason=reason, doubts=doubts[:MOST_VIOLATIONS])


def violated(rule: Rule, *violations: Violation) -> Check:
    """The rule was broken, once or more."""
    more = len(violations) - MOST_VIOLATIONS
    reason = violations[0].reason if len(violations) == 1 else f"{len(violations)} violations."
    return Check(
        rule=rule,
        outcome="violated",
        reason=reason,
        violations=violations[:MOST_VIOLATIONS],
        detail={"not_shown": more} if more > 0 else {},
    )
