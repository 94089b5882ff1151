"""Amounts of money and plain numbers in an utterance, the likeliest amount first."""

from typing import Final

from vinfer.kit import numerals
from vinfer.kit.words import words
from vinfer.lens.language.numbers import Number, numbers, tokens

_MONEY: Final = frozenset(words("rs inr rupees rupee rupaye bucks रुपये रुपए रुपया रु"))
_MONTHS: Final = {month.lower() for month in numerals.ENGLISH_MONTHS} | set(numerals.HINDI_MONTHS)
_AFTER: Final = (
    _MONTHS
    | set(numerals.ENGLISH_ORDINALS)
    | set(
        words(
            "baje बजे बजकर am pm a.m p.m o'clock oclock तारीख day days दिन week weeks हफ्ते हफ्ता"
            " month months महीने minute minutes मिनट hour hours घंटे घंटा year years साल percent"
            " % : बार times"
        )
    )
)
_BEFORE: Final = _MONTHS | set(words("at past to quarter half :"))
_GIVE: Final = "दो"  # two, and "give": a bare one after a verb is no number
_VERBS: Final = frozenset(words("कर भेज दे बता हटा डाल भर लगा करा करवा मिला जोड़ time फोन phone call"))


def amounts(text: str) -> tuple[float, ...]:
    """The numbers of a normalised utterance that are no dates or times, likeliest amount first."""
    said = tokens(text)
    found = [number for number in numbers(said) if _counts(number, said)]
    found.sort(key=lambda number: -_weight(number, said))
    return tuple(number.value for number in found)


def _near(said: list[str], at: int) -> str:
    return said[at] if 0 <= at < len(said) else ""


def _counts(number: Number, said: list[str]) -> bool:
    before, after = _near(said, number.start - 1), _near(said, number.end)
    if number.value < 0:  # "paune", a quarter less, before nothing
        return False
    if number.scaled or before in _MONEY or after in _MONEY:
        return True
    gives = said[number.start] == _GIVE and before in _VERBS
    return (
        after not in _AFTER
        and before not in _BEFORE
        and not gives
        and not _is_day_part(said, number.end)
    )


def _is_day_part(said: list[str], at: int) -> bool:
    return said[at : at + 2] in (["in", "the"], ["at", "night"])


def _weight(number: Number, said: list[str]) -> float:
    money = _near(said, number.start - 1) in _MONEY or _near(said, number.end) in _MONEY
    return 2 * money + number.scaled + 0.5 * (number.value >= 100)
