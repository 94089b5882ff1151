# ruff: noqa: E501  # patterns read best unbroken
"""Dates of birth, and until when a card is valid."""

import re
from collections.abc import Sequence
from typing import Final

from vinfer.kit.words import words
from vinfer.lens.analysis.private_cues import Kind, Mark
from vinfer.lens.analysis.spoken_tokens import Token

_MONTHS: Final = frozenset(
    words(
        "january february march april may june july august september october november december jan"
        " feb mar apr jun jul aug sep sept oct nov dec janwari farvari जनवरी फरवरी फ़रवरी मार्च अप्रैल मई जून"
        " जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर"
    )
)
_BORN: Final = re.compile(
    r"\b(?:date of birth|birth ?date|birth ?day|d\s?o\s?b|born (?:on|in)|janam|janm)\b|जन्म",
    re.IGNORECASE,
)
_EXPIRY: Final = re.compile(
    r"\bexpir\w+\b|\bvalid (?:till|thru|through|up ?to)\b|एक्सपायरी", re.IGNORECASE
)
_CARD: Final = re.compile(r"card|कार्ड|expir|visa|cvv|\d{4}", re.IGNORECASE)
_DATE: Final = re.compile(
    r"\d{1,4}(?:st|nd|rd|th)?|\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?|\d{4}-\d\d-\d\d"
)
_ORDINAL: Final = re.compile(r"(?:\w+(?:teenth|ieth|fth|ghth|nth|xth)|first|second|third|fourth)$")
_JOINS: Final = frozenset(
    words(
        "of the and thousand hundred nineteen slash hazaar sau सौ हज़ार ko है hai is tareekh tarikh"
    )
)


def date(stream: Sequence[Token], at: int, before: str) -> Mark | None:
    """A date of birth, or until when a card is valid."""
    if not _dated(stream[at]):
        return None
    near = " ".join(before.split()[-12:])
    kind: Kind | None = None
    if _BORN.search(near):
        kind = "DATE_OF_BIRTH"
    elif _EXPIRY.search(" ".join(before.split()[-8:])) and _CARD.search(before):
        kind = "CARD_EXPIRY"
    if kind is None:
        return None
    end = at + 1
    last = end
    while end < len(stream) and (_dated(stream[end]) or stream[end].word in _JOINS):
        end += 1
        last = end if _dated(stream[end - 1]) else last
    whole = last - at > 1 or re.search(r"\d[/.-]\d", stream[at].word) is not None
    return (kind, at, last) if whole or len(stream[at].digits) >= 4 else None


def _dated(token: Token) -> bool:
    word = token.word
    dated = word in _MONTHS or _DATE.fullmatch(word) or _ORDINAL.match(word)
    sure = token.figure is not None and token.figure.sure
    return bool(dated) or (sure and len(token.digits) <= 4)
