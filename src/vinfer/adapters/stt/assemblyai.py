"""AssemblyAI's asynchronous API: upload, submit, ask until it is done, and have it erased.

Shape: assemblyai.com/docs, "Upload a media file" (`POST /v2/upload`, the bytes as body, answer
`upload_url`), "Transcribe audio" (`POST /v2/transcript` of `audio_url`, `language_code`,
`speech_models` in order of preference), "Get transcript" (`status` queued, processing, completed or
error; `text`, `confidence`, `words` of `text`, `start` and `end` in milliseconds, `confidence`;
`speech_model_used`), "Delete transcript". The key stands alone in `Authorization`.
"""

import asyncio
import re
from dataclasses import replace
from typing import Final

import msgspec
import structlog

from vinfer.adapters.http_out.again import Sleep
from vinfer.adapters.http_out.vendor import Vendor
from vinfer.adapters.stt import remote
from vinfer.adapters.stt.languages import SUPPORTED, code_of
from vinfer.ports.audio import EngineUnavailable
from vinfer.ports.engines import EngineBaffled, EngineBusy
from vinfer.ports.stt import HeardSegment, SttCapabilities, Word

URL: Final = "https://api.assemblyai.com"
MODEL: Final = "universal-2"  # 99 languages, Indian ones among them; others have fewer
_CODES: Final = {"en-US": "en_us", "en-GB": "en_uk"}
_POLL_S: Final = 1.0
_TROUBLES: Final = 3
_ERASE_S: Final = 3.0
_log = structlog.get_logger()
_ID: Final = re.compile(r"[A-Za-z0-9-]{8,64}")
_NAME: Final = re.compile(r"[a-z0-9.-]{2,40}")


def languages(_url: str, _model: str) -> frozenset[str]:
    """The languages that a model takes, or the one that stands in for it."""
    return SUPPORTED


def headers(key: str) -> dict[str, str]:
    """What says who asks."""
    return {"Authorization": key}


class AssemblyAiTranscriber:
    """A Universal model. `patience_s` is how long one window may take there."""

    def __init__(
        self,
        vendor: Vendor,
        *,
        model: str = MODEL,
        patience_s: float = 120.0,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.capabilities = SttCapabilities(f"assemblyai/{model}", SUPPORTED, words=True)
        self._vendor = vendor
        self._model = model
        self._polls = max(1, int(patience_s / _POLL_S))
        self._sleep = sleep

    async def hear(self, pcm: bytes, *, language: str) -> tuple[HeardSegment, ...]:
        """See the port."""
        remote.require(language, self.capabilities)
        audio = remote.cut(pcm)
        if remote.silent(audio):
            return ()
        found = await self._transcript(await self._submitted(audio, language))
        speech_s = remote.seconds(audio)
        segment = replace(_segment(found, language, speech_s), engine=self._other(found))
        return (segment,) if remote.plausible(segment, speech_s=speech_s) else ()

    def _other(self, found: "_Transcript") -> str | None:
        """The model that heard it, where that is another one than was asked."""
        used = found.speech_model_used
        known = used is not None and used != self._model and _NAME.fullmatch(used)
        return f"assemblyai/{used}" if known else None

    async def _submitted(self, audio: bytes, language: str) -> str:
        """The id of a new transcript."""
        sent = await self._vendor.send(
            "/v2/upload", remote.wav(audio), kind="application/octet-stream"
        )
        upload = remote.read(sent, _Upload, engine=self._vendor.name)
        request = {
            "audio_url": upload.upload_url,
            "language_code": _CODES.get(language, code_of(language)),
            "speech_models": list(dict.fromkeys((self._model, MODEL))),
        }
        made = await self._vendor.post("/v2/transcript", request)
        id = remote.read(made, _Transcript, engine=self._vendor.name).id
        if not _ID.fullmatch(id):  # it becomes part of a path
            raise EngineBusy(f"{self._vendor.name} answered with an id of another form")
        return id

    async def _transcript(self, id: str) -> "_Transcript":
        try:
            return await self._waited_for(id)
        finally:  # also of one that failed, or that nobody waits for any more
            await self._erase(id)

    async def _waited_for(self, id: str) -> "_Transcript":
        troubles = 0
        for _ in range(self._polls):
            try:
                got = await self._vendor.get(f"/v2/transcript/{id}")
            except EngineBusy as error:  # the transcript is not lost with one look at it
                troubles += 1
                if error.status is None or troubles > _TROUBLES:
                    raise
                await self._sleep(_POLL_S)
                continue
            found = remote.read(got, _Transcript, engine=self._vendor.name)
            if found.status == "completed":
                return found
            if found.status == "error":
                raise EngineBaffled(f"{self._vendor.name} could not transcribe this audio")
            await self._sleep(_POLL_S)
        raise EngineBusy(f"{self._vendor.name} did not finish in time")

    async def _erase(self, id: str) -> None:
        try:
            async with asyncio.timeout(_ERASE_S):
                await self._vendor.delete(f"/v2/transcript/{id}")
        except (EngineUnavailable, TimeoutError) as error:  # the words are here all the same
            _log.warning("transcript_left_at_vendor", transcript=id, error=repr(error))


class _Upload(msgspec.Struct):
    upload_url: str


class _Word(msgspec.Struct):
    text: str
    start: float
    end: float
    confidence: float | None = None


class _Transcript(msgspec.Struct):
    id: str
    status: str
    text: str | None = None
    confidence: float | None = None
    words: list[_Word] | None = None
    speech_model_used: str | None = None


def _segment(found: _Transcript, language: str, speech_s: float) -> HeardSegment:
    words = [
        Word(each.text, each.start / 1000, each.end / 1000, remote.share(each.confidence))
        for each in found.words or ()
    ]
    return HeardSegment(
        text=(found.text or "").strip(),
        language=language,
        confidence=remote.share(found.confidence),
        words=remote.ordered(words, within_s=speech_s),
    )
