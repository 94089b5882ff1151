"""Numbers said in English or Hindi (Devanagari), on the lakh and crore scale."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from vinfer.kit import numerals
from vinfer.kit.words import words

_UNITS: Final = {word: value for value, word in enumerate(numerals.ENGLISH_UNITS)}
_TENS: Final = {word: 10 * (i + 2) for i, word in enumerate(numerals.ENGLISH_TENS)}
HINDI: Final = {
    **{unicodedata.normalize("NFC", word): value for value, word in enumerate(numerals.HINDI)},
    **{"पांच": 5, "छः": 6, "छे": 6, "पन्द्रह": 15, "उन्तीस": 29},
}
_SCALES: Final = {
    **dict.fromkeys(words("hundred सौ"), 100),
    **dict.fromkeys(words("thousand thousands k हज़ार हजार"), 1_000),
    **dict.fromkeys(words("lakh lakhs lac lacs लाख"), 100_000),
    **dict.fromkeys(words("crore crores करोड़"), 10_000_000),
    **dict.fromkeys(words("million millions"), 1_000_000),
}
_TIMES: Final = {"डेढ़": 1.5, "ढाई": 2.5}
_PLUS: Final = {"साढ़े": 0.5, "सवा": 0.25, "पौने": -0.25}
_MAX_FIGURE: Final = 20  # characters; a longer row of digits is a reference
_FIGURE: Final = re.compile(r"\d+(?:,\d+)*(?:\.\d+)?")
_TOKEN: Final = re.compile(
    r"\d+(?:,\d+)+(?:\.\d+)?|\d+(?:\.\d+)?"
    r"|[^\W\d_](?:[^\W\d_]|[\u0900-\u0963])*(?:'[a-z]+)?|[^\s\w]"
)


def tokens(text: str) -> list[str]:
    """Lower-case words, figures and punctuation marks, in Unicode's NFC."""
    text = unicodedata.normalize("NFC", text.lower()).replace("।", " ").replace("₹", " rupees ")
    return _TOKEN.findall(text)


@dataclass(frozen=True, slots=True)
class Number:
    """A number phrase at tokens[start:end]. `scaled`: a hundred, thousand, lakh … was said."""

    value: float
    start: int
    end: int
    scaled: bool


@dataclass(slots=True)
class _Sum:
    """A number phrase being read. A group is what is said before the next scale word."""

    total: float = 0.0
    group: float = 0.0
    extra: float = 0.0
    smallest: float = float("inf")
    started: bool = False
    scaled: bool = False
    full: bool = False  # the group has its unit; only a scale word may follow
    tens: bool = False  # the group ends in twenty … ninety; one of 1..9 may follow

    @property
    def value(self) -> float:
        return self.total + self.group

    def take(self, word: str) -> bool:
        """Add a word; False if it does not belong to the phrase."""
        if _FIGURE.fullmatch(word):
            return len(word) <= _MAX_FIGURE and self._unit(float(word.replace(",", "")))
        if word in _TENS:
            return self._unit(_TENS[word], tens=True)
        if word in _UNITS or word in HINDI:
            return self._unit(_UNITS.get(word, HINDI.get(word, 0)))
        if word in _TIMES and not self.full:
            return self._unit(_TIMES[word])
        if word in _PLUS and not self.full:
            self.extra, self.started = _PLUS[word], True
            return True
        return word in _SCALES and self._scale(word, _SCALES[word])

    def _unit(self, value: float, *, tens: bool = False) -> bool:
        if self.tens and 1 <= value <= 9:
            self.tens = False
        elif self.full or (self.scaled and value >= self.smallest):
            return False
        else:
            self.tens = tens
        self.group += value + self.extra
        self.extra, self.full, self.started = 0.0, True, True
        return True

    def _scale(self, word: str, size: int) -> bool:
        bare = not self.started or (self.scaled and self.group == 0)
        if (bare and (word in ("k", "सौ") or self.scaled)) or size >= self.smallest:
            return False
        group = self.group + self.extra or 1
        if size == 100:
            self.group = group * size
            hundreds_only = self.group >= 1000
            self.smallest = 100 if hundreds_only else self.smallest
        else:
            self.total, self.group, self.smallest = self.total + group * size, 0.0, size
        self.extra, self.started, self.scaled, self.full, self.tens = 0.0, True, True, False, False
        return True


def number_at(said: list[str], start: int) -> Number | None:
    """The longest number phrase that begins at a token."""
    sum_, at = _Sum(), start
    if said[start] in ("a", "an") and _is_scale(said, start + 1):
        sum_.take("one")
        at += 1
    while at < len(said):
        word = said[at]
        if word == "and" and sum_.scaled and _is_number(said, at + 1):
            at += 1
        elif word == "point" and sum_.full and _is_digit(said, at + 1):
            at = _decimals(sum_, said, at + 1)
        elif sum_.take(word):
            at += 1
        else:
            break
    if not sum_.started or (at == start + 1 and said[start] in _PLUS):
        return None
    return Number(round(sum_.value, 4), start, at, sum_.scaled)


def _is_scale(said: list[str], at: int) -> bool:
    return at < len(said) and said[at] in _SCALES and said[at] != "k"


def _is_number(said: list[str], at: int) -> bool:
    known = (_UNITS, _TENS, HINDI)
    return at < len(said) and (any(said[at] in table for table in known) or said[at][0].isdecimal())


def _is_digit(said: list[str], at: int) -> bool:
    return at < len(said) and (_UNITS.get(said[at], 10) < 10 or said[at].isdecimal())


def _decimals(sum_: _Sum, said: list[str], at: int) -> int:
    place = 0.1
    while _is_digit(said, at):
        figure = said[at]
        sum_.group += (int(figure) if figure.isdecimal() else _UNITS[figure]) * place
        place /= 10
        at += 1
    return at


def numbers(said: list[str]) -> list[Number]:
    """Every number phrase of a token list, in order."""
    found: list[Number] = []
    at = 0
    while at < len(said):
        number = number_at(said, at)
        if number is not None:
            found.append(number)
        at = number.end if number is not None else at + 1
    return found
