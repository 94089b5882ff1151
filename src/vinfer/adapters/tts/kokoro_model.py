"""Kokoro-82M (int8) on onnxruntime: phonemes in, telephone audio out."""

import json
from functools import lru_cache
from typing import Any, Final

import numpy as np

from vinfer.adapters.dsp import Samples, loudness, resample, trim
from vinfer.adapters.models import ModelStore
from vinfer.adapters.models.catalog import KOKORO, MISAKI
from vinfer.adapters.onnx import Array, Network
from vinfer.adapters.tts.phonemes_en import EnglishPhonemes
from vinfer.adapters.tts.phonemes_hi import HindiPhonemes
from vinfer.ports.audio import LINE_RATE_HZ, EngineUnavailable

VOICES: Final = ("hf_alpha", "hm_omega", "af_heart", "am_michael", "bf_emma", "hf_beta", "hm_psi")
_RATE_HZ: Final = 24_000
_LONGEST_TOKENS: Final = 508
_STYLES: Final = 510


class KokoroModel:
    """The network, its voices and the road from text to phonemes. Blocking and thread-safe."""

    def __init__(self, store: ModelStore) -> None:
        self._store = store
        self._network = Network(store.path(KOKORO, "kokoro.onnx"))
        vocabulary: Any = json.loads(store.path(KOKORO, "vocab.json").read_bytes())["vocab"]
        self.vocabulary: dict[str, int] = vocabulary
        english = EnglishPhonemes(
            store.path(MISAKI, "gold.json"), store.path(MISAKI, "silver.json")
        )
        self._english = english
        self._hindi = HindiPhonemes(english)
        self._style = lru_cache(maxsize=len(VOICES))(self._load_style)

    def phonemes(self, text: str, *, language: str) -> str:
        """The phonemes that would be spoken. Devanagari inside English text is read as Hindi."""
        if language.startswith("hi") or any("ऀ" <= letter <= "ॿ" for letter in text):
            return self._hindi.phonemes(text)
        return self._english.phonemes(text)

    def render(self, text: str, *, language: str, voice: str, speed: float = 1.0) -> Samples:
        """Speak one sentence: 8 kHz samples, trimmed and levelled; none for text without sounds."""
        sounds = self.phonemes(text, language=language)
        tokens = [self.vocabulary[sound] for sound in sounds if sound in self.vocabulary]
        pieces = [
            self._speak(tokens[at : at + _LONGEST_TOKENS], voice=voice, speed=speed)
            for at in range(0, len(tokens), _LONGEST_TOKENS)
        ]
        if not any(sound.isalpha() for sound in sounds):
            return np.zeros(0, dtype=np.float32)
        line = resample(np.concatenate(pieces), from_hz=_RATE_HZ, to_hz=LINE_RATE_HZ)
        return loudness(trim(line, rate_hz=LINE_RATE_HZ))

    def _speak(self, tokens: list[int], *, voice: str, speed: float) -> Samples:
        style = self._style(voice)[min(len(tokens), _STYLES) - 1]
        out = self._network.run(
            {
                "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
                "style": style.reshape(1, 256),
                "speed": np.array([speed], dtype=np.float32),
            }
        )
        return out[0].ravel().astype(np.float32)

    def _load_style(self, voice: str) -> Array:
        if voice not in VOICES:
            raise EngineUnavailable(f"there is no voice called {voice}")
        path = self._store.path(KOKORO, f"{voice}.bin")
        return np.fromfile(path, dtype="<f4").reshape(_STYLES, 256)
