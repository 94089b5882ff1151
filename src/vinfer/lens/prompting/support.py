"""Whether what a model says of a call stands in the lines it cites."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from vinfer.kit import numerals
from vinfer.kit.words import words
from vinfer.lens.analysis.lines import Line
from vinfer.lens.language.numbers import numbers, tokens
from vinfer.lens.prompting.framing import WITHHELD, plain, shown

_QUOTES: Final = re.compile(r'"([^"]+)"|“([^”]+)”|‘([^’]{4,})’')
_WORD: Final = re.compile(r"[^\W_](?:[^\W_]|[\u0900-\u0963'’-])*")
_ROW: Final = re.compile(r"\d[\d,./:-]*")
_CALENDAR: Final = frozenset(
    unicodedata.normalize("NFC", word.lower())
    for word in (
        *numerals.ENGLISH_MONTHS,
        *numerals.ENGLISH_WEEKDAYS,
        *numerals.ENGLISH_ORDINALS,
        *numerals.HINDI_MONTHS,
        *numerals.HINDI_WEEKDAYS,
        *words("tomorrow yesterday today tonight morning evening afternoon noon midnight"),
    )
) - {"may", "march", "second", "first"}  # words of their own too: with a capital they are names
_DENIES: Final = re.compile(
    r"\b(?:not?|never|neither|nor|nobody|nothing|none|cannot|without|unable|fail\w*|refus\w*|declin\w*"
    r"|den(?:y|ie[sd])|reject\w*|disagree\w*|disput\w*|unwilling|impossible|stop\w*|cancel\w*|wrong)\b"
    r"|n[’']t\b|\b(?:nahi|nahin|nahi[nm]|mat|na)\b|नहीं|मत\b|इनकार|मना",
    re.IGNORECASE,
)
_NO_NAMES: Final = frozenset(
    words(
        "i the a an agent customer caller speaker he she they it we you his her their its this that"
        " these those in on at by for to of and or but when while after before if no not yes both"
        " neither nobody nothing there then"
    )
)


def quotes_of(text: str) -> list[str]:
    """What a text claims to be said word by word."""
    return [next(part for part in match if part) for match in _QUOTES.findall(text)]


def holds(line: Line, quote: str) -> bool:
    """Whether a line says `quote` word by word, whatever the capitals and outer marks.

    A single word proves nothing unless it is all that is said.
    """
    said, wanted = _bare(shown(line)), _bare(plain(quote))
    if shown(line) == WITHHELD or not wanted:
        return False
    return wanted == said or (" " in wanted and f" {wanted} " in f" {said} ")


def unsupported(text: str, cited: Sequence[Line]) -> list[str]:
    """Quotes, figures, dates and names of a sentence that no cited line holds.

    A sentence that denies where no line does, or the other way round, may turn what was said into
    its opposite: "denial" is missing, or too much.
    """
    missing = [quote for quote in quotes_of(text) if not any(holds(line, quote) for line in cited)]
    said = " ".join(f"{shown(line)} {line.hindi}" for line in cited if shown(line) != WITHHELD)
    known = {word.casefold() for word in _WORD.findall(_nfc(said))}
    if bool(_DENIES.search(_nfc(text))) != bool(_DENIES.search(_nfc(said))):
        missing.append("denial")
    values = _values(said)
    missing += [row for row in _rows(text) - _rows(said) if float(row) not in values]
    missing += [str(value) for value in sorted(_values(text) - values)]
    missing += [
        word
        for word in _WORD.findall(_nfc(text))
        if word.casefold() in _CALENDAR and word.casefold() not in known
    ]
    return missing + [name for name in _names(text) if name.casefold() not in known]


def _names(text: str) -> list[str]:
    """Words with a capital, sentences' first ones too, but those that begin sentences anyway."""
    bare = _nfc(_QUOTES.sub(" ", text))
    found = (re.sub(r"['’]s$", "", word) for word in _WORD.findall(bare))
    return [word for word in found if word[0].isupper() and word.casefold() not in _NO_NAMES]


def _rows(text: str) -> set[str]:
    """Rows of digits, without the marks inside."""
    return {re.sub(r"\D", "", row) for row in _ROW.findall(text)} - {""}


def _values(text: str) -> set[float]:
    """Numbers said in words or figures; `one` is an article as often."""
    said = tokens(text)
    values = {number.value for number in numbers(said)}
    return values - {1.0}


def _bare(text: str) -> str:
    return " ".join(word.casefold() for word in _WORD.findall(_nfc(text)))


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
