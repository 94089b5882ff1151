"""A scorecard as a value, and what is found by it."""

from dataclasses import dataclass
from typing import Final, Literal

Method = Literal["binary", "scale", "keyword"]
Expect = Literal["present", "absent"]
Place = Literal["anywhere", "opening", "ending"]
Match = Literal["any", "all"]
Basis = Literal["phrase", "meaning", "model", "none"]
"""What a verdict stands on: words that were said, their likeness to examples, a language model."""

SCALE_MAX: Final = 10.0
_MAX: Final[dict[Method, float]] = {"binary": 1.0, "keyword": 1.0, "scale": SCALE_MAX}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One of the things that a `scale` parameter counts."""

    name: str
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    library_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One criterion. `examples` are what an agent would say who does what is `expect`ed or not.

    `phrases` must be said word by word; in them `*` stands for up to four words. A `library_id`
    that is not `confirmed` is a guess, and judges nothing.
    """

    name: str
    method: Method
    description: str = ""
    weight: int = 1
    fatal: bool = False
    expect: Expect = "present"
    place: Place = "anywhere"
    match: Match = "any"
    phrases: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    library_id: str | None = None
    confirmed: bool = False

    @property
    def max(self) -> float:
        """The best score: 10 of a scale, else 1."""
        return _MAX[self.method]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A segment of the transcript that a verdict stands on; seconds of the recording."""

    segment: int
    start_s: float
    end_s: float
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a parameter: `fraction` 0..1 of its best score, None when unsure."""

    fraction: float | None
    confidence: float
    explanation: str
    basis: Basis
    evidence: tuple[Evidence, ...] = ()

    @property
    def abstained(self) -> bool:
        """Whether nobody can say, so that a person is to look."""
        return self.fraction is None
