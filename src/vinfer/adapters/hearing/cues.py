"""Words a turn does not end on."""

import re
from typing import Final

_OPEN: Final = frozenset(
    [
        "and",
        "but",
        "so",
        "or",
        "the",
        "a",
        "an",
        "my",
        "your",
        "his",
        "her",
        "our",
        "their",
        "because",
        "if",
        "when",
        "that",
        "which",
        "who",
        "to",
        "of",
        "for",
        "with",
        "at",
        "on",
        "in",
        "from",
        "is",
        "are",
        "was",
        "were",
        "am",
        "i'm",
        "i",
        "it's",
        "its",
        "um",
        "uh",
        "umm",
        "uhh",
        "like",
        "about",
        "than",
        "then",
        "ki",
        "aur",
        "lekin",
        "magar",
        "par",
        "ya",
        "agar",
        "kyunki",
        "kyonki",
        "to",
        "toh",
        "mera",
        "mere",
        "meri",
        "aapka",
        "matlab",
        "ka",
        "ke",
        "wo",
        "woh",
        "yeh",
        "ye",
    ]
)
_CLOSED_PHRASES: Final = ("i am", "yes i am", "it is", "i was", "hold on", "come on", "yes it is")
_WORD: Final = re.compile(r"[a-z0-9']+")


def open_ended(text: str) -> bool:
    """Whether `text` stops where its sentence cannot: "my number is", "lekin"."""
    if text.rstrip().endswith(("?", "!")):
        return False
    words = _WORD.findall(text.lower())
    if not words:
        return False
    return words[-1] in _OPEN and " ".join(words) not in _CLOSED_PHRASES
