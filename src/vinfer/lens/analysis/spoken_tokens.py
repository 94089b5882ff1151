"""A transcript as one row of tokens that know where they stand: in the text and in time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vinfer.lens.analysis.figures import Figure, bare, figure
from vinfer.lens.transcript import Segment, Transcript

_TOKEN: Final = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Token:
    """What stands between two spaces of a segment's text, at characters `start` to `end`."""

    segment: int
    start: int
    end: int
    raw: str
    word: str
    figure: Figure | None

    @property
    def digits(self) -> str:
        """What it says as digits; empty for other words."""
        return self.figure.digits if self.figure is not None else ""


def tokens(transcript: Transcript) -> list[Token]:
    """All of a transcript, segment after segment."""
    return [
        token for number, segment in enumerate(transcript.segments)
        for token in _of_segment(number, segment)
    ]  # fmt: skip


def streams(transcript: Transcript, row: Sequence[Token]) -> list[list[Token]]:
    """The row itself, and what each speaker says on their own.

    A number may be said in parts with the other side's "yes" between, or be given to two speakers
    by a wrong guess of who speaks: it is whole in one of them.
    """
    speakers = dict.fromkeys(segment.speaker for segment in transcript.segments)
    own = [
        [token for token in row if transcript.segments[token.segment].speaker == speaker]
        for speaker in speakers
    ]
    return [list(row), *(own if len(speakers) > 1 else [])]


def _of_segment(number: int, segment: Segment) -> list[Token]:
    made: list[Token] = []
    for match in _TOKEN.finditer(segment.text):
        word = bare(match[0])
        made.append(Token(number, match.start(), match.end(), match[0], word, figure(word)))
    return made
