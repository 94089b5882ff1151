"""Hindi words as coarse sounds, from Devanagari and from Roman letters as recognisers spell them.

One letter a sound: capitals are aspirated (`K` is kh), `w W x X` retroflex t, th, d, dh, `S` sh,
`A` a short a, `~` a nasal vowel.
"""

import re
from typing import Final

_CONSONANTS: Final = dict(
    zip(
        "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहळ",
        "kKgGncCjJnwWxXntTdDnpfbBmyrlvSSshl",
        strict=True,
    )
)
_MARKS: Final = dict(zip("ािीुूेैोौृॉॅ", "aiiuueeooioe", strict=True))
_VOWELS: Final = dict(zip("अआइईउऊएऐओऔऋऑ", "Aaiiuueeooio", strict=True))
_NUKTA: Final = "़"
_DOTTED: Final = {"ड": "r", "ढ": "r", "ज": "j", "फ": "f", "क": "k", "ख": "K", "ग": "g"}
_VOWEL_SOUNDS: Final = frozenset("aAiueo")
_ROMAN: Final = (
    ("chh", "C"), ("ch", "c"), ("kh", "K"), ("gh", "G"), ("jh", "J"), ("th", "T"), ("dh", "D"),
    ("ph", "f"), ("bh", "B"), ("sh", "S"), ("ck", "k"), ("aa", "a"), ("ee", "i"), ("oo", "u"),
    ("ii", "i"), ("uu", "u"), ("ai", "e"), ("ei", "e"), ("ay", "e"), ("ey", "e"), ("au", "o"),
    ("ou", "o"), ("aw", "o"), ("a", "A"), ("c", "k"), ("q", "k"), ("x", "ks"), ("w", "v"),
    ("z", "j"),
)  # fmt: skip
_ROMAN_SOUND: Final = dict(_ROMAN)
_SPELLING: Final = re.compile("|".join(spelling for spelling, _ in _ROMAN) + "|[a-z]")
_PLAIN: Final = str.maketrans("KGCJTDWXBfwx", "kgcjtdtdbptd")
_NEAR: Final = frozenset(
    map(
        frozenset,
        ("sS", "js", "bv", "nm", "rl", "gk", "dt", "bp", "dr", "ct", "cs", "cj", "jy", "tl", "ds"),
    )
)
_NASALS: Final = ({"~", "n"}, {"~", "m"})  # the dot of Devanagari, spelt out
_NEAR_VOWELS: Final = frozenset(map(frozenset, ("ie", "uo", "eA", "oA", "Ai", "Au", "ea")))


def of_devanagari(word: str) -> str:
    """The sounds of a word, with the short a's that nobody speaks left out."""
    sounds: list[str] = []
    for at, letter in enumerate(word):
        following = word[at + 1 : at + 2]
        if letter in _CONSONANTS:
            dotted = following == _NUKTA
            sounds.append(
                _DOTTED.get(letter, _CONSONANTS[letter]) if dotted else _CONSONANTS[letter]
            )
            following = word[at + 2 : at + 3] if dotted else following
            if following not in _MARKS and following != "्":
                sounds.append("A")
        elif letter in _MARKS or letter in _VOWELS:
            sounds.append(_MARKS.get(letter) or _VOWELS[letter])
        elif letter in "ंँ":
            sounds.append("~")
    return "".join(_spoken(sounds))


def of_roman(word: str) -> str:
    """The sounds of a word in Latin letters, as a Hindi speaker would read it."""
    word = re.sub(r"([^aeiou])\1+", r"\1", word.lower())
    word = re.sub(r"(?<=[aeiou])h$", "", word)
    sounds: list[str] = _SPELLING.findall(word)
    return "".join(_ROMAN_SOUND.get(sound, sound) for sound in sounds)


def skeleton(sounds: str) -> str:
    """The hard consonants alone, without breath: words that may be one have nearly the same."""
    return re.sub("[aAiueoyhn~m]", "", sounds.translate(_PLAIN)).translate(_ALIKE)


def distance(one: str, other: str) -> float:
    """How unlike two words sound: 0 for the same; a wrong consonant costs about 1."""
    above = [0.0]
    for sound in other:
        above.append(above[-1] + _missing(sound))
    for left in one:
        row = [above[0] + _missing(left)]
        for at, right in enumerate(other):
            row.append(
                min(
                    above[at] + _swapped(left, right),
                    above[at + 1] + _missing(left),
                    row[at] + _missing(right),
                )
            )
        above = row
    return above[-1]


_ALIKE: Final = str.maketrans("Svgdjb", "sbktcp")


def _spoken(sounds: list[str]) -> list[str]:
    """Without the last short a, and those between a vowel-consonant and a consonant-vowel."""
    kept = list(sounds)
    if len(kept) > 2 and kept[-1] == "A":
        del kept[-1]
    for at in range(len(kept) - 3, 1, -1):
        before, after = kept[at - 2], kept[at + 1 : at + 3]
        between = before in _VOWEL_SOUNDS and kept[at - 1] not in _VOWEL_SOUNDS
        silent = kept[at] == "A" and between and after[0] not in _VOWEL_SOUNDS | {"~"}
        if silent and after[1] in _VOWEL_SOUNDS:
            del kept[at]
    return kept


def _missing(sound: str) -> float:
    if sound in _VOWEL_SOUNDS:
        return 0.18 if sound == "A" else 0.4
    return {"~": 0.12, "h": 0.3, "y": 0.3, "n": 0.35}.get(sound, 0.9)


def _swapped(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if {one, other} in _NASALS:
        return 0.15
    vowels = (one in _VOWEL_SOUNDS) + (other in _VOWEL_SOUNDS)
    if vowels == 2:
        if {one, other} == {"a", "A"}:
            return 0.15
        return 0.25 if frozenset((one, other)) in _NEAR_VOWELS else 0.45
    if vowels == 1:
        return 1.2
    left, right = one.translate(_PLAIN), other.translate(_PLAIN)
    if left == right:
        return 0.2
    return 0.5 if frozenset((left, right)) in _NEAR else 1.0
