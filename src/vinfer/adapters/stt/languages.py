"""Which Whisper language serves which BCP-47 language, and which script it writes."""

from typing import Final

INDIAN: Final = frozenset({"hi", "mr", "ta", "te", "kn", "bn", "gu", "ml", "pa"})
SUPPORTED: Final = frozenset({"en-IN", "en-US", "en-GB"} | {f"{code}-IN" for code in INDIAN})


def code_of(language: str) -> str:
    """The ISO 639-1 part of a BCP-47 tag."""
    return language.partition("-")[0].lower()


def answers_in(language: str) -> tuple[str, ...]:
    """The languages a caller may answer a script in: English and Hindi mix freely."""
    code = code_of(language)
    return ("en", "hi") if code in ("en", "hi") else (code,)


def tag_for(code: str, *, asked: str) -> str:
    """The BCP-47 tag to report for `code` when the caller asked for `asked`."""
    return asked if code == code_of(asked) else f"{code}-IN"
