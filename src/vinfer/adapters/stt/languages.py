"""Which Whisper language serves which BCP-47 language, and which script it writes."""

from collections.abc import Mapping
from typing import Final

INDIAN: Final = frozenset({"hi", "mr", "ta", "te", "kn", "bn", "gu", "ml", "pa"})
_ENGLISH: Final = frozenset({"en-IN", "en-US", "en-GB"})


def tags(*codes: str) -> frozenset[str]:
    """The BCP-47 languages of ISO 639-1 codes: those of India, and three kinds of English."""
    found = frozenset(f"{code}-IN" for code in codes)
    return found | _ENGLISH if "en" in codes else found


SUPPORTED: Final = tags("en", *INDIAN)

# Unicode's blocks of 128 for the scripts of India, and who writes in them
_BLOCK: Final = 0x80
_SCRIPTS: Final = {
    0x0900: ("hi", "mr"),
    0x0980: ("bn",),
    0x0A00: ("pa",),
    0x0A80: ("gu",),
    0x0B00: (),
    0x0B80: ("ta",),
    0x0C00: ("te",),
    0x0C80: ("kn",),
    0x0D00: ("ml",),
}
_ASKED_PRIOR: Final = 0.75  # the language asked for is likelier than the other one


def code_of(language: str) -> str:
    """The ISO 639-1 part of a BCP-47 tag."""
    return language.partition("-")[0].lower()


def answers_in(language: str) -> tuple[str, ...]:
    """The languages a caller may answer a script in: English and Hindi mix freely."""
    code = code_of(language)
    return ("en", "hi") if code in ("en", "hi") else (code,)


def tag_for(code: str, *, asked: str) -> str:
    """The BCP-47 tag to report for `code` when the caller asked for `asked`.

    That is `asked` too where an engine tells of a language that is none of ours.
    """
    told = f"{code}-IN"
    return asked if code == code_of(asked) or told not in SUPPORTED else told


def likeliest(scores: Mapping[str, float], *, asked: str) -> str:
    """English or Hindi, from Whisper's scores for each of its languages."""
    english = scores.get("en", 0.0)
    hindi = scores.get("hi", 0.0) + scores.get("ur", 0.0)  # one spoken language, two scripts
    prior = _ASKED_PRIOR if code_of(asked) == "en" else 1.0 - _ASKED_PRIOR
    return "en" if english * prior >= hindi * (1.0 - prior) else "hi"


def astray(text: str, language: str) -> bool:
    """Whether most letters are of a script of India in which no answer in `language` is written."""
    letters = [letter for letter in text if letter.isalpha()]
    codes = answers_in(language)
    writers = (_SCRIPTS.get(ord(letter) // _BLOCK * _BLOCK, codes) for letter in letters)
    foreign = sum(not any(code in known for code in codes) for known in writers)
    return foreign * 2 > len(letters)
