"""The language of each segment, by script and by words."""

import re
from typing import Final

from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.transcript import Transcript

_DEVANAGARI: Final = re.compile(r"[\u0900-\u097f]")
_LATIN: Final = re.compile(r"[a-zA-Z]")
HINDI: Final = "hi"
ROMAN_HINDI: Final = "hi-Latn"
_ENGLISH: Final = "en"


def languages_of(transcript: Transcript, normaliser: Normaliser) -> tuple[str, ...]:
    """BCP-47 of each segment: `hi` in Devanagari, `hi-Latn` for romanised or mixed Hindi.

    What is neither keeps what the recogniser says.
    """
    return tuple(
        _language(segment.text, segment.language, normaliser) for segment in transcript.segments
    )


def _language(text: str, heard: str, normaliser: Normaliser) -> str:
    if len(_DEVANAGARI.findall(text)) > len(_LATIN.findall(text)):
        return HINDI if heard.partition("-")[0] in ("en", HINDI) else heard
    if heard.partition("-")[0] not in ("en", HINDI) or not _LATIN.search(text):
        return heard
    return ROMAN_HINDI if normaliser.is_hinglish(text) else _ENGLISH
