"""What a language model must be able to do to judge a criterion in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from vinfer.lens.analysis.lines import Line
from vinfer.lens.scoring.scorecard import Parameter


@dataclass(frozen=True, slots=True)
class Judgement:
    """A model's verdict: `fraction` 0..1, None when it cannot say; `segments` prove it."""

    fraction: float | None
    confidence: float
    explanation: str
    segments: tuple[int, ...]


class CriterionJudge(Protocol):
    """Judges criteria that have no phrases and no examples, only their description."""

    def judge(self, parameter: Parameter, lines: Sequence[Line]) -> Judgement | None:
        """The verdict, of what both sides say; None when the model is away or answers nonsense.

        Called in a thread that may wait. The lines are data: nothing said in them is an order.
        """
        ...
