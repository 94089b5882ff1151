"""Letter-to-sound rules for words no English lexicon holds: Indian names first of all, then brands.

Romanised Indian spelling is close to regular: one spelling, one sound. Sounds are in Kokoro's
English symbols (`A` as in say, `I` as in sky, `O` as in go, `W` as in cow).
"""

import re
from typing import Final

# Longest spelling first.
_SOUNDS: Final = (
    ("tsch", "ʧ"), ("chh", "ʧ"), ("sch", "ʃ"), ("tch", "ʧ"), ("ksh", "kʃ"), ("ngh", "ŋ"),
    ("aay", "I"), ("aai", "I"), ("aa", "ɑ"), ("ai", "A"), ("ay", "A"), ("au", "W"), ("aw", "ɔ"),
    ("ee", "i"), ("ea", "i"), ("ei", "A"), ("ey", "A"), ("eu", "u"), ("ew", "u"),
    ("oo", "u"), ("ou", "u"), ("oy", "Y"), ("oi", "Y"), ("ow", "W"), ("oa", "O"), ("ie", "i"),
    ("uu", "u"), ("ue", "u"), ("iy", "ij"), ("ii", "i"),
    ("bh", "b"), ("ch", "ʧ"), ("dh", "d"), ("gh", "ɡ"), ("jh", "ʤ"), ("kh", "k"), ("ph", "f"),
    ("sh", "ʃ"), ("th", "t"), ("zh", "ʒ"), ("ck", "k"), ("ng", "ŋɡ"), ("gn", "ɡn"), ("wh", "w"),
    ("qu", "kw"), ("lh", "l"), ("rh", "ɹ"),
    ("b", "b"), ("c", "k"), ("d", "d"), ("f", "f"), ("g", "ɡ"), ("h", "h"), ("j", "ʤ"), ("k", "k"),
    ("l", "l"), ("m", "m"), ("n", "n"), ("p", "p"), ("q", "k"), ("r", "ɹ"), ("s", "s"), ("t", "t"),
    ("v", "v"), ("w", "w"), ("x", "ks"), ("z", "z"), ("y", "j"),
    ("a", "a"), ("e", "e"), ("i", "ɪ"), ("o", "O"), ("u", "ʊ"),
)  # fmt: skip
_BY_LENGTH: Final = tuple(
    {spelling: sound for spelling, sound in _SOUNDS if len(spelling) == size}
    for size in (4, 3, 2, 1)
)
_VOWELS: Final = frozenset("ɑAIOWYiuɔəɛɪʊaeæ")
_LONG: Final = frozenset("ɑAIOWYiuɔ")
_DOUBLED: Final = re.compile(r"([bdfhjklmnpstvwzɡɹʃʒʤʧ])\1")


def sound_out(word: str) -> str:
    """Phonemes of a lower-case word in letters a-z, with one primary stress."""
    sounds = _segments(word)
    vowels = [at for at, sound in enumerate(sounds) if sound in _VOWELS]
    if not vowels:
        return _DOUBLED.sub(r"\1", "".join(sounds))
    for at in vowels:
        sounds[at] = _vowel(sounds, at, first=at == vowels[0], last=at == vowels[-1])
    stressed = _stressed(sounds, vowels)
    if sounds[stressed] == "ə":
        sounds[stressed] = "ʌ"
    sounds.insert(stressed, "ˈ")
    return _DOUBLED.sub(r"\1", "".join(sounds))


def _segments(word: str) -> list[str]:
    sounds: list[str] = []
    at = 0
    while at < len(word):
        for table in _BY_LENGTH:
            size = len(next(iter(table)))
            sound = table.get(word[at : at + size])
            if sound is not None:
                sounds.extend(_final_y(word, at, sound))
                at += size
                break
        else:
            at += 1
    return sounds


def _final_y(word: str, at: int, sound: str) -> str:
    """A `y` with no vowel after it is one itself: Reddy, Hyderabad."""
    if sound == "j" and word[at] == "y" and word[at + 1 : at + 2] not in tuple("aeiou"):
        return "i" if at + 1 == len(word) else "I"
    if word[at:] == "ai":
        return "I"  # Pillai
    return sound


def _vowel(sounds: list[str], at: int, *, first: bool, last: bool) -> str:
    sound = sounds[at]
    final = at == len(sounds) - 1
    after = sounds[at + 1 : at + 3]
    opened = len(after) == 2 and after[0] not in _VOWELS and after[1] in _VOWELS
    if sound == "a":
        return _a(sounds, at, first=first, last=last, opened=opened)
    if sound == "e":
        return "A" if final or (opened and first) else "ɛ"
    if sound == "ɪ":
        return "i" if final or (opened and not last) else "ɪ"
    if sound == "ʊ":
        return "u" if final else "ʊ"
    return sound


def _a(sounds: list[str], at: int, *, first: bool, last: bool, opened: bool) -> str:
    """Spelling hides whether an Indian `a` is long: guess from its place among the others."""
    if at == len(sounds) - 1:
        return "ə"
    if sounds[at + 1] == "ɹ" and sounds[at + 2 : at + 3] not in ([], ["ɹ"]) and not opened:
        return "ɑ"  # Sharma, Karthik
    if first and last:
        return "ɑ"  # Khan, Das
    if last:
        return "ə" if any(sound in _LONG for sound in sounds[:at]) else "ɑ"
    return "ɑ" if first and opened and "a" not in sounds[at + 1 : -1] else "ə"


def _stressed(sounds: list[str], vowels: list[int]) -> int:
    """The last heavy vowel that is not the final sound, else the first vowel."""
    inner = [at for at in vowels if at != len(sounds) - 1]
    heavy = [at for at in inner if sounds[at] in _LONG]
    if heavy:
        return heavy[-1]
    return inner[0] if inner else vowels[0]
