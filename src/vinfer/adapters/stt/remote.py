"""What engines behind HTTP have in common: audio as a WAV file, words with their punctuation."""

import io
import re
import wave
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

import msgspec
import numpy as np

from vinfer.adapters.dsp import from_pcm
from vinfer.ports.audio import EngineUnavailable
from vinfer.ports.decoding import DECODED_RATE_HZ, DECODED_SAMPLE_BYTES
from vinfer.ports.engines import EngineBusy
from vinfer.ports.stt import HeardSegment, SttCapabilities, Word

T = TypeVar("T")

LONGEST_S: Final = 30.0
_SHORTEST_S: Final = 0.1
_LEAST_SENT_S: Final = 0.5  # AssemblyAI refuses less than 0.16 s
_SILENCE_PEAK: Final = 0.002
_FASTEST_CHARACTERS_PER_S: Final = 32.0
_LOOP_COMPRESSION: Final = 2.4
_NO_SPEECH: Final = 0.6
_NO_SPEECH_LOGPROB: Final = -0.6
_MARKS: Final = re.compile(r"[\W_]+")  # all but letters and digits


def cut(pcm: bytes) -> bytes:
    """The first 30 s: no engine is given more."""
    return pcm[: int(LONGEST_S * DECODED_RATE_HZ) * DECODED_SAMPLE_BYTES]


def seconds(pcm: bytes) -> float:
    """How long audio lasts."""
    return len(pcm) / (DECODED_RATE_HZ * DECODED_SAMPLE_BYTES)


def silent(pcm: bytes) -> bool:
    """Whether nobody can have spoken here, so that no engine need be asked."""
    if seconds(pcm) < _SHORTEST_S:
        return True
    return bool(np.max(np.abs(from_pcm(pcm)), initial=0.0) < _SILENCE_PEAK)


def wav(pcm: bytes) -> bytes:
    """16 kHz s16le mono as a WAV file; what is very short is followed by silence."""
    least = int(_LEAST_SENT_S * DECODED_RATE_HZ) * DECODED_SAMPLE_BYTES
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(DECODED_SAMPLE_BYTES)
        file.setframerate(DECODED_RATE_HZ)
        file.writeframes(pcm.ljust(least, b"\0"))
    return out.getvalue()


def spelled(text: str, words: Sequence[Word]) -> tuple[Word, ...]:
    """The words as `text` writes them, with its marks and capitals.

    What servers give in pieces ("cold", "-hearted") is one word where the text writes one. Words
    that are not those of the text stay as they are.
    """
    left = list(words)
    joined: list[Word] = []
    for token in text.split():
        own = _pieces(token, left)
        if own is None:
            return tuple(words)
        if own:
            joined.append(_joined(token, own))
    return tuple(words) if left else tuple(joined)


def _pieces(token: str, left: list[Word]) -> list[Word] | None:
    """Take the next words that `token` writes, none where it is a mark alone; None: others come."""
    wanted, found = _bare(token), ""
    own: list[Word] = []
    while left and (found != wanted or (not _bare(left[0].text) and left[0].text in token)):
        own.append(left.pop(0))
        found += _bare(own[-1].text)
        if not wanted.startswith(found):
            return None
    return own if found == wanted else None


def _joined(token: str, own: Sequence[Word]) -> Word:
    sure = [each.confidence for each in own if each.confidence is not None]
    confidence = min(sure) if len(sure) == len(own) else None
    return Word(token, own[0].start_s, own[-1].end_s, confidence)


def ordered(words: Sequence[Word], *, within_s: float) -> tuple[Word, ...]:
    """Words inside the audio, none before its predecessor: what is cut off was said by nobody."""
    placed: list[Word] = []
    at_s = 0.0
    for word in sorted(words, key=lambda each: each.start_s):
        start_s = max(at_s, word.start_s)
        if not word.text or start_s >= within_s:
            continue
        at_s = min(max(start_s, word.end_s), within_s)
        placed.append(replace(word, start_s=start_s, end_s=at_s))
    return tuple(placed)


def span(start_s: float, end_s: float, *, within_s: float) -> tuple[float, float]:
    """When a segment is said, inside the audio, whatever its engine tells."""
    start_s = min(max(0.0, start_s), within_s)
    return start_s, min(max(start_s, end_s), within_s)


def plausible(segment: HeardSegment, *, speech_s: float) -> bool:
    """Whether `segment` may stand as the words of `speech_s` seconds, in any script.

    Networks that invent words for sounds betray themselves: too many of them, the same again and
    again, or their own doubt that anybody spoke.
    """
    if segment.no_speech > _NO_SPEECH and segment.mean_logprob < _NO_SPEECH_LOGPROB:
        return False
    texts = [segment.text.strip()]
    if segment.words:  # which are what is shown
        texts.append(" ".join(word.text for word in segment.words))
    most = 8 + _FASTEST_CHARACTERS_PER_S * speech_s
    return all(_bare(each) and len(each) <= most and not _loops(each) for each in texts)


def read(answer: Any, kind: type[T], *, engine: str) -> T:
    """An answer as its vendor documents it. Raises `EngineBusy` for any other."""
    try:
        return msgspec.convert(answer, kind)
    except msgspec.ValidationError as error:
        place = str(error).partition(" - at ")[2]  # the rest may repeat what was said
        raise EngineBusy(f"{engine} answered in another form than documented {place}") from None


def share(value: float | None) -> float | None:
    """A confidence between 0 and 1."""
    return None if value is None else min(1.0, max(0.0, value))


def require(language: str, capabilities: SttCapabilities) -> None:
    """Raise `EngineUnavailable` for a language the engine does not know."""
    if language not in capabilities.languages:
        raise EngineUnavailable(f"{capabilities.id} does not recognise {language}")


def _bare(text: str) -> str:
    return _MARKS.sub("", text.casefold())


def _loops(text: str) -> bool:
    """Whether the text is one run of words said again and again."""
    raw = text.encode()
    if len(raw) > 200 and len(raw) / len(zlib.compress(raw)) > _LOOP_COMPRESSION:
        return True
    words = [_bare(word) for word in text.split()]
    for size in range(1, 5):
        for at in range(len(words) - 5 * size + 1):
            if words[at : at + 4 * size] == words[at + size : at + 5 * size]:
                return True
    return False
