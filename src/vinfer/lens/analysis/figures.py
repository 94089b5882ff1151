"""Words that say digits, in English, Hindi and romanised Hindi, as recognisers write them."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from vinfer.kit import numerals
from vinfer.kit.words import words
from vinfer.lens.language.hinglish import skeleton
from vinfer.lens.language.numbers import HINDI
from vinfer.lens.language.roman_words import AMBIGUOUS, TABLE

REPEATS: Final = {
    **dict.fromkeys(words("double dabal duble dubble डबल"), 2),
    **dict.fromkeys(words("triple tripal treble ट्रिपल"), 3),
}
SCALES: Final = frozenset(
    words("hundred thousand sau hazaar hazar hajar सौ हज़ार हजार lakh लाख crore करोड़")
)
FILLERS: Final = frozenset(
    words(
        "and then uh um er hmm dash hyphen space comma slash dot aur phir fir ok okay ji yes haan"
        " han next और फिर जी हाँ हां डैश matlab मतलब like so is no wait sorry i mean uhh umm ya"
    )
)
_ENGLISH: Final = {
    **{word: str(value) for value, word in enumerate(numerals.ENGLISH_UNITS)},
    **{word: f"{tens}0" for tens, word in enumerate(numerals.ENGLISH_TENS, 2)},
    **{"oh": "0", "nought": "0", "naught": "0", "nil": "0", "niner": "9", "fourty": "40"},
}
_DEVANAGARI: Final = {
    **{word: str(value) for word, value in HINDI.items()},
    **dict(zip(words("ज़ीरो वन टू थ्री फोर फाइव सिक्स सेवन एट नाइन"), "0123456789", strict=True)),
    **dict(zip(words("जीरो वन टु थ्री फ़ोर फ़ाइव सिक्स सेवेन ऐट नाईन"), "0123456789", strict=True)),
    **dict.fromkeys(words("सिफर सिफ़र ज़ीरो"), "0"),
}
_HEARD: Final = {
    **{"zeero": "0", "van": "1", "tu": "2", "thri": "3", "phor": "4", "phaiv": "5", "siks": "6"},
    **{"eit": "8", "nain": "9"},
    **{"sifar": "0", "sunya": "0", "panj": "5", "pach": "5", "chha": "6", "chey": "6", "noh": "9"},
    **{"chhah": "6", "aat": "8", "sat": "7", "dho": "2", "theen": "3"},
}  # fmt: skip
_UNSURE: Final = {"o": "0", "to": "2", "too": "2", "for": "4", "ate": "8", "won": "1", "tree": "3"}
_WEAK: Final = frozenset({*_UNSURE, *AMBIGUOUS, "do", "ek", "teen", "char", "saat", "oh", "nil"})
_TOO_MANY: Final = 9  # digits that no date, price or name has, whatever stands between them
_FIGURES: Final = re.compile(r"\+?[\d().,+–—-]*\d[\d().,+–—-]*")
_PREFIXED: Final = re.compile(r"[a-z]{1,3}-?\d{4,8}")  # "G-482913"
_INITIALS: Final = re.compile(r"(?:[a-z]\.)+[a-z]")
_DECIMAL: Final = re.compile(r"[\d,]*\d\.\d{1,2}")
_AROUND: Final = ".,;:?!-\"'()[]{}।…“”‘’#*"


@dataclass(frozen=True, slots=True)
class Figure:
    """A word as digits. `sure` is false for words that often mean something else ("do", "to")."""

    digits: str
    sure: bool


def bare(word: str) -> str:
    """A word in lower case without the punctuation around it, or between its initials."""
    plain = word.lower().strip(_AROUND)
    return plain.replace(".", "") if _INITIALS.fullmatch(plain) else plain


@lru_cache(maxsize=20_000)
def figure(word: str) -> Figure | None:
    """The digits a bare word says; None for a word, a decimal, a date or an amount."""
    written = "".join(str(int(c)) if c.isdecimal() else c for c in word if c.isprintable())
    digits = re.sub(r"\D", "", written)
    if len(digits) >= _TOO_MANY or (
        _FIGURES.fullmatch(written) and not _DECIMAL.fullmatch(written)
    ):
        return Figure(digits, sure=True)
    if digits:
        return Figure(digits, sure=True) if _PREFIXED.fullmatch(written) else None
    if "-" in word:
        return _joined(word.split("-"))
    found = _ENGLISH.get(word) or _DEVANAGARI.get(word) or _UNSURE.get(word) or _roman(word)
    return None if found is None else Figure(found, sure=word not in _WEAK)


def tens(word: str) -> bool:
    """Whether a unit said next belongs to it: twenty, thirty …"""
    return word in numerals.ENGLISH_TENS or word == "fourty"


def _joined(parts: list[str]) -> Figure | None:
    """One word of several: "forty-two", "nine-eight-seven", "double-five"."""
    digits, times = "", 1
    for part in filter(None, parts):
        found = figure(part)
        if found is None and part not in REPEATS:
            return None
        digits += "" if found is None else found.digits * times
        times = REPEATS.get(part, 1)
    if len(parts) == 2 and tens(parts[0]) and len(digits) == 3:
        digits = digits[0] + digits[2]
    return Figure(digits, sure=True) if digits else None


def _roman(word: str) -> str | None:
    return _ROMAN.get(word) or _ROMAN_FOLDED.get(skeleton(word)) or _HEARD.get(word)


_ROMAN: Final = {roman: str(HINDI[deva]) for roman, deva in TABLE.items() if deva in HINDI}
_ROMAN_FOLDED: Final = {
    skeleton(roman): digits for roman, digits in _ROMAN.items() if len(skeleton(roman)) > 3
}
