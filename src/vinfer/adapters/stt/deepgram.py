"""Deepgram's prerecorded endpoint, `POST /v1/listen`.

Shape: developers.deepgram.com, "Getting Started" (Authorization: Token, audio as the body, options
in the query) and "Utterances", "Multilingual Codeswitching" (`results.channels[].alternatives[]`
with `transcript`, `confidence`, `languages` and `words` of `word`, `start`, `end`, `confidence`,
`punctuated_word` and, for `language=multi`, `language`); "Models and Language Overview" and the
changelog up to August 2026 for what nova-3 hears. No model of theirs but whisper hears Malayalam.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec

from vinfer.adapters.http_out.vendor import Vendor
from vinfer.adapters.stt import remote
from vinfer.adapters.stt.languages import INDIAN, code_of, tag_for, tags
from vinfer.ports.stt import HeardSegment, SttCapabilities, Word

URL: Final = "https://api.deepgram.com"
MODEL: Final = "nova-3"
_GENERAL: Final = frozenset({"nova-3", "nova-3-general"})
_OLDER: Final = tags("en", "hi")
_ENGLISH: Final = tags("en")
LANGUAGES: Final = tags("en", *(INDIAN - {"ml"}))
_MIXED: Final = "multi"  # nova-3: English and Hindi in one sentence, among eight more languages
_MIXING: Final = frozenset({"en-IN", "hi-IN"})
_MIXING_CODES: Final = ("en", "hi")


def languages(_url: str, model: str) -> frozenset[str]:
    """The languages that a model takes."""
    if model in _GENERAL:
        return LANGUAGES
    return _ENGLISH if model.endswith("-medical") else _OLDER


def headers(key: str) -> dict[str, str]:
    """What says who asks."""
    return {"Authorization": f"Token {key}"}


class DeepgramTranscriber:
    """A nova model. Callers of India may mix English and Hindi where the model is nova-3."""

    def __init__(self, vendor: Vendor, *, model: str = MODEL) -> None:
        self.capabilities = SttCapabilities(
            f"deepgram/{model}", languages(vendor.url, model), words=True
        )
        self._vendor = vendor
        self._model = model

    async def hear(self, pcm: bytes, *, language: str) -> tuple[HeardSegment, ...]:
        """See the port."""
        remote.require(language, self.capabilities)
        audio = remote.cut(pcm)
        if remote.silent(audio):
            return ()
        answer = await self._vendor.send(
            "/v1/listen",
            remote.wav(audio),
            kind="application/octet-stream",
            query=self._query(language),
        )
        found = remote.read(answer, _Answer, engine=self._vendor.name)
        heard = (_segment(channel, language, audio) for channel in found.results.channels)
        return tuple(each for each in heard if each is not None)

    def _query(self, language: str) -> dict[str, str | Sequence[str]]:
        mixed = self._model in _GENERAL and language in _MIXING
        code = language if language.startswith("en") else code_of(language)
        hints = {"language_hint": _MIXING_CODES} if mixed else {}
        return {
            "model": self._model,
            "language": _MIXED if mixed else code,
            **hints,
            "punctuate": "true",
            "mip_opt_out": "true",  # their customers' voices train nothing
        }


class _Word(msgspec.Struct):
    word: str
    start: float
    end: float
    confidence: float | None = None
    punctuated_word: str | None = None
    language: str | None = None


class _Alternative(msgspec.Struct):
    transcript: str | None = None
    confidence: float | None = None
    words: list[_Word] | None = None


class _Channel(msgspec.Struct):
    alternatives: list[_Alternative] | None = None


class _Results(msgspec.Struct):
    channels: list[_Channel]


class _Answer(msgspec.Struct):
    results: _Results


def _segment(channel: _Channel, language: str, audio: bytes) -> HeardSegment | None:
    best = next(iter(channel.alternatives or ()), _Alternative())
    text = (best.transcript or "").strip()
    if not text:
        return None
    speech_s = remote.seconds(audio)
    words = [_word(each) for each in best.words or ()]
    segment = HeardSegment(
        text=text,
        language=_language(best, language),
        confidence=remote.share(best.confidence),
        words=remote.ordered(words, within_s=speech_s),
    )
    return segment if remote.plausible(segment, speech_s=speech_s) else None


def _word(word: _Word) -> Word:
    text = word.punctuated_word or word.word
    return Word(text, word.start, word.end, remote.share(word.confidence))


def _language(best: _Alternative, asked: str) -> str:
    """The language most of the words are in, where the model tells them apart."""
    told = Counter(code_of(word.language) for word in best.words or () if word.language)
    return tag_for(told.most_common(1)[0][0], asked=asked) if told else asked
