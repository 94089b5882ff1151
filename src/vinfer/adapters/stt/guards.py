"""When not to believe a recogniser: it must not invent words."""

import re
from typing import Final

from vinfer.adapters.stt.whisper_model import ROMAN_PROMPT, Decoded

_LOOP_COMPRESSION: Final = 2.4  # OpenAI's threshold for a decoding that repeats itself
_LEAST_LOGPROB: Final = -1.1
_NO_SPEECH: Final = 0.6
_NO_SPEECH_LOGPROB: Final = -0.6
_ECHO_NO_SPEECH: Final = 0.5  # who really says a line of the prompt stays far below
_ECHO_LOGPROB: Final = -0.5
_FASTEST_CHARACTERS_PER_S: Final = 32.0
# What Whisper writes for sounds without words: subtitles it was trained on.
_STOCK: Final = frozenset(
    {"you", "thank you", "thanks for watching", "thank you for watching", "bye", "so", "oh", "the"}
)
_WORD: Final = re.compile(r"[a-z0-9']+")
_PROMPT_WORDS: Final = frozenset(_WORD.findall(ROMAN_PROMPT.lower()))
_LONG_LINE: Final = 4
_PROMPT_LINES: Final = tuple(
    line
    for line in (" ".join(_WORD.findall(each.lower())) for each in re.split(r"[.?]", ROMAN_PROMPT))
    if len(line.split()) >= _LONG_LINE
)


def loops(text: str) -> bool:
    """Whether the same run of 1 to 4 words is said more than 4 times in a row."""
    words = _WORD.findall(text.lower())
    for size in range(1, 5):
        for at in range(len(words) - 5 * size + 1):
            if words[at : at + 4 * size] == words[at + size : at + 5 * size]:
                return True
    return False


def recites(text: str) -> bool:
    """Whether a longer line of the Roman prompt is said twice: in halves it is heard right."""
    said = " ".join(_WORD.findall(text.lower()))
    return any(said.count(line) > 1 for line in _PROMPT_LINES)


def repeats(decoded: Decoded) -> bool:
    """Whether the decoding got stuck, so that another context may do better."""
    return decoded.compression > _LOOP_COMPRESSION or loops(decoded.text) or recites(decoded.text)


def echoes_prompt(decoded: Decoded) -> bool:
    """Whether this is the Roman prompt coming back, as from sounds without words."""
    words = _WORD.findall(decoded.text.lower())
    if not _PROMPT_WORDS.issuperset(words):
        return False
    unlikely = len(words) > 2 and decoded.mean_logprob < _ECHO_LOGPROB
    return unlikely or decoded.no_speech > _ECHO_NO_SPEECH


def believable(decoded: Decoded, *, speech_s: float) -> bool:
    """Whether `decoded` may stand as the words of `speech_s` seconds of sound."""
    words = _WORD.findall(decoded.text.lower())
    if not words or decoded.mean_logprob < _LEAST_LOGPROB:
        return False
    if repeats(decoded) or echoes_prompt(decoded):
        return False
    if decoded.no_speech > _NO_SPEECH and decoded.mean_logprob < _NO_SPEECH_LOGPROB:
        return False
    if len(decoded.text) > 8 + _FASTEST_CHARACTERS_PER_S * speech_s:
        return False
    return not (" ".join(words) in _STOCK and decoded.mean_logprob < _NO_SPEECH_LOGPROB)
