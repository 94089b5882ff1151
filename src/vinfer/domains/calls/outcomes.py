"""What became of a call, and what that means for its contact. Pure rules, no database."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final, Literal

from vinfer.domains.calls.schemas import CallStatus
from vinfer.domains.contacts.schemas import Disposition
from vinfer.media.plan import CallResult, NotAnswered, Turn, Verdict

MAX_TRUNK_RETRIES: Final = 6
_TRUNK_BACKOFF: Final = timedelta(seconds=30)
_TRUNK_BACKOFF_MOST: Final = timedelta(minutes=15)
_FAILED_REASONS: Final = frozenset({"trunk_error", "interrupted", "blocked_dnc"})
_HANDED_OVER: Final = frozenset({"transferred", "handover_failed"})
# an interrupted call may have been answered, so it is never dialled again blindly
_NEVER_RETRIED: Final = frozenset({"invalid_number", "interrupted"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """The final facts of a call."""

    status: CallStatus
    disposition: Disposition
    end_reason: str
    tag: str | None = None
    evidence: dict[str, Any] | None = None
    duration_seconds: int = 0
    captured: dict[str, Any] = field(default_factory=dict[str, Any])
    latency_ms: dict[str, Any] | None = None
    do_not_call: bool = False


INTERRUPTED: Final = Outcome("failed", "not_reachable", "interrupted")
CANCELLED: Final = Outcome("failed", "not_reachable", "cancelled")
BLOCKED: Final = Outcome("failed", "dnd", "blocked_dnc")


def of(result: CallResult | NotAnswered) -> Outcome:
    """The outcome of an answered call, or of one that was not answered.

    An answered call keeps its verdict even where it broke; only a machine is nobody.
    """
    if isinstance(result, NotAnswered):
        if result.end_reason == "agent_hangup":  # called off while it rang
            return CANCELLED
        return Outcome(_status(result.end_reason), "not_reachable", result.end_reason)
    verdict = result.verdict
    return Outcome(
        status=_status(result.end_reason),
        disposition="not_reachable" if result.end_reason == "voicemail" else verdict.disposition,
        end_reason=result.end_reason,
        tag=verdict.tag,
        evidence=_evidence(verdict, result.end_reason),
        duration_seconds=max(0, round(result.duration_s)),
        captured=result.captured,
        latency_ms=latency(result.turns),
        do_not_call=result.do_not_call,
    )


def _evidence(verdict: Verdict, end_reason: str) -> dict[str, Any]:
    """What proves the disposition, and what moved the call to a person."""
    found: dict[str, Any] = {"turn": verdict.evidence_turn, "reason": verdict.reason}
    if verdict.trigger is not None:
        found["trigger"] = asdict(verdict.trigger)
    if end_reason in _HANDED_OVER:
        found["mode"] = "cold"  # the only way in which calls are handed over (ADR 0025)
    return found


def tagged(outcome: Outcome, listed: Sequence[str]) -> Outcome:
    """The outcome with the custom tag that its agent lists for it, unless its branch gave one.

    That is the id of the branch that led to it, else the disposition's name.
    """
    if outcome.tag is not None:
        return outcome
    reason: str = (outcome.evidence or {}).get("reason", "")
    branch = reason.removeprefix("branch:").rpartition(".")[2]
    found = (it for it in (branch, outcome.disposition) if it in listed)
    return replace(outcome, tag=next(found, None))


def _status(end_reason: str) -> CallStatus:
    return "failed" if end_reason in _FAILED_REASONS else "completed"


def latency(turns: Sequence[Turn]) -> dict[str, Any] | None:
    """p50 and p95 of the measured turns, in all and by stage, in whole milliseconds."""
    measured = [turn.latency_ms for turn in turns if turn.latency_ms]
    if not measured:
        return None
    stages = {
        stage: _spread([it[stage] for it in measured if stage in it])
        for stage in sorted({stage for it in measured for stage in it})
    }
    return {**stages.pop("total", {}), "turns": len(measured), "stages": stages}


def _spread(values: list[float]) -> dict[str, int]:
    ranked = sorted(values)
    return {f"p{p}": round(ranked[ceil(p / 100 * len(ranked)) - 1]) for p in (50, 95)}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a campaign says of trying again."""

    open: bool
    max_attempts: int
    retry_after: timedelta


@dataclass(frozen=True, slots=True)
class Again:
    """The contact is called again at `at`, with these counters."""

    at: datetime
    attempts: int
    trunk_failures: int


def next_try(
    outcome: Outcome, plan: Plan, *, attempts: int, trunk_failures: int, at: datetime
) -> Again | Literal["final"]:
    """Whether a contact is called again. Trunk trouble costs no attempt, at most six times."""
    if not plan.open or outcome.disposition != "not_reachable":
        return "final"
    if outcome.end_reason in _NEVER_RETRIED:
        return "final"
    if outcome.end_reason == "trunk_error" and trunk_failures < MAX_TRUNK_RETRIES:
        wait = min(_TRUNK_BACKOFF * 2**trunk_failures, _TRUNK_BACKOFF_MOST)
        return Again(at + wait, attempts - 1, trunk_failures + 1)
    if attempts < plan.max_attempts:
        return Again(at + plan.retry_after, attempts, 0)
    return "final"
