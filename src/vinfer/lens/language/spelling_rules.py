"""Roman Hindi written in Devanagari by rule: for names, and words that no lexicon holds."""

import re
from typing import Final

_CONSONANTS: Final = {
    "chh": "छ", "ksh": "क्ष", "kh": "ख", "gh": "घ", "ch": "च", "jh": "झ", "th": "थ", "dh": "ध",
    "ph": "फ", "bh": "भ", "sh": "श", "gy": "ग्य", "k": "क", "q": "क", "c": "क", "g": "ग", "j": "ज",
    "z": "ज़", "t": "त", "d": "द", "n": "न", "p": "प", "f": "फ", "b": "ब", "m": "म", "y": "य",
    "r": "र", "l": "ल", "v": "व", "w": "व", "s": "स", "h": "ह", "x": "क्स",
}  # fmt: skip
_MARKS: Final = {
    "aa": "ा", "a": "", "ee": "ी", "ii": "ी", "i": "ि", "oo": "ू", "uu": "ू", "u": "ु",
    "ai": "ै", "ay": "े", "ei": "े", "e": "े", "au": "ौ", "ou": "ौ", "o": "ो",
}  # fmt: skip
_VOWELS: Final = {
    "aa": "आ", "a": "अ", "ee": "ई", "ii": "ई", "i": "इ", "oo": "ऊ", "uu": "ऊ", "u": "उ",
    "ai": "ऐ", "ay": "ए", "ei": "ए", "e": "ए", "au": "औ", "ou": "औ", "o": "ओ",
}  # fmt: skip
_LONG_AT_END: Final = {"a": "aa", "i": "ee", "u": "oo"}
_SOUND: Final = re.compile("|".join(sorted((*_CONSONANTS, *_MARKS), key=lambda each: -len(each))))
_LIGHT: Final = frozenset(("y", "r", "v", "w"))  # join the consonant before them
_HISS: Final = frozenset(("s", "sh"))


def written(word: str) -> str:
    """A lower-case Roman word in Devanagari; what is no letter is left out."""
    sounds = _SOUND.findall(word)
    if sounds and len(sounds) > 1 and sounds[-1] in _LONG_AT_END:
        sounds[-1] = _LONG_AT_END[sounds[-1]]
    made = ""
    for at, sound in enumerate(sounds):
        before = sounds[at - 1] if at else ""
        after = sounds[at + 1] if at + 1 < len(sounds) else ""
        if sound in _MARKS:
            made += _MARKS[sound] if before in _CONSONANTS else _VOWELS[sound]
        elif sound == "n" and before in _MARKS and after in _CONSONANTS and after not in _LIGHT:
            made += "ं"
        else:
            made += _CONSONANTS[sound] + ("्" if _joins(sound, after, first=at == 0) else "")
    return made


def _joins(sound: str, after: str, *, first: bool) -> bool:
    """Whether a consonant has no vowel before the next one."""
    if after not in _CONSONANTS:
        return False
    return first or after in _LIGHT or sound == after or sound in _HISS
