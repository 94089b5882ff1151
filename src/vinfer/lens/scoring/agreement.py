"""How far the machine and people agree: Cohen's kappa (Educational and Psych. Meas. 20, 1960)."""

from collections import Counter
from collections.abc import Sequence

Pair = tuple[float, float]
"""What the machine gave and what a person gave, as fractions of the best score."""


def share(pairs: Sequence[Pair]) -> float | None:
    """The share of pairs in which both are the same; None without pairs."""
    return sum(ours == theirs for ours, theirs in pairs) / len(pairs) if pairs else None


def kappa(pairs: Sequence[Pair], *, squared: bool = False) -> float | None:
    """Agreement beyond chance, 1 at most; None where chance alone explains everything.

    1 - Σ(w · observed) / Σ(w · expected), where w is 1 for any disagreement or, `squared`, the
    squared distance (Cohen, Psychological Bulletin 70, 1968), which suits scales.
    """
    n = len(pairs)
    ours, theirs = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    observed = sum(_cost(a, b, squared=squared) for a, b in pairs)
    expected = sum(ours[a] * theirs[b] * _cost(a, b, squared=squared) for a in ours for b in theirs)
    return 1 - n * observed / expected if expected else None


def _cost(a: float, b: float, *, squared: bool) -> float:
    return (a - b) ** 2 if squared else float(a != b)
