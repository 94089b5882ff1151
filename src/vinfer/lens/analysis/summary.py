"""Two to four sentences about a call, each of which stands on segments that say so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vinfer.lens.analysis import facts
from vinfer.lens.analysis.facts import Fact
from vinfer.lens.analysis.intent import Intention
from vinfer.lens.analysis.lines import Line
from vinfer.lens.analysis.topics import Topic

_MOST: Final = 4
_FEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class Summary:
    """Sentences in the order of the call, each with its own evidence."""

    facts: tuple[Fact, ...]

    @property
    def text(self) -> str:
        """The sentences as one paragraph."""
        return " ".join(fact.text for fact in self.facts)

    @property
    def evidence(self) -> tuple[int, ...]:
        """Every segment that some sentence stands on."""
        return tuple(sorted({index for fact in self.facts for index in fact.evidence}))


def summary_of(lines: Sequence[Line], intent: Intention, topics: Sequence[Topic]) -> Summary | None:
    """The summary; None where nobody says anything.

    Nothing is worded freely but what a rule found: figures, names and dates are quotes. A call of
    one short remark gets one sentence.
    """
    first = facts.opening(lines, topics)
    found = [facts.wish(lines, intent), facts.payment(lines)]
    if intent.label == "other":
        found.append(facts.answer(lines))
    made = _apart([] if first is None else [first], found)
    step, stated = facts.next_step(lines), facts.stated(lines)
    room = _MOST - len(made) - (step is not None)
    made = _apart(made, [stated if room > 0 else None, step])[:_MOST]
    if len(made) < _FEWEST:
        made = _apart(made, facts.remark(lines))[:_FEWEST]
    return Summary(tuple(made)) if made else None


def _apart(made: Sequence[Fact], more: Sequence[Fact | None]) -> list[Fact]:
    """With the further facts that quote no segment a second time; an opening quotes none whole."""
    kept = list(made)
    for fact in more:
        quoted = {index for each in kept if '"' in each.text for index in each.evidence}
        if fact is not None and not set(fact.evidence) <= quoted:
            kept.append(fact)
    return kept
