"""English text to Kokoro phonemes, from the misaki lexicon (Apache-2.0) and rules of our own."""

import json
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

from vinfer.adapters.tts.letters_en import sound_out
from vinfer.adapters.tts.numbers_en import digits, spoken

Entry = str | dict[str, str | None]

_TOKEN: Final = re.compile(
    r"\d[\d,]*(?:\.\d+)?(?:st|nd|rd|th)?|[^\W\d_]+(?:['’][^\W\d_]+)*|[.,!?;:…—]|\S"
)
_PAUSES: Final = frozenset(".,!?;:…—")
_SYMBOLS: Final = {
    "%": "percent",
    "&": "and",
    "+": "plus",
    "@": "at",
    "₹": "rupees",
    "/": "by",
    "=": "equals",
}
_VOWEL_SOUNDS: Final = frozenset("AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ORDINALS: Final = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
# Names and words of Indian calls that rules would get wrong.
_OWN: Final = {
    "paytm": "pˌAtˌiˈɛm", "phonepe": "fˈOnpˌA", "aadhaar": "ɑdhˈɑɹ", "rupay": "ɹˈupˌA",
    "priya": "pɹˈijə", "singh": "sˈɪŋ", "ji": "ʤˈi", "namaste": "nəmˈʌstA", "lakhs": "lˈɑks",
    "rupee": "ɹupˈi", "rupees": "ɹupˈiz", "jio": "ʤˈio", "kotak": "kˈOtək", "iyer": "ˈIjəɹ",
    "airtel": "ˈɛɹtˌɛl", "zomato": "zOmˈɑtO", "flipkart": "flˈɪpkˌɑɹt", "whatsapp": "wˈʌtsˌæp",
    "pune": "pˈunA", "chennai": "ʧənˈI", "mumbai": "mʊmbˈI", "jaipur": "ʤˈIpˌʊɹ",
    "sunita": "sʊnˈitə", "anita": "ənˈitə", "rahul": "ɹˈɑhʊl", "asha": "ˈɑʃə",
}  # fmt: skip


class EnglishPhonemes:
    """The lexicon, loaded once (about 0.1 s, 40 MB)."""

    def __init__(self, gold: Path, silver: Path) -> None:
        self._gold: dict[str, Entry] = json.loads(gold.read_bytes())
        self._silver: dict[str, Entry] = json.loads(silver.read_bytes())
        self.word = lru_cache(maxsize=20_000)(self._word)

    def phonemes(self, text: str) -> str:
        """Phonemes of `text`, punctuation kept as pauses."""
        return join_phonemes([self._token(token) for token in tokens(text)])

    def knows(self, word: str) -> bool:
        """Whether the lexicon itself (no rules) holds `word`."""
        lower = word.lower()
        return lower in _OWN or any(form in book for book in self._books for form in (word, lower))

    @property
    def _books(self) -> tuple[dict[str, Entry], dict[str, Entry]]:
        return (self._gold, self._silver)

    def _token(self, token: str) -> str:
        if token in _PAUSES:
            return token
        if token[0].isdecimal():
            return " ".join(self.word(word) for word in _number(token).split())
        if token in _SYMBOLS:
            return self.word(_SYMBOLS[token])
        return self.word(token)

    def _word(self, word: str) -> str:
        plain = _ascii(word)
        if not plain:
            return ""
        return (
            _OWN.get(plain.lower())
            or self._function_word(plain)
            or self._acronym(plain)
            or self._listed(plain)
            or self._inflected(plain.lower())
            or self._compound(plain)
            or self._sounded(plain)
        )

    def _function_word(self, word: str) -> str | None:
        return {"a": "ɐ", "an": "ɐn", "the": "ðə", "to": "tə", "in": "ɪn"}.get(word.lower())

    def _acronym(self, word: str) -> str | None:
        """Spell EMI and OTP; say words that are merely in capitals."""
        if len(word) < 2 or not word.isupper() or not word.isalpha():
            return None
        lower = word.lower()
        if len(word) > 4 and (lower in self._gold or lower in self._silver):
            return None
        if len(word) > 5 or (len(word) > 3 and lower in self._gold):
            return None
        return self._spelled(word)

    def _spelled(self, word: str) -> str:
        names = [str(self._gold[letter.upper()]) for letter in word if letter.isalpha()]
        return "".join([*(name.replace("ˈ", "ˌ") for name in names[:-1]), *names[-1:]])

    def _listed(self, word: str) -> str | None:
        for book in self._books:
            for form in (word, word.lower(), word.lower().capitalize()):
                found = book.get(form)
                sound = found.get("DEFAULT") if isinstance(found, dict) else found
                if sound:
                    return sound
        return None

    def _inflected(self, word: str) -> str | None:
        for suffix, stems, attach in _SUFFIXES:
            if len(word) > len(suffix) + 2 and word.endswith(suffix):
                stem = word[: -len(suffix)]
                for ending in stems:
                    sound = self._listed(stem + ending)
                    if sound:
                        return attach(sound)
        return None

    def _compound(self, word: str) -> str | None:
        """Two known words written as one: SunLife, billdesk."""
        parts = _CAMEL.split(word)
        if len(parts) > 1:
            return "".join(self.word(part) for part in parts)
        lower = word.lower()
        for at in range(len(lower) - 4, 3, -1):
            head, tail = lower[:at], lower[at:]
            if head in self._gold and tail in self._gold:
                first, second = self._listed(head), self._listed(tail)
                return f"{first}{second.replace('ˈ', 'ˌ')}" if first and second else None
        return None

    def _sounded(self, word: str) -> str:
        lower = word.lower().replace("'", "")
        if not any(letter in "aeiouy" for letter in lower):
            return self._spelled(lower)
        return sound_out(lower)


def tokens(text: str) -> list[str]:
    """Words, numbers and pauses, in order."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text))


def join_phonemes(parts: list[str]) -> str:
    """Join spoken tokens: spaces between words, none before a pause, `the` and `to` by context."""
    out = ""
    spoken_parts = [part for part in parts if part]
    for at, part in enumerate(spoken_parts):
        following = spoken_parts[at + 1].lstrip("ˈˌ")[:1] if at + 1 < len(spoken_parts) else ""
        sound = _linked(part, following)
        out += sound if part in _PAUSES or not out else f" {sound}"
    return out


def _linked(part: str, following: str) -> str:
    if following in _VOWEL_SOUNDS and following:
        return {"ðə": "ði", "tə": "tʊ"}.get(part, part)
    return part


def _ascii(word: str) -> str:
    folded = unicodedata.normalize("NFKD", word.replace("’", "'"))
    return "".join(
        letter for letter in folded if letter.isascii() and (letter.isalpha() or letter == "'")
    )


def _number(token: str) -> str:
    bare = token.rstrip("stndrh")
    if bare == token:
        return spoken(token)
    *head, last = spoken(bare.replace(",", "")).split() or [digits(bare)]
    return " ".join([*head, _ordinal(last)])


def _ordinal(word: str) -> str:
    if word in _ORDINALS:
        return _ORDINALS[word]
    return f"{word[:-1]}ieth" if word.endswith("y") else f"{word}th"


def _plural(sound: str) -> str:
    if sound[-1] in "szʃʒʧʤ":
        return f"{sound}ᵻz"
    return f"{sound}s" if sound[-1] in "ptkfθ" else f"{sound}z"


def _past(sound: str) -> str:
    if sound[-1] in "td":
        return f"{sound}ᵻd"
    return f"{sound}t" if sound[-1] in "pkfθʃsʧ" else f"{sound}d"


_SUFFIXES: Final[tuple[tuple[str, tuple[str, ...], Callable[[str], str]], ...]] = (
    ("'s", ("",), _plural),
    ("s'", ("s", ""), _plural),
    ("ies", ("y",), _plural),
    ("es", ("e", ""), _plural),
    ("s", ("",), _plural),
    ("ied", ("y",), _past),
    ("ed", ("e", ""), _past),
    ("ing", ("", "e"), lambda sound: f"{sound}ɪŋ"),
    ("ly", ("",), lambda sound: f"{sound}li"),
    ("er", ("e", ""), lambda sound: f"{sound}əɹ"),
    ("n't", ("n", ""), lambda sound: f"{sound}ᵊnt"),
)
