"""Dates and times in Hindi and Hinglish rewritten as the English a date parser knows."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from vinfer.kit import numerals
from vinfer.kit.words import words
from vinfer.lens.language.numbers import number_at, tokens

_ORDINALS: Final = {word: i + 1 for i, word in enumerate(numerals.ENGLISH_ORDINALS[:9])}
_HOURS: Final = {word: i + 1 for i, word in enumerate(numerals.ENGLISH_UNITS[1:13])}
_MINUTES: Final = {"fifteen": 15, "thirty": 30, "forty five": 45}
_VAGUE: Final = re.compile(
    r"\b(?:around|about|approximately|approx|roughly|like|itself|pakka|only)\b ?"
    r"|(?:लगभग|करीब|तकरीबन) ?"
)
_COMPOSED: Final = re.compile(rf"\b(twenty|thirty)[ -]({'|'.join(_ORDINALS)})\b")
_PART_OF_DAY: Final = re.compile(
    rf"(?<!past )(?<!to )\b(?:at )?({'|'.join(_HOURS)}|\d{{1,2}})"
    rf"(?:[ :]({'|'.join(_MINUTES)}|\d\d))?(?: o'?clock)?"
    r" (?:in the |at )(morning|afternoon|evening|night)\b"
)
_SPACED_HALF: Final = re.compile(r"\b([ap])\.? ?m\b\.?")
_AM_PM: Final = re.compile(
    r"\b(?:am|pm|a\.m|p\.m|morning|afternoon|evening|night|noon|midnight|tonight)\b|:\d\d [ap]m"
)
_PAST: Final = re.compile(
    r"(?:दिया|दिये|दिए|दी|किया|की|चुका|चुकी|चुके|भरा|भेजा|गया|गए|गई|कटा)"
    r"(?: (?:है|हैं|हूँ|था|थी|थे|तो)| ?$)"
    r"|था$|थी$|थे$|\balready\b"
)
_FUTURE: Final = re.compile(r"(?:ूँगा|ूंगा|ूँगी|ूंगी|ेंगे|ेगा|ेगी|ऊँगा|ऊँगी)|\bwill\b")

_WORDS: Final = {
    **dict(
        zip(numerals.HINDI_WEEKDAYS, (d.lower() for d in numerals.ENGLISH_WEEKDAYS), strict=True)
    ),
    **dict(zip(numerals.HINDI_MONTHS, (m.lower() for m in numerals.ENGLISH_MONTHS), strict=True)),
    "फरवरी": "february",
    "मंगल": "tuesday",
    "बृहस्पतिवार": "thursday",
    "इतवार": "sunday",
    "आज": "today",
    "अभी": "now",
    "सुबह": "morning",
    "शाम": "evening",
    "रात": "night",
    "दोपहर": "afternoon",
    "अगले": "next",
    "अगली": "next",
    "अगला": "next",
    "पिछले": "last",
    "हफ्ते": "week",
    "हफ्ता": "week",
    "महीने": "month",
    "महीना": "month",
}
_HINDI_WORDS: Final = {unicodedata.normalize("NFC", k): v for k, v in _WORDS.items()}
_MAX_WORDS: Final = 32
_MAX_RUN: Final = 10
_BREAK: Final = "xx"
# No part of a date, but a parser walks "last 20 million days" one by one, in any time and memory.
_VAST: Final = re.compile(
    r"\d{5,}|(?!(?:19|20|21)\d\d)\d{4}|\d+e\d+|\d*(?:k|m|b|mn|bn)|\d*(?:hundred|thousand)?"
    r"(?:lakhs?|lacs?|crores?|millions?|billions?|trillions?|dozens?)"
)
_STAMMER: Final = re.compile(r"\b(\w+(?: \w+){0,3})(?: \1\b)+")
_DATE_WORDS: Final = (
    {name.lower() for name in (*numerals.ENGLISH_WEEKDAYS, *numerals.ENGLISH_MONTHS)}
    | {*numerals.ENGLISH_UNITS, *numerals.ENGLISH_TENS, *numerals.ENGLISH_ORDINALS}
    | set(
        words(
            "today tomorrow yesterday tonight now morning afternoon evening night noon midnight"
            " am pm day days week weeks month months year years hour hours minute minutes second"
            " seconds quarter half next last this first end weekend in at on of by the a an to past"
            " from until till before after between and or within o'clock hundred thousand ago"
        )
    )
)
_SPANS: Final = {
    **dict.fromkeys(words("दिन day days"), "days"),
    **dict.fromkeys(words("हफ्ते हफ्ता week weeks"), "weeks"),
    **dict.fromkeys(words("महीने महीना month months"), "months"),
    **dict.fromkeys(words("घंटे घंटा hour hours"), "hours"),
    **dict.fromkeys(words("मिनट minute minutes"), "minutes"),
}
_PARTICLES: Final = frozenset(words("को में मे पर पे के की तक"))  # they part what belongs together
_AFTERWARDS: Final = frozenset(words("बाद में मे"))
_MONTHS: Final = frozenset(month.lower() for month in numerals.ENGLISH_MONTHS)
_END: Final = frozenset(words("end आखिर आखिरी अंत"))
_END_TAIL: Final = _END | frozenset(words("के की का तक में"))


def names_half_of_day(canonical: str) -> bool:
    """Whether a canonical text says if a clock time is before or after noon."""
    return _AM_PM.search(canonical) is not None


def bounded(canonical: str) -> str:
    """A canonical text a chart parser can bear: its work doubles with every adjacent date word.

    The last 32 words, stammered words once, no more than ten date words in a row, and no number
    that counts further than dates go.
    """
    text = re.sub(r"[^\w:.']+", " ", canonical)
    text = " ".join(text.split()[-_MAX_WORDS:])
    text = _STAMMER.sub(r"\1", text)
    out: list[str] = []
    run = 0
    for word in text.split():
        run = run + 1 if _is_date_word(word) else 0
        if run > _MAX_RUN:
            out.append(_BREAK)
            run = 1
        out.append(_BREAK if _is_vast(word, out) else word)
    return " ".join(out)


def _is_vast(word: str, before: Sequence[str]) -> bool:
    """Whether a word makes a number of more than four digits, or of thousands that are no year."""
    if word == "thousand":
        return not before or before[-1] not in ("one", "two", "1", "2")
    return any(_VAST.fullmatch(part) for part in word.replace(":", ".").split("."))


def _is_date_word(word: str) -> bool:
    return word[0].isdecimal() or word.strip(".:") in _DATE_WORDS


def canonical(text: str) -> str:
    """A normalised utterance (Hindi in Devanagari) with dates and times in plain English.

    कल is tomorrow unless the sentence is in the past tense.
    """
    text = _VAGUE.sub("", unicodedata.normalize("NFC", text.lower()))
    text = _COMPOSED.sub(_composed, text)
    text = _PART_OF_DAY.sub(_clocked, text)
    text = _SPACED_HALF.sub(r"\1m", text)
    if not re.search(r"[\u0900-\u097f]", text):
        return re.sub(r"\s+", " ", text).strip()
    past = _PAST.search(text) is not None and not _FUTURE.search(text)
    said = tokens(text)
    out: list[str] = []
    at = 0
    while at < len(said):
        at = _step(said, at, out, past=past)
    return _half_of_day(" ".join(out))


def _composed(match: re.Match[str]) -> str:
    tens = {"twenty": 20, "thirty": 30}[match[1]]
    return f"{tens + _ORDINALS[match[2]]}th"


def _clocked(match: re.Match[str]) -> str:
    hour = _HOURS.get(match[1]) or int(match[1])
    minute = _MINUTES.get(match[2] or "") or int(match[2] or 0)
    half = "am" if match[3] == "morning" or (match[3] == "night" and hour < 4) else "pm"
    return f"at {hour}:{minute:02d} {half}"


def _step(said: list[str], at: int, out: list[str], *, past: bool) -> int:
    """Write out the English of what begins at a token; gives the next token."""
    number = number_at(said, at)
    if number is not None:
        return _numbered(said, number.end, number.value, out)
    word = said[at]
    if word in ("इस", "this") and _at(said, at + 1) in ("महीने", "month"):
        return _this_month(said, at + 2, out)
    if word == "कल":
        out.append("yesterday" if past else "tomorrow")
    elif word == "परसों":
        out.append("day before yesterday" if past else "day after tomorrow")
    elif word not in _PARTICLES:
        out.append(_HINDI_WORDS.get(word, word))
    return at + 1


def _numbered(said: list[str], at: int, value: float, out: list[str]) -> int:
    word = _at(said, at)
    if word in ("बजे", "बज"):
        hour = int(value)
        out.append(f"at {hour}:{round((value - hour) * 60):02d}")
        return at + 1
    if word == "बजकर":
        return _past_the_hour(said, at + 1, int(value), out)
    if word == "तारीख":
        out.append(f"the {int(value)}th")
        return at + 1
    if word in _SPANS and _at(said, at + 1) in _AFTERWARDS:
        out.append(_after(value, _SPANS[word]))
        return at + 2
    month = _HINDI_WORDS.get(word, word)
    if month in _MONTHS:
        out.append(f"{int(value)} {month}")
        return at + 1
    out.append(f"{value:g}" if value < 1e6 else f"{int(value)}")
    return at


def _after(value: float, span: str) -> str:
    if value == int(value):
        return f"in {int(value)} {span}"
    return f"in {round(value * 60)} minutes" if span == "hours" else f"in {round(value)} {span}"


def _past_the_hour(said: list[str], at: int, hour: int, out: list[str]) -> int:
    minutes = number_at(said, at) if at < len(said) else None
    if minutes is None:
        out.append(f"at {hour}:00")
        return at
    out.append(f"at {hour}:{int(minutes.value):02d}")
    return minutes.end + (_at(said, minutes.end) == "मिनट")


def _this_month(said: list[str], at: int, out: list[str]) -> int:
    if not _END & set(said):
        out.append("this month")
        return at
    out.append("by end of this month")
    while _at(said, at) in _END_TAIL:
        at += 1
    return at


def _at(said: list[str], at: int) -> str:
    return said[at] if at < len(said) else ""


def _half_of_day(text: str) -> str:
    """Move a part of the day into the clock time: "evening at 5:00" is 5 pm."""
    clock = re.search(r"at (\d+):(\d\d)(?! [ap]m)", text)
    if clock is not None:
        part = re.search(r"\b(morning|afternoon|evening|night)\b", text)
        if part is not None:
            hour = int(clock[1])
            after_noon = (
                part[1] != "morning" and hour < 12 and not (part[1] == "night" and hour < 4)
            )
            text = text.replace(clock[0], f"{clock[0]} {'pm' if after_noon else 'am'}")
            text = re.sub(r"\b(?:morning|afternoon|evening|night)\b", "", text)
    return re.sub(r"\s+", " ", text).strip()
