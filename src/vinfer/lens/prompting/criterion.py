"""A criterion in plain words, judged by a language model that must quote its proof."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from vinfer.lens.analysis.lines import Line
from vinfer.lens.prompting.framing import framed, plain
from vinfer.lens.prompting.support import holds
from vinfer.ports.llm import LanguageModel

MOST_TOKENS: Final = 300
_LONGEST_REASON: Final = 300
_TASK: Final = """\
You check one criterion of a telephone call's quality. The criterion, written by the people who own
the call: {criterion}
Verdict: "met" or "not_met" if a line proves it, "partly" if it is done in part, else "unsure".
Cite one line, and quote from it, letter for letter, the words that prove your verdict. If no line
proves it, the verdict is "unsure". `score` is how well it is met, 0 to 1; `confidence` how sure you
are, 0 to 1. `reason` is one short sentence."""

Outcome = Literal["met", "partly", "not_met", "unsure"]


class Answer(msgspec.Struct, forbid_unknown_fields=True):
    """A verdict as a model gives it."""

    verdict: Outcome
    line: int
    quote: str
    score: float
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class CriterionVerdict:
    """What a model found, and we could check: `fraction` 0..1, None where it is not proved.

    `segment` and `quote` are the proof.
    """

    outcome: Outcome
    fraction: float | None
    confidence: float
    reason: str
    segment: int | None = None
    quote: str = ""


async def judge_criterion(
    model: LanguageModel, criterion: str, lines: Sequence[Line]
) -> CriterionVerdict:
    """Judge `criterion` by a call. A verdict whose quote is not said in its line is none.

    Raises `EngineUnavailable`.
    """
    task = _TASK.format(criterion=plain(criterion))
    found = await model.complete(framed(task, lines), Answer, most_tokens=MOST_TOKENS)
    return _checked(found.value, lines)


def _checked(answer: Answer, lines: Sequence[Line]) -> CriterionVerdict:
    reason = plain(answer.reason)[:_LONGEST_REASON]
    confidence = min(1.0, max(0.0, answer.confidence))
    if answer.verdict == "unsure":
        return CriterionVerdict("unsure", None, confidence, reason)
    line = next((each for each in lines if each.index == answer.line), None)
    if line is None or not holds(line, answer.quote):
        told = "The model's quote is not what the line says."
        return CriterionVerdict("unsure", None, 0.0, told)
    quote = " ".join(answer.quote.split())
    fraction = _fraction(answer)
    return CriterionVerdict(answer.verdict, fraction, confidence, reason, line.index, quote)


def _fraction(answer: Answer) -> float:
    """The score, as far as the verdict allows it."""
    score = min(1.0, max(0.0, answer.score))
    match answer.verdict:
        case "met":
            return max(0.5, score)
        case "not_met":
            return 0.0
        case _:
            return min(0.9, max(0.1, score))
