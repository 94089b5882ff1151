"""The transcriber port on whisper-base: finished recordings, window by window.

It never prefers speed to words: a decoding that cannot be believed is tried again in the full
context, then in halves, and only then dropped.
"""

import asyncio
from concurrent.futures import Executor
from dataclasses import replace
from math import ceil, exp
from typing import Any, Final

import numpy as np

from vinfer.adapters.dsp import Samples, from_pcm
from vinfer.adapters.stt.guards import believable, repeats
from vinfer.adapters.stt.languages import (
    INDIAN,
    SUPPORTED,
    answers_in,
    code_of,
    likeliest,
    tag_for,
)
from vinfer.adapters.stt.recital import confirmed
from vinfer.adapters.stt.whisper_model import (
    LONGEST_S,
    LONGEST_TOKENS,
    RATE_HZ,
    Decoded,
    WhisperModel,
)
from vinfer.ports.audio import EngineUnavailable
from vinfer.ports.stt import HeardSegment, SttCapabilities, Word

CAPABILITIES: Final = SttCapabilities(id="whisper-base", languages=SUPPORTED, words=True)
_SILENCE_PEAK: Final = 0.002
_SHORTEST_S: Final = 0.1
_FEWEST_TOKENS: Final = 16
_TOKENS_PER_S: Final = 14
_SPLIT_FROM_S: Final = 4.0
_SHORTEST_CONTEXT_S: Final = 20
_ROOM_S: Final = 12
_FRAME: Final = RATE_HZ // 50


class WhisperTranscriber:
    """whisper-base, int8, on `executor`. Indian languages are written in Roman letters."""

    capabilities = CAPABILITIES

    def __init__(self, model: WhisperModel, executor: Executor) -> None:
        self._model = model
        self._executor = executor

    async def hear(self, pcm: bytes, *, language: str) -> tuple[HeardSegment, ...]:
        """Transcribe up to 30 s. Raises `EngineUnavailable` for a language it does not know."""
        if code_of(language) not in {code_of(each) for each in SUPPORTED}:
            raise EngineUnavailable(f"whisper-base does not recognise {language}")
        loop = asyncio.get_running_loop()
        samples = from_pcm(pcm)[: LONGEST_S * RATE_HZ]
        return await loop.run_in_executor(self._executor, self._hear, samples, language)

    def _hear(self, samples: Samples, language: str) -> tuple[HeardSegment, ...]:
        if samples.size < _SHORTEST_S * RATE_HZ or np.abs(samples).max() < _SILENCE_PEAK:
            return ()
        found = self._attempts(samples, language)
        if found is not None:
            return (found,)
        if samples.size < _SPLIT_FROM_S * RATE_HZ:
            return ()
        cut = _quietest(samples)
        first = self._hear(samples[:cut], language)
        second = self._hear(samples[cut:], language)
        return (*first, *(_later(each, cut / RATE_HZ) for each in second))

    def _attempts(self, samples: Samples, language: str) -> HeardSegment | None:
        """The first believable decoding of the short context, then of the full one."""
        speech_s = samples.size / RATE_HZ
        code = ""
        most_tokens = _FEWEST_TOKENS + int(_TOKENS_PER_S * speech_s)
        for context_s in _contexts(speech_s):
            encoded = self._model.encode(samples, context_s=context_s)
            code = code or self._language(encoded, language)
            decoded = self._model.decode(
                encoded,
                language=code,
                roman_prompt=code in INDIAN,
                most_tokens=most_tokens,
            )
            if len(decoded.tokens) >= LONGEST_TOKENS - 1:  # there was more: halves hold it all
                return None
            if believable(decoded, speech_s=speech_s):
                stands = confirmed(
                    self._model,
                    encoded,
                    decoded,
                    language=code,
                    speech_s=speech_s,
                    most_tokens=most_tokens,
                )
                if stands is None:
                    return None
                return self._segment(encoded, stands, tag_for(code, asked=language), samples)
            if not repeats(decoded):
                return None
        return None

    def _segment(
        self, encoded: Any, decoded: Decoded, language: str, samples: Samples
    ) -> HeardSegment:
        words = self._model.words(
            encoded, decoded, language=code_of(language), frames=samples.size // (RATE_HZ // 100)
        )
        return HeardSegment(
            text=decoded.text,
            language=language,
            confidence=exp(min(0.0, decoded.mean_logprob)),
            words=words,
            no_speech=decoded.no_speech,
            mean_logprob=decoded.mean_logprob,
        )

    def _language(self, encoded: Any, asked: str) -> str:
        choices = answers_in(asked)
        if len(choices) == 1:
            return choices[0]
        return likeliest(self._model.language_scores(encoded), asked=asked)


def _contexts(speech_s: float) -> list[int]:
    """Encoder contexts to try: what the speech needs with room to spare, then all of it.

    With less room whisper-base ends a sentence early, or writes other words of like sound.
    """
    first = max(_SHORTEST_CONTEXT_S, ceil(speech_s + _ROOM_S))
    return sorted({min(LONGEST_S, first), LONGEST_S})


def _quietest(samples: Samples) -> int:
    """Where the middle third is quietest, in samples."""
    count = samples.size // _FRAME
    energy = np.square(samples[: count * _FRAME]).reshape(count, _FRAME).sum(axis=1)
    smooth = np.convolve(energy, np.ones(5), mode="same")
    third = count // 3
    return (third + int(smooth[third : 2 * third].argmin())) * _FRAME


def _later(segment: HeardSegment, by_s: float) -> HeardSegment:
    words = tuple(
        Word(word.text, word.start_s + by_s, word.end_s + by_s, word.confidence)
        for word in segment.words
    )
    return replace(segment, words=words)
