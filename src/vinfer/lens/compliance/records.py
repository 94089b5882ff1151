"""Rules about what the platform knows of a call: do-not-call, and the hours of calling."""

from zoneinfo import ZoneInfo

from vinfer.lens.compliance.hearing import BY_WORDS, Heard
from vinfer.lens.compliance.rules import (
    CallRecord,
    Check,
    Rule,
    Violation,
    not_applicable,
    passed,
    unsure,
    violated,
)
from vinfer.lens.language import safety
from vinfer.lens.scoring.scorecard import Evidence


def do_not_call(rule: Rule, heard: Heard, record: CallRecord) -> Check:
    """Whether a listed number was dialled, and whether a wish not to be called was honoured.

    A wish is honoured when the number stands on the list afterwards.
    """
    found: list[Violation] = []
    if "listed" in rule.checks and record.listed_before:
        words = "The number was on the do-not-call list when it was dialled."
        found.append(Violation(proof="record", confidence=1.0, reason=words))
    wishes = _wishes(heard) if "wish" in rule.checks else []
    if wishes and record.listed_after is False:
        words = "The customer asks not to be called; the number is not on the do-not-call list."
        found.append(
            Violation(proof="words", confidence=BY_WORDS, reason=words, evidence=wishes[0])
        )
    if found:
        return violated(rule, *found)
    if record.listed_after is not None:
        honoured = "The wish not to be called was honoured." if wishes else "Nothing forbade it."
        return passed(rule, honoured)
    if wishes:
        return unsure(rule, "The customer asks not to be called; the number is unknown.", *wishes)
    return not_applicable(rule, "The number of this recording is unknown.")


def _wishes(heard: Heard) -> list[Evidence]:
    return [
        heard.evidence(line)
        for line in heard.of("customer")
        if "do_not_call" in safety.rules(line.text, line.hindi)
    ]


def in_hours(rule: Rule, record: CallRecord) -> Check:
    """Whether the call began within the hours."""
    hours, at = rule.hours, record.started
    if hours is None or at is None:
        return not_applicable(rule, "The time of this call is unknown.")
    at = at.astimezone(ZoneInfo(hours.timezone)) if hours.timezone else at
    begun = f"The call began at {at:%H:%M} ({at.tzname()}) on a {at:%A}"
    in_time = hours.start_minute <= 60 * at.hour + at.minute < hours.end_minute
    if in_time and at.isoweekday() in hours.days:
        return passed(rule, f"{begun}.")
    allowed = f"calls are allowed from {_clock(hours.start_minute)} to {_clock(hours.end_minute)}"
    if at.isoweekday() not in hours.days:
        allowed += ", and not on that day"
    return violated(rule, Violation(proof="record", confidence=1.0, reason=f"{begun}; {allowed}."))


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
