"""What gives itself away by its form, in a stream of tokens."""

from collections.abc import Sequence
from typing import Final

from vinfer.lens.analysis import private_codes, private_contacts, private_dates, private_places
from vinfer.lens.analysis.private_cues import Mark
from vinfer.lens.analysis.spoken_tokens import Token

_CUE_REACH: Final = 20


def marks(stream: Sequence[Token], asked: Sequence[str]) -> list[Mark]:
    """Everything of the stream that its form gives away.

    `asked` is, for each token, what the other side said last before its segment.
    """
    found: list[Mark] = []
    for at, token in enumerate(stream):
        before = _before(stream, at, asked)
        for made in (
            private_codes.code(stream, at, before),
            private_codes.password(stream, at),
            private_contacts.written(stream, at),
            private_contacts.spoken(stream, at, before),
            private_places.house(stream, at),
            private_places.address(stream, at, asked),
            private_dates.date(stream, at, before),
        ):
            if made is not None and token.word:
                found.append(made)
    return found


def _before(stream: Sequence[Token], at: int, asked: Sequence[str]) -> str:
    said = " ".join(token.word for token in stream[max(0, at - _CUE_REACH) : at])
    return f"{asked[at]} {said}"
