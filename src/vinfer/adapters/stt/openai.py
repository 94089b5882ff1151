"""OpenAI's `POST /audio/transcriptions`, as OpenAI, Groq, speaches, vLLM and others answer it.

Shape: OpenAI's API reference, "Create transcription" and "The transcription object (verbose JSON)":
a form of `file`, `model`, `response_format=verbose_json`, `timestamp_granularities[]`, `language`;
answer of `text`, `language` (a name, or a code), `segments` of `avg_logprob`, `no_speech_prob`,
`text`, `start`, `end`, and `words` of `word`, `start`, `end`. speaches (which grew out of
faster-whisper-server) puts `words` with their `probability` into segments too; open-asr-server
fills figures it does not have with 0, faster-whisper-server has no words.

Models named `gpt-` write text alone (`response_format=json`); `gpt-transcribe` is told and tells
`languages`. Which languages OpenAI's own servers take was seen by others on 30 August 2026: they
answer 400 `unsupported_language` to the rest. whisper-1 ends there on 26 February 2027.
"""

from collections.abc import Sequence
from math import exp
from typing import Final
from urllib.parse import urlsplit

import msgspec

from vinfer.adapters.http_out.vendor import Form, Vendor
from vinfer.adapters.stt import remote
from vinfer.adapters.stt.languages import SUPPORTED, answers_in, code_of, tag_for, tags
from vinfer.ports.stt import HeardSegment, SttCapabilities, Word

URL: Final = "https://api.openai.com/v1"
MODEL: Final = "whisper-1"
_SLACK_S: Final = 0.05  # between the times of a word and of its segment
_TEXT_ALONE: Final = "gpt-"
_TOLD_LANGUAGES: Final = "gpt-transcribe"
_OWN_WHISPER: Final = tags("en", "hi", "kn", "mr", "ta")
_OWN_OTHERS: Final = _OWN_WHISPER | tags("bn", "gu", "ml", "te")
_NAMES: Final = {
    "english": "en",
    "hindi": "hi",
    "urdu": "hi",  # one spoken language, two scripts
    "ur": "hi",
    "marathi": "mr",
    "tamil": "ta",
    "telugu": "te",
    "kannada": "kn",
    "bengali": "bn",
    "gujarati": "gu",
    "malayalam": "ml",
    "punjabi": "pa",
}


def headers(key: str | None) -> dict[str, str]:
    """What says who asks; a server of one's own may ask for no key."""
    return {"Authorization": f"Bearer {key}"} if key else {}


def languages(url: str, model: str) -> frozenset[str]:
    """The languages that a model takes there."""
    if not f".{urlsplit(url).hostname or ''}".endswith(".openai.com"):
        return SUPPORTED
    return _OWN_OTHERS if model.startswith(_TEXT_ALONE) else _OWN_WHISPER


class OpenAiTranscriber:
    """A model behind the endpoint that nearly all servers of such models have.

    Who answers in English may mix in Hindi, so of these two the model decides; told to hear English
    it would translate.
    """

    def __init__(self, vendor: Vendor, *, model: str = MODEL) -> None:
        self._timed = not model.startswith(_TEXT_ALONE)
        self.capabilities = SttCapabilities(
            f"openai/{model}",
            languages(vendor.url, model),
            words=self._timed,
            confidence=self._timed,
        )
        self._vendor = vendor
        self._model = model

    async def hear(self, pcm: bytes, *, language: str) -> tuple[HeardSegment, ...]:
        """See the port."""
        remote.require(language, self.capabilities)
        audio = remote.cut(pcm)
        if remote.silent(audio):
            return ()
        choices = answers_in(language)
        found = await self._asked(audio, choices)
        if len(choices) > 1 and _code(found, language) not in choices:
            found = await self._asked(audio, (code_of(language),))
        tag = tag_for(_code(found, language), asked=language)
        speech_s = remote.seconds(audio)
        segments = _segments(found, tag, speech_s)
        return tuple(each for each in segments if remote.plausible(each, speech_s=speech_s))

    async def _asked(self, audio: bytes, codes: Sequence[str]) -> "_Answer":
        fields = [("model", self._model), *self._form()]
        if self._model.startswith(_TOLD_LANGUAGES):
            fields += [("languages[]", code) for code in codes]
        elif len(codes) == 1:
            fields += [("language", code) for code in codes]
        form = Form(tuple(fields), remote.wav(audio))
        answer = await self._vendor.send_form("/audio/transcriptions", form)
        return remote.read(answer, _Answer, engine=self._vendor.name)

    def _form(self) -> list[tuple[str, str]]:
        if not self._timed:
            return [("response_format", "json")]
        return [
            ("response_format", "verbose_json"),
            ("temperature", "0"),
            ("timestamp_granularities[]", "word"),
            ("timestamp_granularities[]", "segment"),
        ]


class _Word(msgspec.Struct):
    word: str
    start: float
    end: float
    probability: float | None = None


class _Segment(msgspec.Struct):
    start: float
    end: float
    text: str
    avg_logprob: float | None = None
    no_speech_prob: float | None = None
    words: list[_Word] | None = None


class _Language(msgspec.Struct):
    code: str


class _Answer(msgspec.Struct):
    text: str
    language: str | None = None
    languages: list[_Language] | None = None
    segments: list[_Segment] | None = None
    words: list[_Word] | None = None


def _code(found: _Answer, asked: str) -> str:
    first = next((each.code for each in found.languages or ()), None)
    told = (found.language or first or code_of(asked)).lower()
    return _NAMES.get(told, code_of(told))


def _segments(found: _Answer, language: str, speech_s: float) -> list[HeardSegment]:
    if not found.segments:
        words = remote.ordered([_word(each) for each in found.words or ()], within_s=speech_s)
        text = found.text.strip()
        return [HeardSegment(text, language, None, remote.spelled(text, words))]
    left = list(found.words or ())
    heard: list[HeardSegment] = []
    for number, segment in enumerate(found.segments):
        last = number == len(found.segments) - 1
        own = segment.words or _taken(left, len(left) if last else None, segment.end)
        heard.append(_segment(segment, own, language, speech_s))
    return heard


def _taken(left: list[_Word], count: int | None, end_s: float) -> list[_Word]:
    """The next words, up to those that begin after the segment."""
    if count is None:
        count = next(
            (at for at, word in enumerate(left) if word.start >= end_s - _SLACK_S), len(left)
        )
    own = left[:count]
    del left[:count]
    return own


def _segment(segment: _Segment, own: list[_Word], language: str, speech_s: float) -> HeardSegment:
    text = segment.text.strip()
    words = remote.ordered([_word(each) for each in own], within_s=speech_s)
    logprob = segment.avg_logprob or None  # nothing is as sure as 0: who has no figure writes it
    return HeardSegment(
        text=text,
        language=language,
        confidence=None if logprob is None else exp(min(0.0, logprob)),
        words=remote.spelled(text, words),
        no_speech=segment.no_speech_prob or 0.0,
        mean_logprob=logprob or 0.0,
        span=None if words else remote.span(segment.start, segment.end, within_s=speech_s),
    )


def _word(word: _Word) -> Word:
    return Word(word.word.strip(), word.start, word.end, remote.share(word.probability))
