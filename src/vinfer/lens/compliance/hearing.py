"""What was said of what a rule looks for: in so many words, or in others that mean the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final, Literal

import numpy as np

from vinfer.lens.analysis.lines import Line
from vinfer.lens.compliance.rules import Rule, Speaker
from vinfer.lens.language.head import Matrix
from vinfer.lens.scoring import denial
from vinfer.lens.scoring.matching import Matcher, negated, parts
from vinfer.lens.scoring.meaning import Meaning
from vinfer.lens.scoring.observing import SAID, UNSAID, Window, windows_of
from vinfer.lens.scoring.scorecard import Evidence
from vinfer.lens.scoring.verdicts import quoted
from vinfer.lens.transcript import Transcript

BY_WORDS: Final = 0.97
_BY_MEANING: Final = 0.95  # at most
_NEAR: Final = 0.85  # likeness below which nothing may be an instance of anything
_SAME: Final = 0.86  # and below which nothing is one
_STEEP: Final = 60.0  # of the confidence over the margin
_MOST_LINES: Final = 2_000  # of a very long recording the sentence model reads no more

Surety = Literal["said", "doubtful"]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A place where it is said, or may be; `phrase` are the words that stand there."""

    line: Line
    start_s: float
    surety: Surety
    confidence: float
    phrase: str | None = None


class Heard:
    """One transcript, read once and asked by many rules. Not for several threads."""

    def __init__(
        self,
        transcript: Transcript,
        lines: Sequence[Line],
        matcher: Matcher,
        meaning: Meaning | None,
    ) -> None:
        self.transcript = transcript
        self.lines = lines
        self._matcher = matcher
        self._meaning = meaning

    def of(self, speaker: Speaker) -> list[Line]:
        """The lines of a side; those of people whose side nobody knows count for either."""
        sides = {"agent": ("agent", "unknown"), "customer": ("customer", "unknown")}
        return [each for each in self.lines if speaker == "any" or each.side in sides[speaker]]

    def evidence(self, line: Line) -> Evidence:
        """A line, to be quoted."""
        return quoted(self.transcript, line.index)

    def quotes(self, found: Iterable[Sighting]) -> list[Evidence]:
        """The lines of sightings, each once."""
        return [self.evidence(each) for each in dict.fromkeys(it.line for it in found)]

    def start_s(self, line: Line) -> float:
        """When a line begins, in seconds of the recording."""
        return self.transcript.segments[line.index].start_s

    def by_words(self, rule: Rule) -> list[Sighting]:
        """Every line with the rule's phrases.

        Doubtful where the clause denies it. A line that goes on in the next is looked at too.
        """
        said = self.of(rule.speaker)
        found = [self._by_words(rule, line, line.heard) for line in said]
        alone = {each.line.index for each in found if each is not None}
        for one, two in pairwise(said):
            if one.speaker == two.speaker and not alone & {one.index, two.index}:
                found.append(self._by_words(rule, one, f"{one.heard} {two.heard}"))
        return sorted((each for each in found if each), key=lambda each: each.start_s)

    def _by_words(self, rule: Rule, line: Line, text: str) -> Sighting | None:
        if self._matcher.find(text, rule.phrases) is None:
            return None  # as of most lines
        doubtful: Sighting | None = None
        for clause in (*parts(text), text):
            phrase = self._matcher.find(clause, rule.phrases)
            if phrase is None or self._matcher.find(clause, rule.counters):
                continue
            at = self._at(line, phrase)
            if not denial.denies(clause, phrase, self._matcher):
                return Sighting(line, at, "said", BY_WORDS, phrase)
            doubtful = Sighting(line, at, "doubtful", 0.5, phrase)
        return doubtful

    def _at(self, line: Line, phrase: str) -> float:
        """When the words of a phrase begin, as well as the transcript knows."""
        words = self.transcript.segments[line.index].words
        for first in range(len(words) - 1, 0, -1):
            rest = " ".join(word.text for word in words[first:])
            if self._matcher.find(rest, (phrase,)):
                return words[first].start_s
        return self.start_s(line)

    def by_meaning(
        self,
        rule: Rule,
        *,
        sure: float = SAID,
        likely: float = UNSAID,
        among: Sequence[str] = (),
    ) -> list[Sighting]:
        """The lines that mean what the rule's examples say; none where there is no model.

        From a margin of `sure` on they are said, unless something is denied there; from one of
        `likely` on they may be. They must be nearer to the examples than to those of `among`, too.
        """
        if self._meaning is None or not rule.examples or rule.match == "literal":
            return []
        allowed = {line.index for line in self.of(rule.speaker)}
        chosen = [at for at, each in enumerate(self._windows) if each.line.index in allowed]
        if not chosen:
            return []
        margins, near = self._meaning.margins(self._rows[chosen], rule.examples, rule.counters, ())
        pairs = zip(chosen, margins.tolist(), near.tolist(), strict=True)
        return self._nearest(self._likely(pairs, rule, sure, likely))

    def _likely(
        self, pairs: Iterable[tuple[int, float, float]], rule: Rule, sure: float, likely: float
    ) -> list[Sighting]:
        found: list[Sighting] = []
        for at, margin, likeness in pairs:
            if margin <= likely or likeness < _NEAR:
                continue
            window = self._windows[at]
            denied = self._denies(window.text) and not any(map(self._negative, rule.examples))
            said = margin >= sure and likeness >= _SAME and not denied
            confidence = round(min(1 / (1 + float(np.exp(-_STEEP * margin))), _BY_MEANING), 2)
            start_s = self.start_s(window.line)
            found.append(Sighting(window.line, start_s, "said" if said else "doubtful", confidence))
        return found

    def _nearest(self, found: Sequence[Sighting]) -> list[Sighting]:
        """The best of each line, in their order."""
        best: dict[int, Sighting] = {}
        for each in sorted(found, key=lambda it: (it.surety == "said", it.confidence)):
            best[each.line.index] = each
        return sorted(best.values(), key=lambda each: each.start_s)

    def _denies(self, text: str) -> bool:
        return any(negated(clause) for clause in self._matcher.clauses(text))

    def _negative(self, example: str) -> bool:
        return self._matcher.phrase(example).negative

    @property
    def understands(self) -> bool:
        """Whether meaning can be judged at all."""
        return self._meaning is not None

    @cached_property
    def _windows(self) -> list[Window]:
        return windows_of(self.lines[:_MOST_LINES])

    @cached_property
    def _rows(self) -> Matrix:
        assert self._meaning is not None
        return self._meaning.rows([window.text for window in self._windows])
