"""What the Roman prompt may have put into a recogniser's mouth is heard again before it stands.

whisper-base writes words of its prompt for sounds that it does not know: "Dhanyavaad." for a
syllable, "Kya aap bata sakte hain?" for a short clip. A consent that nobody gave would be the worst
of them. So what is made of prompt words only, and any line of the prompt, is decoded a second time
under a prompt that shares no word with the first, and stands where that sounds alike.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from vinfer.adapters.stt.guards import believable
from vinfer.adapters.stt.languages import INDIAN
from vinfer.adapters.stt.whisper_model import (
    OTHER_ROMAN_PROMPT,
    ROMAN_PROMPT,
    Decoded,
    WhisperModel,
)
from vinfer.lens.language import coarse_sounds
from vinfer.lens.language.hinglish import skeleton

_SURE_LOGPROB: Final = -0.55  # words of the prompt that nobody said stay below (eval_recitals)
_ALIKE: Final = 0.55  # of the sounds of what was heard first
_ALIKE_IN_LINE: Final = 0.35  # where there is more to go by, and other sentences are near
_LONG_LINE: Final = 4
_PARTED: Final = 2
_WORD: Final = re.compile(r"[a-z0-9']+")


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _spellings(text: str) -> frozenset[str]:
    return frozenset(map(skeleton, _words(text)))


_PROMPT: Final = _spellings(ROMAN_PROMPT)
_OTHER: Final = _spellings(OTHER_ROMAN_PROMPT)
_LINES: Final = tuple(  # each as its clauses
    tuple(map(_words, line.split(",")))
    for line in re.split(r"[.?]", ROMAN_PROMPT)
    if len(_words(line)) >= _LONG_LINE
)


def confirmed(
    model: WhisperModel,
    encoded: Any,
    decoded: Decoded,
    *,
    language: str,
    speech_s: float,
    most_tokens: int,
) -> Decoded | None:
    """A believable decoding, or what is heard without its prompt where that put words into it.

    None where nothing is left to believe. `language` is Whisper's code.
    """
    if language not in INDIAN or not doubtful(decoded):
        return decoded
    again = model.decode(
        encoded,
        language=language,
        roman_prompt=True,
        most_tokens=most_tokens,
        prompt=OTHER_ROMAN_PROMPT,
    )
    if comes_back(decoded.text, again.text):
        return decoded
    recited = _OTHER.issuperset(_spellings(again.text))
    return again if believable(again, speech_s=speech_s) and not recited else None


def doubtful(decoded: Decoded) -> bool:
    """Whether the prompt alone may have brought this text."""
    if has_line(decoded.text):
        return True
    return decoded.mean_logprob < _SURE_LOGPROB and only_prompt(decoded.text)


def only_prompt(text: str) -> bool:
    """Whether every word is one of the prompt, however it is spelt."""
    return _PROMPT.issuperset(_spellings(text))


def has_line(text: str) -> bool:
    """Whether a long line of the prompt, or all of it but a word, is in `text`."""
    return bool(_clauses_in(_words(text)))


def comes_back(first: str, second: str) -> bool:
    """Whether the prompt's lines in `first`, or all of it where it has none, sound in `second`.

    A line comes back clause by clause: who says "namaste ji" has not said yes.
    """
    said, again = _words(first), _words(second)
    clauses = _clauses_in(said)
    if not clauses:
        return _unlike(said, again) <= _ALIKE
    return all(
        min(_unlike(it, part) for part in _stretches(again, len(it))) <= _ALIKE_IN_LINE
        for it in clauses
    )


def _clauses_in(said: list[str]) -> list[list[str]]:
    """The clauses of the prompt's lines that are in `said`."""
    found: list[list[str]] = []
    for clauses in _LINES:
        line = [word for clause in clauses for word in clause]
        if _shared(line, said) >= len(line) - 1:
            found += clauses
    return found


def _shared(line: list[str], said: list[str]) -> int:
    """How many words of a line stand at their places in the best stretch of `said`."""
    padded = ["", *said, ""]
    stretches = (padded[at:] for at in range(len(padded)))
    return max(sum(a == b for a, b in zip(line, each, strict=False)) for each in stretches)


def _stretches(said: list[str], count: int) -> Iterator[list[str]]:
    """Every run of about `count` words: a recogniser parts and joins them."""
    for size in range(max(1, count - _PARTED), count + _PARTED + 1):
        for at in range(max(1, len(said) - size + 1)):
            yield said[at : at + size]


def _unlike(first: list[str], second: list[str]) -> float:
    """The share of the sounds of `first` that are not those of `second`."""
    one, other = coarse_sounds.of_roman("".join(first)), coarse_sounds.of_roman("".join(second))
    return coarse_sounds.distance(one, other) / max(1.0, coarse_sounds.distance(one, ""))
