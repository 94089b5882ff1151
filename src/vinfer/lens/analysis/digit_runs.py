"""Rows of digits in a stream of tokens, however they are said or written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from vinfer.lens.analysis.figures import FILLERS, REPEATS, SCALES, tens
from vinfer.lens.analysis.spoken_tokens import Token

_MOST_FILLERS: Final = 3
_FEW_DIGITS: Final = 6
_FEWEST_SPELLED: Final = 4


@dataclass(frozen=True, slots=True)
class Run:
    """Digits at stream[start:end]; `scaled` says that a hundred, a thousand … is among them.

    `sure` is false where every word of it usually means something else ("do", "ek", "char").
    `spelled` says that it is said digit by digit, as codes are and amounts are not.
    """

    digits: str
    start: int
    end: int
    scaled: bool
    sure: bool
    spelled: bool


def runs(stream: Sequence[Token]) -> list[Run]:
    """Every row of digits that is more than a number word by chance, in order."""
    found: list[Run] = []
    at = 0
    while at < len(stream):
        run = _run_at(stream, at)
        if run is not None and _meant(stream, run):
            found.append(run)
        at = run.end if run is not None else at + 1
    return found


def _run_at(stream: Sequence[Token], start: int) -> Run | None:
    """The longest row that begins at a token."""
    digits, scaled, at, end = "", False, start, start
    while at < len(stream):
        if stream[at].word in REPEATS and _digits(stream, at + 1):
            digits += _digits(stream, at + 1) * REPEATS[stream[at].word]
            at += 2
        elif stream[at].digits and not _stray(stream, at, begun=bool(digits)):
            digits = _added(stream, at, digits)
            at += 1
        elif digits and stream[at].word in SCALES:
            scaled, at = True, at + 1
        else:
            following = _after_fillers(stream, at) if digits else at
            if following == at:
                break
            at = following
            continue
        end = at
    if not digits:
        return None
    held = stream[start:end]
    return Run(digits, start, end, scaled, _sure(held, digits), _spelled(held, digits))


def _added(stream: Sequence[Token], at: int, digits: str) -> str:
    said = stream[at].digits
    unit = len(said) == 1 and said != "0" and not stream[at].word.isdecimal()
    if unit and at > 0 and tens(stream[at - 1].word) and digits.endswith("0"):
        return digits[:-1] + said  # forty two
    return digits + said


def _stray(stream: Sequence[Token], at: int, *, begun: bool) -> bool:
    """Whether an unsure word ("to", "for") has no single digits on both its sides."""
    word = stream[at].word
    if word not in ("to", "too", "for", "ate", "won", "tree", "o"):
        return False
    return not begun or len(_digits(stream, at + 1)) != 1 or len(_digits(stream, at - 1)) != 1


def _digits(stream: Sequence[Token], at: int) -> str:
    return stream[at].digits if at < len(stream) else ""


def _after_fillers(stream: Sequence[Token], at: int) -> int:
    """The next token of a row that only "and", "uh" … interrupt; the same place if it ends."""
    following = at
    while following < min(len(stream), at + _MOST_FILLERS) and stream[following].word in FILLERS:
        following += 1
    more = following < len(stream) and (
        stream[following].digits or stream[following].word in REPEATS
    )
    return following if more else at


def _meant(stream: Sequence[Token], run: Run) -> bool:
    return len(run.digits) >= 3 or (run.sure and len(run.digits) == 2)


def _spelled(held: Sequence[Token], digits: str) -> bool:
    single = sum(len(token.digits) == 1 for token in held)
    return single >= _FEWEST_SPELLED and single * 2 >= len(digits)


def _sure(held: Sequence[Token], digits: str) -> bool:
    sure = sum(token.figure.sure for token in held if token.figure is not None)
    figures = any(token.word[:1].isdecimal() for token in held)
    scaled = any(token.word in SCALES for token in held)
    return sure >= 2 or figures or len(digits) >= _FEW_DIGITS or (sure == 1 and scaled)
