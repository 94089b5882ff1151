"""Sarvam's synchronous endpoint, `POST /speech-to-text`: at most 30 s, as our windows are.

Shape: docs.sarvam.ai, API reference "Speech to Text" (multipart form of `file`, `model`, `mode`,
`language_code`, `with_timestamps`; header `api-subscription-key`; answer of `request_id`,
`transcript`, `language_code`, `timestamps`). Its `timestamps.words` are phrases, and nothing says
how sure it is: segments come with their times, without words, and without confidence.
"""

from typing import Final

import msgspec

from vinfer.adapters.http_out.vendor import Form, Vendor
from vinfer.adapters.stt import remote
from vinfer.adapters.stt.languages import INDIAN, tags
from vinfer.ports.stt import HeardSegment, SttCapabilities

URL: Final = "https://api.sarvam.ai"
MODEL: Final = "saaras:v3"
LANGUAGES: Final = tags(*INDIAN) | {"en-IN"}
_MODES: Final = "saaras:v3", "saaras:v4"  # older models have none


def languages(_url: str, _model: str) -> frozenset[str]:
    """The languages that a model takes."""
    return LANGUAGES


def headers(key: str) -> dict[str, str]:
    """What says who asks."""
    return {"api-subscription-key": key}


class SarvamTranscriber:
    """A Saaras model, which writes each language in its own script."""

    def __init__(self, vendor: Vendor, *, model: str = MODEL) -> None:
        self.capabilities = SttCapabilities(
            f"sarvam/{model}", LANGUAGES, words=False, confidence=False
        )
        self._vendor = vendor
        self._model = model

    async def hear(self, pcm: bytes, *, language: str) -> tuple[HeardSegment, ...]:
        """See the port."""
        remote.require(language, self.capabilities)
        audio = remote.cut(pcm)
        if remote.silent(audio):
            return ()
        form = Form(tuple(self._fields(language).items()), remote.wav(audio))
        answer = await self._vendor.send_form("/speech-to-text", form)
        found = remote.read(answer, _Answer, engine=self._vendor.name)
        speech_s = remote.seconds(audio)
        segments = _segments(found, asked=language, within_s=speech_s)
        whole = HeardSegment(found.transcript, language, None, ())
        return segments if remote.plausible(whole, speech_s=speech_s) else ()

    def _fields(self, language: str) -> dict[str, str]:
        fields = {"model": self._model, "language_code": language, "with_timestamps": "true"}
        return fields | ({"mode": "transcribe"} if self._model in _MODES else {})


class _Times(msgspec.Struct):
    words: list[str] = []
    start_time_seconds: list[float] = []
    end_time_seconds: list[float] = []


class _Answer(msgspec.Struct):
    transcript: str
    language_code: str | None = None
    timestamps: _Times | None = None


def _segments(found: _Answer, *, asked: str, within_s: float) -> tuple[HeardSegment, ...]:
    """A segment for each phrase with times; one for the whole where they do not tell its text."""
    language = found.language_code if found.language_code in LANGUAGES else asked
    times = found.timestamps or _Times()
    starts, ends = times.start_time_seconds, times.end_time_seconds
    if not len(times.words) == len(starts) == len(ends):
        times, starts, ends = _Times(), [], []
    if " ".join(times.words).split() != found.transcript.split():
        return (HeardSegment(found.transcript.strip(), language, None, ()),)
    return tuple(
        HeardSegment(
            text.strip(), language, None, (), span=remote.span(start_s, end_s, within_s=within_s)
        )
        for text, start_s, end_s in zip(times.words, starts, ends, strict=True)
        if text.strip()
    )
