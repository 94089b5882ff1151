"""How far a segment may be read as words, by what was measured of its engine in its language."""

from collections.abc import Mapping
from typing import Final, Literal

Quality = Literal["rough", "gist"]
_MEASURED: Final[
    Mapping[str, Mapping[str, Quality]]
] = {  # docs/accuracy.md, by engine and ISO 639-1
    "whisper-base": {
        "hi": "rough",
        **dict.fromkeys(("bn", "gu", "kn", "ml", "mr", "pa", "ta", "te"), "gist"),
    }
}


def quality_of(*, engine: str | None, language: str) -> Quality | None:
    """`rough` where about half of the words are wrong, `gist` where the letters follow sounds only.

    None where nothing that bad was measured: of English, and of engines that others run. `language`
    is BCP-47.
    """
    return _MEASURED.get(engine or "", {}).get(language.partition("-")[0].lower())
