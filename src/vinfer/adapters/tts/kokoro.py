"""The voice port on Kokoro."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from vinfer.adapters.dsp import to_pcm
from vinfer.adapters.inference import InferencePool, Lane
from vinfer.adapters.models import ModelStore
from vinfer.adapters.models.catalog import KOKORO
from vinfer.adapters.tts.cache import LineCache, PassingLines
from vinfer.adapters.tts.kokoro_model import VOICES, KokoroModel
from vinfer.adapters.tts.sentences import sentences
from vinfer.ports.audio import EngineUnavailable
from vinfer.ports.tts import Keep, TtsCapabilities

_LANGUAGES: Final = frozenset({"en-IN", "en-US", "en-GB", "hi-IN"})
_NAMED: Final = {"female": "hf_alpha", "male": "hm_omega"}
CAPABILITIES: Final = TtsCapabilities(
    id=KOKORO.id, languages=_LANGUAGES, voices=dict.fromkeys((*_NAMED, *VOICES), _LANGUAGES)
)
_ENGINE: Final = f"{KOKORO.id}-{KOKORO.version}-phonemes-1"  # raise the number when phonemes change
_CHUNK_BYTES: Final = 16_000  # one second: what a dropped line wastes at most
_GAP: Final = bytes(2 * 8 * 180)  # 180 ms between sentences


_Store = LineCache | PassingLines


class KokoroVoice:
    """Speaks English and Hindi. Fixed sentences, once rendered, stay under `cache_dir`."""

    capabilities = CAPABILITIES

    def __init__(self, store: ModelStore, pool: InferencePool, *, cache_dir: Path) -> None:
        self._model = KokoroModel(store)
        self._pool = pool
        self._kept = LineCache(cache_dir, engine=_ENGINE)
        self._passing = PassingLines()

    async def speak(self, text: str, *, language: str, voice: str) -> AsyncIterator[bytes]:
        """Yield s16le 8 kHz mono, sentence by sentence. Raises `EngineUnavailable`."""
        name = _engine_voice(language, voice)
        for at, sentence in enumerate(sentences(text)):
            pcm = await self._line(sentence, language, name, Lane.SPEECH, self._passing)
            spoken = _GAP + pcm if at and pcm else pcm
            for start in range(0, len(spoken), _CHUNK_BYTES):
                yield spoken[start : start + _CHUNK_BYTES]

    async def prepare(
        self, texts: tuple[str, ...], *, language: str, voice: str, keep: Keep
    ) -> None:
        """Render `texts`, so that `speak` has them at once. Raises `EngineUnavailable`."""
        name = _engine_voice(language, voice)
        store = self._kept if keep == "always" else self._passing
        for text in texts:
            for sentence in sentences(text):
                await self._line(sentence, language, name, Lane.PREPARE, store)

    async def warm_up(self) -> None:
        """Touch every page of the weights, so that the first line is as fast as the second."""
        await self._pool.submit(
            Lane.SPEECH,
            lambda: self._model.render("Hello.", language="en-IN", voice=_NAMED["female"]),
        )

    async def _line(
        self, sentence: str, language: str, voice: str, lane: Lane, store: _Store
    ) -> bytes:
        passing = self._passing.get(sentence, voice=voice, language=language)
        if passing is not None and store is self._passing:
            return passing
        kept = await asyncio.to_thread(self._kept.get, sentence, voice=voice, language=language)
        if kept is not None:
            return kept
        return await self._pool.submit(lane, lambda: self._render(sentence, language, voice, store))

    def _render(self, sentence: str, language: str, voice: str, store: _Store) -> bytes:
        pcm = to_pcm(self._model.render(sentence, language=language, voice=voice))
        store.put(sentence, pcm, voice=voice, language=language)
        return pcm


def _engine_voice(language: str, voice: str) -> str:
    if language not in _LANGUAGES:
        raise EngineUnavailable(f"Kokoro does not speak {language}")
    name = _NAMED.get(voice, voice)
    if name not in VOICES:
        raise EngineUnavailable(f"there is no voice called {voice}")
    return name
