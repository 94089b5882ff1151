"""Hindi text to Kokoro phonemes: Devanagari and Roman letters, English words among them.

Kokoro's Hindi voices know `c` and `ɟ` for च and ज, `ʌ` for a stressed schwa and vowel length `ː`.
Schwa deletion follows Ohala's rule: a schwa goes at the end of a word, and between VC and CV, right
to left.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from vinfer.adapters.tts.phonemes_en import EnglishPhonemes, join_phonemes
from vinfer.adapters.tts.roman_hi import DEVANAGARI_OF, roman_sounds

_CONSONANTS: Final = {
    "क": "k", "ख": "kʰ", "ग": "ɡ", "घ": "ɡʰ", "ङ": "ŋ", "च": "c", "छ": "cʰ", "ज": "ɟ", "झ": "ɟʰ",
    "ञ": "ɲ", "ट": "ʈ", "ठ": "ʈʰ", "ड": "ɖ", "ढ": "ɖʰ", "ण": "ɳ", "त": "t", "थ": "tʰ", "द": "d",
    "ध": "dʰ", "न": "n", "प": "p", "फ": "pʰ", "ब": "b", "भ": "bʰ", "म": "m", "य": "j", "र": "ɾ",
    "ल": "l", "ळ": "l", "व": "ʋ", "श": "ʃ", "ष": "ʂ", "स": "s", "ह": "h",
}  # fmt: skip
_DOTTED: Final = {"क": "q", "ख": "x", "ग": "ɣ", "ज": "z", "ड": "ɽ", "ढ": "ɽʰ", "फ": "f", "य": "j"}
_SIGNS: Final = {
    "ा": "aː", "ि": "ɪ", "ी": "iː", "ु": "ʊ", "ू": "uː", "ृ": "ɾɪ", "े": "eː", "ै": "ɛː", "ो": "oː",
    "ौ": "ɔː", "ॅ": "ɛ", "ॉ": "ɔ", "ॆ": "e", "ॊ": "o",
}  # fmt: skip
_LETTERS: Final = {
    "अ": "ə", "आ": "aː", "इ": "ɪ", "ई": "iː", "उ": "ʊ", "ऊ": "uː", "ऋ": "ɾɪ", "ए": "eː", "ऐ": "ɛː",
    "ओ": "oː", "औ": "ɔː", "ऑ": "ɔ", "ऍ": "ɛ",
}  # fmt: skip
_NUKTA, _VIRAMA, _DOT, _MOON, _VISARGA = "़", "्", "ं", "ँ", "ः"
_PLACE: Final = (
    ("kɡ", "ŋ"), ("cɟ", "ɲ"), ("ʈɖ", "ɳ"), ("td", "n"), ("pb", "m"),
)  # fmt: skip
_DIGITS: Final = dict(
    zip(
        "0123456789", ["शून्य", "एक", "दो", "तीन", "चार", "पाँच", "छह", "सात", "आठ", "नौ"], strict=True
    )
)
_IRREGULAR: Final = {"यह": "jeː", "वह": "ʋoː", "ये": "jeː", "कि": "kɪ", "न": "nə", "व": "ʋə"}
_TOKEN: Final = re.compile(
    r"[\u0900-\u0963\u0970-\u097f\u200c\u200d]+|[A-Za-z]+(?:['’][A-Za-z]+)*|\d|[.,!?;:…—।॥]|[%&@₹+]"
)
_PAUSES: Final = frozenset(".,!?;:…—")


@dataclass(slots=True)
class _Syllable:
    """Consonants and their vowel; an empty vowel is a consonant without one."""

    onset: str
    vowel: str
    inherent: bool = False
    nasal: str = ""  # "" | "̃" | a nasal consonant, settled later
    coda: str = ""


class HindiPhonemes:
    """Hindi with English words among it."""

    def __init__(self, english: EnglishPhonemes) -> None:
        self._english = english

    def phonemes(self, text: str) -> str:
        """Phonemes of `text`, punctuation kept as pauses."""
        found = _TOKEN.findall(unicodedata.normalize("NFKC", text))
        return join_phonemes([self._token(token) for token in found])

    def _token(self, token: str) -> str:
        if token in ("।", "॥"):
            return "."
        if token in _PAUSES:
            return token
        if token.isdecimal():
            return devanagari(_DIGITS[str(int(token))])
        if "ऀ" <= token[0] <= "ॿ":
            return devanagari(token)
        return self._latin(token)

    def _latin(self, word: str) -> str:
        """Roman Hindi by table, English by lexicon, anything else read as Roman Hindi."""
        lower = word.lower()
        if lower in DEVANAGARI_OF:
            return devanagari(DEVANAGARI_OF[lower])
        if word.isupper() or self._english.knows(word) or not word.isalpha():
            return self._english.phonemes(word)
        return _with_stress(roman_sounds(lower))


def devanagari(word: str) -> str:
    """Phonemes of one Devanagari word."""
    word = unicodedata.normalize("NFD", word).replace("\u200c", "").replace("\u200d", "")
    if word in _IRREGULAR:
        return _with_stress(_IRREGULAR[word])
    syllables = _syllables(word)
    _delete_schwas(syllables)
    _settle_nasals(syllables)
    return _with_stress("".join(s.onset + s.vowel + s.nasal + s.coda for s in syllables))


def _syllables(word: str) -> list[_Syllable]:
    syllables: list[_Syllable] = []
    for at, letter in enumerate(word):
        if letter in _CONSONANTS:
            dotted = word[at + 1 : at + 2] == _NUKTA
            sound = _DOTTED.get(letter, "") if dotted else _CONSONANTS[letter]
            syllables.append(_Syllable(sound or _CONSONANTS[letter], "ə", inherent=True))
        elif letter in _LETTERS:
            syllables.append(_Syllable("", _LETTERS[letter]))
        elif syllables:
            _apply_sign(syllables[-1], letter)
    return _jnya(syllables)


def _apply_sign(syllable: _Syllable, sign: str) -> None:
    if sign in _SIGNS:
        syllable.vowel, syllable.inherent = _SIGNS[sign], False
    elif sign == _VIRAMA:
        syllable.vowel, syllable.inherent = "", False
    elif sign in (_DOT, _MOON):
        syllable.nasal = "n" if sign == _DOT else "̃"
    elif sign == _VISARGA:
        syllable.coda = "h"


def _jnya(syllables: list[_Syllable]) -> list[_Syllable]:
    """ज्ञ is said gy in Hindi."""
    for left, right in pairwise(syllables):
        if (left.onset, left.vowel, right.onset) == ("ɟ", "", "ɲ"):
            left.onset, right.onset = "ɡ", "j"
    return syllables


def _delete_schwas(syllables: list[_Syllable]) -> None:
    vowels = sum(1 for syllable in syllables if syllable.vowel)
    last = len(syllables) - 1
    if vowels > 1 and syllables[last].inherent and not syllables[last].nasal:
        cluster = last > 0 and not syllables[last - 1].vowel
        if not (cluster and syllables[last].onset in ("j", "ʋ")):
            syllables[last].vowel = ""
    for at in range(last - 1, 0, -1):
        here, before, after = syllables[at], syllables[at - 1], syllables[at + 1]
        if (
            here.inherent
            and here.vowel
            and not here.nasal
            and before.vowel
            and after.onset
            and after.vowel
        ):
            here.vowel = ""


def _settle_nasals(syllables: list[_Syllable]) -> None:
    """A nasal mark is the nasal of a following stop; else anusvara is `n` or colours a vowel."""
    for at, syllable in enumerate(syllables):
        if not syllable.nasal:
            continue
        following = syllables[at + 1].onset[:1] if at + 1 < len(syllables) else ""
        stop = next((nasal for stops, nasal in _PLACE if following and following in stops), "")
        if syllable.nasal == "n":
            syllable.nasal = stop or ("n" if following else "̃")
        else:
            syllable.nasal = "̃" + stop
        if syllable.nasal.startswith("̃"):
            syllable.vowel = syllable.vowel.removesuffix("ː")


_VOWEL: Final = re.compile(r"[aeiouəɛɔɪʊ]\u0303?ː?")


def _with_stress(sounds: str) -> str:
    """Mark the heaviest syllable, the earlier of equals, the last only when it alone is long."""
    found = list(_VOWEL.finditer(sounds))
    if not found:
        return sounds
    inner = found[:-1] or found
    long = [match for match in inner if len(match.group()) > 1]
    if (
        not long
        and len(found[-1].group()) > 1
        and len(found) > 1
        and not _closed(sounds, inner[0].end())
    ):
        long = [found[-1]] if not sounds.endswith(found[-1].group()) else []
    at = (long or inner)[0].start()
    vowel = "ʌ" if sounds[at] == "ə" else sounds[at]
    return f"{sounds[:at]}ˈ{vowel}{sounds[at + 1 :]}"


def _closed(sounds: str, end: int) -> bool:
    following = _VOWEL.search(sounds, end)
    return following is not None and following.start() - end > 1
