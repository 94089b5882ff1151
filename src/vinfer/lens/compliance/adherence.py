"""How much of a script was said: its lines found in what the agent says, values left open."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, Literal

from vinfer.lens.compliance.hearing import Heard
from vinfer.lens.compliance.rules import (
    CallRecord,
    Check,
    Rule,
    Violation,
    not_applicable,
    unsure,
)
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.language.keywords import Said

_VALUE: Final = re.compile(r"\{\{.*?\}\}")
_SENTENCE: Final = re.compile(r"[.?!।]+(?:\s|$)")
_SAID: Final = 0.75  # of a line's words in its order: recognition and small talk take some
_UNSAID: Final = 0.5
_FEWEST_WORDS: Final = 3  # "Thank you." proves nothing
_LOOK_ON: Final = 3  # lines in a row that one sentence may be spread over

Heading = Literal["said", "doubtful", "skipped"]


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the script, and what became of it."""

    text: str
    share: float

    @property
    def heading(self) -> Heading:
        """Said, skipped, or neither for sure."""
        if self.share >= _SAID:
            return "said"
        return "skipped" if self.share < _UNSAID else "doubtful"


def adhered(rule: Rule, heard: Heard, record: CallRecord, normaliser: Normaliser) -> Check:
    """The share of the lines that were said: the rule's own, else those of the call's script.

    Doubtful lines count neither way; they decide the outcome only where it is the same for both.
    """
    lines = sentences(rule.lines or record.script)
    if not lines:
        return not_applicable(rule, "There is no script to compare with.")
    said = heard.of("agent")
    if not said:
        return not_applicable(rule, "The agent says nothing.")
    spoken = _windows([_words(line.text, normaliser) for line in said])
    parts = [Part(line, _share(_words(line, normaliser), spoken)) for line in lines]
    return _judged(rule, parts, damaged=heard.transcript.damaged)


def sentences(texts: Sequence[str]) -> list[str]:
    """The sentences of a script that have words enough to be told from others, each once."""
    found = [part.strip() for text in texts for part in _SENTENCE.split(text)]
    return list(dict.fromkeys(part for part in found if _length(part) >= _FEWEST_WORDS))


def _length(line: str) -> int:
    return len(_VALUE.sub(" ", line).split())


def _words(text: str, normaliser: Normaliser) -> list[str]:
    return Said.of(_VALUE.sub(" ", text), normaliser).spellings[1].split()


def _windows(lines: Sequence[list[str]]) -> list[list[str]]:
    """Every line with those after it, as far as one sentence may reach."""
    return [list(chain(*lines[at : at + _LOOK_ON])) for at in range(len(lines))]


def _share(words: Sequence[str], windows: Sequence[Sequence[str]]) -> float:
    """The largest part of the words that stands in one window in their order."""
    return max((_common(words, window) for window in windows), default=0) / max(1, len(words))


def _common(words: Sequence[str], window: Sequence[str]) -> int:
    """The length of the longest common subsequence (bit-parallel: Hyyrö, 2004)."""
    places: dict[str, int] = {}
    for at, word in enumerate(words):
        places[word] = places.get(word, 0) | 1 << at
    whole = (1 << len(words)) - 1
    row = whole
    for word in window:
        met = row & places.get(word, 0)
        row = ((row + met) | (row - met)) & whole
    return len(words) - row.bit_count()


def _judged(rule: Rule, parts: Sequence[Part], *, damaged: bool) -> Check:
    by: dict[Heading, list[str]] = {"said": [], "doubtful": [], "skipped": []}
    for part in parts:
        by[part.heading].append(part.text)
    said, doubtful, skipped = len(by["said"]), len(by["doubtful"]), len(by["skipped"])
    decided = said + skipped
    percent = round(100 * said / decided, 1) if decided else None
    detail: dict[str, Any] = {
        "said": said,
        "skipped": by["skipped"],
        "unsure": by["doubtful"],
        "minimum_percent": rule.minimum_percent,
    }
    least, most = 100 * said / len(parts), 100 * (said + doubtful) / len(parts)
    words = f"{said} of {len(parts)} lines were said, {skipped} were not."
    if least >= rule.minimum_percent:
        return Check(rule=rule, outcome="passed", reason=words, percent=percent, detail=detail)
    if most >= rule.minimum_percent or damaged:
        doubt = unsure(rule, f"{words} {doubtful} may have been.")
        return Check(
            rule=rule, outcome="unsure", reason=doubt.reason, percent=percent, detail=detail
        )
    reason = f"{words} {rule.minimum_percent:g} % are required."
    violation = Violation(proof="absence", confidence=_confidence(parts), reason=reason)
    return Check(
        rule=rule,
        outcome="violated",
        reason=reason,
        violations=(violation,),
        percent=percent,
        detail=detail,
    )


def _confidence(parts: Sequence[Part]) -> float:
    """How clearly the skipped lines are missing."""
    missing = [part.share for part in parts if part.heading == "skipped"]
    return round(1 - sum(missing) / len(missing) / 2, 2)
