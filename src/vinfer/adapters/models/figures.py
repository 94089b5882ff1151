"""What was measured of each engine that ships: the one place, shown by the API and `vinfer models`.

Every figure has its sample size; most samples are small. Word and diarization errors are percent of
words and of time. What stands in `docs/accuracy.md` of analyses that use a model is not repeated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Figure:
    """A measurement: `value` in `unit`, of `sample`, under `conditions`."""

    measure: str
    value: float
    unit: str
    sample: str
    conditions: str
    language: str | None = None


_READ: Final = "read English, LibriVox, one reader"
_PROMPTS: Final = "studio prompts, one speaker"
_SPOKEN: Final = "synthetic speech of the product's own voices"
_HINDI: Final = "20 sentences twice"
_GIST: Final = "a Hindi synthetic voice, 8 kHz; Roman letters, coarse sounds; no words are meant"
_GIST_ERRORS: Final = {
    "hi": 17.0,
    "bn": 6.0,
    "gu": 8.0,
    "kn": 12.0,
    "ml": 17.0,
    "mr": 12.0,
    "pa": 9.0,
    "ta": 7.0,
    "te": 9.0,
}

FIGURES: Final[Mapping[str, tuple[Figure, ...]]] = {
    "whisper-base": (
        Figure("word_error_rate", 2.1, "percent", "2,814 words", f"{_PROMPTS}, 16 kHz", "en"),
        Figure("word_error_rate", 2.5, "percent", "2,814 words", f"{_PROMPTS}, 8 kHz", "en"),
        Figure("word_error_rate", 0.0, "percent", "70 words", f"{_READ}, 16 kHz", "en"),
        Figure("word_error_rate", 3.6, "percent", "70 words", f"{_READ}, 8 kHz, four noises", "en"),
        Figure("word_error_rate", 8.0, "percent", "25 words", "short commands, 16 kHz", "en"),
        Figure("word_error_rate", 11.0, "percent", "25 words", "short commands, 8 kHz", "en"),
        Figure("word_error_rate", 3.8, "percent", "1,379 words", f"{_SPOKEN}, 8 kHz", "en"),
        Figure("word_error_rate", 52.2, "percent", _HINDI, f"{_SPOKEN}, 8 kHz, Devanagari", "hi"),
        Figure(
            "character_error_rate", 27.4, "percent", _HINDI, f"{_SPOKEN}, 8 kHz, Devanagari", "hi"
        ),
        *(
            Figure("phonetic_gist_error_rate", value, "percent", "15 sentences", _GIST, code)
            for code, value in _GIST_ERRORS.items()
        ),
    ),
    "kokoro-82m": (
        Figure("word_error_rate_of_listener", 0.6, "percent", "12 sentences", "whisper-base", "en"),
        Figure("real_time_factor", 0.5, "ratio", "12 sentences", "one core"),
    ),
    "silero-vad": (
        Figure(
            "precision",
            98.0,
            "percent",
            "74 s of mixed sound",
            "32 ms windows, lowest of 16 and 8 kHz",
        ),
        Figure(
            "recall",
            92.0,
            "percent",
            "74 s of mixed sound",
            "32 ms windows, lowest of 16 and 8 kHz",
        ),
    ),
    "smart-turn": (
        Figure("turns_told_right", 9.0, "of 12", "12 turns", _SPOKEN, "en"),
        Figure("turns_told_right", 7.0, "of 12", "12 turns", _SPOKEN, "hi"),
        Figure("turns_told_right", 12.0, "of 18", "18 cuts", "real speech", "en"),
    ),
    "multilingual-e5-small": (
        Figure("intent_accuracy", 84.0, "percent", "50 lines", "blind set, with rules"),
    ),
    "ge2e-voiceprint": (
        Figure("equal_error_rate", 6.9, "percent", "55 chunks of 12 voices", "1.6 s, 16 kHz"),
        Figure("equal_error_rate", 11.4, "percent", "55 chunks of 12 voices", "1.6 s, 8 kHz"),
        Figure(
            "diarization_error_rate",
            1.9,
            "percent",
            "21 calls",
            f"two speakers, one channel, 8 kHz telephone, {_SPOKEN}; collar 0.25 s",
        ),
    ),
}
