"""Rules about words: what must be said in time, and what must not be said at all."""

from typing import Final

from vinfer.lens.compliance.hearing import Heard, Sighting
from vinfer.lens.compliance.rules import (
    Check,
    Rule,
    Violation,
    not_applicable,
    passed,
    unsure,
    violated,
)
from vinfer.lens.scoring.library import LIBRARY
from vinfer.lens.scoring.observing import SAID

_STRONG: Final = 0.05
"""A margin from which a deviation in other words is one (tests/evals/eval_compliance.py)."""
_LIKELY: Final = SAID
"""A margin below which nobody is asked to listen."""
_OTHERS: Final = tuple(text for each in LIBRARY.values() for text in each.examples)
"""What agents say otherwise; of those, what means the same as a rule's examples does not count."""
_DEAF: Final = "Its words were not said, and there is no sentence model to look for its meaning."


def disclosed(rule: Rule, heard: Heard) -> Check:
    """Whether the agent says it, in time: within `within_s` of the agent's own first word."""
    said = heard.of("agent")
    if not said:
        return not_applicable(rule, "The agent says nothing.")
    begin_s = heard.start_s(said[0])
    end_s = None if rule.within_s is None else begin_s + rule.within_s
    found = _sightings(rule, heard)
    in_time = [each for each in found if end_s is None or each.start_s <= end_s]
    sure = [each for each in in_time if each.surety == "said"]
    if sure:
        return passed(rule, f"Said {sure[0].start_s - begin_s:.1f} s after the agent's first word.")
    if in_time:
        return unsure(rule, "What may be it is quoted.", *heard.quotes(in_time))
    return _undisclosed(rule, heard, begin_s, found)


def _undisclosed(rule: Rule, heard: Heard, begin_s: float, found: list[Sighting]) -> Check:
    within_s = rule.within_s
    if within_s is not None and heard.transcript.duration_s < begin_s + within_s:
        return not_applicable(rule, f"The recording ends before {within_s:g} s have passed.")
    if heard.transcript.damaged:
        return unsure(rule, "Not found, but parts of the recording could not be decoded.")
    if rule.match == "semantic" and not heard.understands:
        return unsure(rule, _DEAF)
    late = next((each for each in found if each.surety == "said"), None)
    if late is not None:
        words = (
            f"Said {late.start_s - begin_s:.1f} s after the agent's first word, not {within_s:g} s."
        )
        where = heard.evidence(late.line)
        return violated(
            rule,
            Violation(proof="words", confidence=late.confidence, reason=words, evidence=where),
        )
    words = "Never said." if within_s is None else f"Not said within {within_s:g} s."
    return violated(rule, Violation(proof="absence", confidence=0.9, reason=words))


def _sightings(rule: Rule, heard: Heard) -> list[Sighting]:
    """By words and by meaning, in their order; of a line the surer."""
    by_words = heard.by_words(rule)
    known = {each.line.index for each in by_words if each.surety == "said"}
    by_meaning = [each for each in heard.by_meaning(rule) if each.line.index not in known]
    return sorted([*by_words, *by_meaning], key=lambda each: each.start_s)


def prohibited(rule: Rule, heard: Heard) -> Check:
    """Whether it is said in so many words. What only means the same is for people to judge."""
    return _forbidden(rule, heard, by_words=heard.by_words(rule), by_meaning_alone=False)


def deviating(rule: Rule, heard: Heard) -> Check:
    """Whether a line says or means what the policy forbids."""
    return _forbidden(rule, heard, by_words=heard.by_words(rule), by_meaning_alone=True)


def _forbidden(
    rule: Rule, heard: Heard, *, by_words: list[Sighting], by_meaning_alone: bool
) -> Check:
    if not heard.of(rule.speaker):
        return not_applicable(rule, "Nobody whom the rule is about says anything.")
    spoken = {each.line.index for each in by_words}
    strong = _STRONG if by_meaning_alone else float("inf")
    meant = heard.by_meaning(rule, sure=strong, likely=_LIKELY, among=_OTHERS)
    likely = [it for it in meant if it.line.index not in spoken]
    proven = [_proof(each, heard) for each in [*by_words, *likely] if each.surety == "said"]
    if proven:
        return violated(rule, *sorted(proven, key=_start_s))
    doubts = [each for each in [*by_words, *likely] if each.surety == "doubtful"]
    if doubts:
        return unsure(rule, "What may be it is quoted.", *heard.quotes(doubts))
    if rule.match == "semantic" and not heard.understands:
        return passed(rule, "Its words were not said; there is no sentence model to look further.")
    return passed(rule, "Nothing like it was said.")


def _proof(sighting: Sighting, heard: Heard) -> Violation:
    phrase = sighting.phrase
    words = "The quoted line means the same as the rule's examples."
    return Violation(
        proof="words" if phrase else "meaning",
        confidence=sighting.confidence,
        reason=f"Said in so many words: “{phrase}”." if phrase else words,
        evidence=heard.evidence(sighting.line),
    )


def _start_s(violation: Violation) -> float:
    return violation.evidence.start_s if violation.evidence else 0.0
