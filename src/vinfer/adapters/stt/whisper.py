"""The recogniser port on whisper-base."""

from dataclasses import dataclass
from math import ceil, exp
from typing import Any, Final

import numpy as np

from vinfer.adapters.dsp import Samples, from_pcm, resample
from vinfer.adapters.inference import InferencePool, Lane
from vinfer.adapters.models import ModelStore
from vinfer.adapters.models.catalog import WHISPER_BASE
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
from vinfer.adapters.stt.whisper_model import LONGEST_S, RATE_HZ, Decoded, WhisperModel
from vinfer.adapters.vad.silero import SileroNetwork
from vinfer.lens.windows import speech_windows
from vinfer.ports.audio import LINE_RATE_HZ, EngineUnavailable
from vinfer.ports.stt import SttCapabilities, Transcript, Word

CAPABILITIES: Final = SttCapabilities(id="whisper-base", languages=SUPPORTED, words=True)
_SILENCE_PEAK: Final = 0.003
_FEWEST_TOKENS: Final = 16
_TOKENS_PER_S: Final = 14  # nobody speaks faster, not even Roman Hindi at 4 tokens a word


@dataclass(frozen=True, slots=True)
class _Heard:
    text: str
    code: str
    confidence: float
    words: tuple[Word, ...] = ()


class WhisperRecognizer:
    """whisper-base, int8, one thread. Indian languages are written in Roman letters."""

    capabilities = CAPABILITIES

    def __init__(self, store: ModelStore, pool: InferencePool, *, vad: SileroNetwork) -> None:
        self._model = WhisperModel(store.ensure(WHISPER_BASE))
        self._pool = pool
        self._vad = vad

    async def transcribe(
        self, pcm: bytes, *, rate_hz: int, language: str, words: bool = False, live: bool = False
    ) -> Transcript:
        """Transcribe s16le mono. `live` trusts that the audio is one turn and uses a short context.

        Raises `EngineUnavailable` for a language whisper-base was not set up for.
        """
        if code_of(language) not in {code_of(each) for each in SUPPORTED}:
            raise EngineUnavailable(f"whisper-base does not recognise {language}")
        samples = from_pcm(pcm)
        if live and samples.size <= LONGEST_S * rate_hz:
            windows = [(0.0, samples.size / rate_hz)]
        else:
            windows = await self._windows(samples, rate_hz=rate_hz)
        heard: list[_Heard] = []
        for start_s, end_s in windows:
            part = samples[int(start_s * rate_hz) : int(end_s * rate_hz)]
            task = _Task(part, rate_hz, language, words, live, start_s)
            lane = Lane.TURN if live else Lane.BATCH
            heard.append(await self._pool.submit(lane, lambda task=task: self._hear(task)))
        return _joined([each for each in heard if each.text], language)

    async def warm_up(self) -> None:
        """Touch every page of the weights, so that the first call is as fast as the second."""
        noise = np.random.default_rng(1).normal(0.0, 0.01, RATE_HZ).astype(np.float32)
        task = _Task(noise, RATE_HZ, "en-IN", words=False, live=True, offset_s=0.0)
        await self._pool.submit(Lane.TURN, lambda: self._hear(task))

    async def _windows(self, samples: Samples, *, rate_hz: int) -> list[tuple[float, float]]:
        line = resample(samples, from_hz=rate_hz, to_hz=LINE_RATE_HZ)
        scores = await self._pool.submit(Lane.BATCH, lambda: self._vad.probabilities(line))
        return speech_windows(scores, duration_s=samples.size / rate_hz)

    def _hear(self, task: "_Task") -> _Heard:
        nothing = _Heard("", code_of(task.language), 0.0)
        if task.samples.size < task.rate_hz // 10 or abs(task.samples).max() < _SILENCE_PEAK:
            return nothing
        audio = resample(task.samples, from_hz=task.rate_hz, to_hz=RATE_HZ)
        speech_s = audio.size / RATE_HZ
        short_s = _context_s(speech_s, "en") if task.live else LONGEST_S
        encoded = self._model.encode(audio, context_s=short_s)
        code = self._language(encoded, task.language)
        most_tokens = _FEWEST_TOKENS + int(_TOKENS_PER_S * speech_s)
        for context_s in _contexts(speech_s, code, live=task.live):
            if context_s != short_s:
                encoded = self._model.encode(audio, context_s=context_s)
                short_s = context_s
            decoded = self._model.decode(
                encoded,
                language=code,
                roman_prompt=code in INDIAN,
                most_tokens=most_tokens,
            )
            if believable(decoded, speech_s=speech_s):
                stands = confirmed(
                    self._model,
                    encoded,
                    decoded,
                    language=code,
                    speech_s=speech_s,
                    most_tokens=most_tokens,
                )
                return nothing if stands is None else self._heard(encoded, stands, code, task)
            if not repeats(decoded):
                break
        return nothing

    def _heard(self, encoded: Any, decoded: Decoded, code: str, task: "_Task") -> _Heard:
        words: tuple[Word, ...] = ()
        if task.words:
            frames = int(task.samples.size / task.rate_hz * 100)
            words = self._model.words(encoded, decoded, language=code, frames=frames)
            words = tuple(
                Word(w.text, w.start_s + task.offset_s, w.end_s + task.offset_s, w.confidence)
                for w in words
            )
        return _Heard(decoded.text, code, exp(min(0.0, decoded.mean_logprob)), words)

    def _language(self, encoded: Any, asked: str) -> str:
        choices = answers_in(asked)
        if len(choices) == 1:
            return choices[0]
        return likeliest(self._model.language_scores(encoded), asked=asked)


@dataclass(frozen=True, slots=True)
class _Task:
    samples: Samples
    rate_hz: int
    language: str
    words: bool
    live: bool
    offset_s: float


def _context_s(speech_s: float, code: str) -> int:
    """Encoder context that still decodes well; shorter ones make whisper-base loop (measured)."""
    if code in INDIAN:
        return min(LONGEST_S, max(20, ceil(speech_s + 12)))
    return min(LONGEST_S, max(10, ceil(speech_s + 5)))


def _contexts(speech_s: float, code: str, *, live: bool) -> list[int]:
    """Contexts to try: the short one, then the full one when the decoding is not believable."""
    first = _context_s(speech_s, code) if live else LONGEST_S
    return sorted({first, LONGEST_S})


def _joined(heard: list[_Heard], language: str) -> Transcript:
    if not heard:
        return Transcript("", language, 0.0)
    weight = {"en": 0, "hi": 0}
    for each in heard:
        weight[each.code] = weight.get(each.code, 0) + len(each.text)
    code = max(weight, key=lambda key: weight[key])
    total = sum(len(each.text) for each in heard)
    return Transcript(
        text=" ".join(each.text for each in heard),
        language=tag_for(code, asked=language),
        confidence=sum(each.confidence * len(each.text) for each in heard) / total,
        words=tuple(word for each in heard for word in each.words),
    )
