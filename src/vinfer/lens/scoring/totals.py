"""From verdicts to a score: weights, fatal parameters, and what nobody judged."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """A parameter's part of the score; `fraction` is None where it was not judged."""

    weight: int
    fatal: bool
    fraction: float | None


@dataclass(frozen=True, slots=True)
class Total:
    """The score, 0 to 100 with one decimal, and whether it is enough; None when nothing counts."""

    score: float | None
    passed: bool | None


def total_of(marks: Iterable[Mark], *, pass_mark: float) -> Total:
    """100 · Σ(weight · fraction) / Σ weight over the judged; a fatal one at zero makes it 0."""
    judged = [(mark, mark.fraction) for mark in marks if mark.fraction is not None]
    if not judged:
        return Total(None, None)
    weights = sum(mark.weight for mark, _ in judged)
    earned = sum(mark.weight * fraction for mark, fraction in judged)
    failed = any(mark.fatal and fraction == 0 for mark, fraction in judged)
    score = 0.0 if failed else round(100 * earned / weights, 1)
    return Total(score, not failed and score >= pass_mark)
