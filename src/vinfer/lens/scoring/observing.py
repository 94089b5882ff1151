"""Whether something was said: by its words, else by its likeness to examples, else unsure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np

from vinfer.lens.analysis.lines import Line
from vinfer.lens.language.head import Matrix
from vinfer.lens.scoring import denial
from vinfer.lens.scoring.matching import Matcher, negated
from vinfer.lens.scoring.meaning import Meaning
from vinfer.lens.scoring.scorecard import Expect, Place

Seen = Literal["yes", "no", "unsure"]
SAID: Final = 0.012
"""A margin from which it was said."""
UNSAID: Final = -0.018
"""A margin below which it was not; between the two lies doubt (set on the first written calls)."""
_NEAR: Final = 0.86  # likeness below which nothing is an instance of anything
_BY_WORDS: Final = 0.97
_STEEP: Final = 60.0  # of the confidence over the margin: 0.71 at the edge of doubt
_SENTENCE: Final = re.compile(r"[.?!।]+")
_ENDS: Final = 2  # turns of the agent at either end of a call
_MOST_LINES: Final = 2_000  # of a very long recording the sentence model reads no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for: words that prove it or its contrary, and examples of its meaning."""

    phrases: tuple[str, ...]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    place: Place = "anywhere"
    expect: Expect = "present"


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was found: `line` says it, or comes nearest; `phrase` are the words that prove it."""

    seen: Seen
    confidence: float
    line: Line | None = None
    phrase: str | None = None
    margin: float | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A line, a sentence of it, or two lines in a row; it is quoted by its first line."""

    line: Line
    text: str


class Observer:
    """The agent's part of one call, read once and looked through for many things."""

    def __init__(self, lines: Sequence[Line], matcher: Matcher, meaning: Meaning | None) -> None:
        self._all = [line for line in lines if line.side == "agent"]
        self._matcher = matcher
        self._meaning = meaning
        self._windows = windows_of(self._all[:_MOST_LINES])
        self._said: Matrix | None = None
        if meaning is not None and self._windows:
            self._said = meaning.rows([window.text for window in self._windows])

    @property
    def lines(self) -> Sequence[Line]:
        """What the agent says."""
        return self._all

    def look(self, sought: Sought) -> Sighting:
        """Whether it was said; words come first."""
        lines = self.placed(sought.place)
        by_words = self.words(sought, lines)
        if by_words is not None:
            return by_words
        if self._said is None or self._meaning is None or not sought.examples:
            return Sighting("unsure", 0.0)
        return self._by_meaning(sought, {line.index for line in lines}, self._said, self._meaning)

    def words(self, sought: Sought, lines: Sequence[Line]) -> Sighting | None:
        """A line with one of the phrases, or with an example as it stands, and no contrary."""
        known = (*sought.phrases, *sought.examples)
        for line in lines:
            found = self.said(line, known, sought.expect)
            if found is None:
                continue
            if self._matcher.find(line.heard, sought.counter_examples):
                continue
            return Sighting("yes", _BY_WORDS, line, found)
        return None

    def said(self, line: Line, phrases: tuple[str, ...], expect: Expect) -> str | None:
        """The first of the phrases that a line says; what must not be said, it must not deny."""
        if expect == "absent":
            return denial.plainly(line.heard, phrases, self._matcher)
        return self._matcher.find(line.heard, phrases)

    def contrary(self, sought: Sought) -> Sighting | None:
        """A line with the words of a counter-example."""
        for line in self.placed(sought.place):
            found = self._matcher.find(line.heard, sought.counter_examples)
            if found is not None:
                return Sighting("no", _BY_WORDS, line, found)
        return None

    def placed(self, place: Place) -> Sequence[Line]:
        """The lines of the agent that count: of either end of a call only the first or last two."""
        said = [line for line in self._all if not line.empty]
        if place == "opening":
            return said[:_ENDS]
        return said[-_ENDS:] if place == "ending" else said

    def _by_meaning(
        self, sought: Sought, allowed: set[int], said: Matrix, meaning: Meaning
    ) -> Sighting:
        chosen = [at for at, window in enumerate(self._windows) if window.line.index in allowed]
        if not chosen:
            return Sighting("no", _BY_WORDS)
        margins, near = meaning.margins(
            said[chosen], sought.examples, sought.counter_examples, sought.others
        )
        best = int(np.argmax(margins))
        margin, window = float(margins[best]), self._windows[chosen[best]]
        seen = _seen(margin, float(near[best]))
        if seen == "yes" and self._denies(window, sought):
            seen = "unsure"
        confidence = 1 / (1 + float(np.exp(-_STEEP * abs(margin))))
        return Sighting(seen, round(confidence, 2), window.line, None, round(margin, 3))

    def _denies(self, window: Window, sought: Sought) -> bool:
        """Whether it may say the opposite, which likeness does not tell from the thing."""
        clauses = self._matcher.clauses(window.text)
        denied = any(negated(clause) for clause in clauses)
        return sought.expect == "absent" and denied


def _seen(margin: float, near: float) -> Seen:
    if margin >= SAID and near >= _NEAR:
        return "yes"
    return "no" if margin <= UNSAID or (near < _NEAR and margin < 0) else "unsure"


def windows_of(lines: Sequence[Line]) -> list[Window]:
    """Every line, its sentences where it has several, and every two lines in a row."""
    said = [line for line in lines if not line.empty]
    found = [Window(line, line.heard) for line in said]
    for line in said:
        parts = [part.strip() for part in _SENTENCE.split(line.heard) if part.strip()]
        found += [Window(line, part) for part in parts if len(parts) > 1]
    found += [Window(one, f"{one.heard} {two.heard}") for one, two in pairwise(said)]
    return found
