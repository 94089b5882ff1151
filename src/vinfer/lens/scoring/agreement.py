"""How far the machine and people agree: Cohen's kappa (Educational and Psych. Meas. 20, 1960)."""

from collections import Counter
from collections.abc import Mapping

Pair = tuple[float, float]
"""What the machine gave and what a person gave."""


def share(pairs: Mapping[Pair, int]) -> float | None:
    """The share of pairs, counted, in which both are the same; None without pairs."""
    same = sum(n for (ours, theirs), n in pairs.items() if ours == theirs)
    return same / sum(pairs.values()) if pairs else None


def kappa(pairs: Mapping[Pair, int], *, squared: bool = False) -> float | None:
    """Agreement beyond chance, 1 at most; None where chance alone explains everything.

    1 - Σ(w · observed) / Σ(w · expected), where w is 1 for any disagreement or, `squared`, the
    squared distance (Cohen, Psychological Bulletin 70, 1968), which suits scales.
    """
    ours: Counter[float] = Counter()
    theirs: Counter[float] = Counter()
    for (one, other), n in pairs.items():
        ours[one] += n
        theirs[other] += n
    observed = sum(n * _cost(*pair, squared=squared) for pair, n in pairs.items())
    expected = sum(
        ours[one] * theirs[other] * _cost(one, other, squared=squared)
        for one in ours
        for other in theirs
    )
    return 1 - ours.total() * observed / expected if expected else None


def _cost(one: float, other: float, *, squared: bool) -> float:
    return (one - other) ** 2 if squared else float(one != other)
