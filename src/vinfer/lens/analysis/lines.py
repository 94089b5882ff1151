"""Segments as an analysis reads them: who says what, in which spelling."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from vinfer.lens.language import safety
from vinfer.lens.language.head import Matrix
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.roles import agent_of
from vinfer.lens.transcript import AGENT, CUSTOMER, Transcript

Side = Literal["agent", "customer", "unknown"]
Vectors = Callable[[Sequence[str]], Matrix]
"""Unit rows, one for each normalised text: the sentence model, where there is one."""

_WORD: Final = re.compile(r"[\w\u0900-\u0963']+")


@dataclass(frozen=True, slots=True)
class Line:
    """A segment: `heard` in lower case, `hindi` with its Hindi in Devanagari besides.

    `empty` says that it is but a yes, a no or a sound of listening.
    """

    index: int
    speaker: str
    side: Side
    text: str
    heard: str
    hindi: str
    words: int
    empty: bool

    @property
    def customers(self) -> bool:
        """Whether the customer says it, as far as anybody knows."""
        return self.side != "agent"


def lines_of(transcript: Transcript, normaliser: Normaliser) -> tuple[Line, ...]:
    """Every segment of a transcript.

    Where speakers have numbers, the one who surely is the agent counts as the agent.
    """
    said = [(each.speaker, each.start_s, each.text) for each in transcript.segments]
    named = {AGENT, CUSTOMER} & {each.speaker for each in transcript.segments}
    agent = AGENT if named else agent_of(said)
    return tuple(
        _line(index, speaker, _side(speaker, agent), text, normaliser)
        for index, (speaker, _, text) in enumerate(said)
    )


def _side(speaker: str, agent: str | None) -> Side:
    if speaker == CUSTOMER:
        return "customer"
    return "agent" if speaker == agent else "unknown"


def _line(index: int, speaker: str, side: Side, text: str, normaliser: Normaliser) -> Line:
    heard = clean(text)
    hindi = clean(normaliser.normalise(text))
    words = len(_WORD.findall(text))
    return Line(index, speaker, side, text, heard, hindi, words, safety.says_nothing_else(hindi))


def clean(text: str) -> str:
    """Lower case, plain apostrophes, single spaces; marks that end a clause stay."""
    return re.sub(r"\s+", " ", text.lower().replace("’", "'")).strip()
