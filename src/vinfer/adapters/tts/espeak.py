"""The voice port on the `espeak-ng` program: robotic, instant, in many languages.

espeak-ng is GPL-3.0 and stays a program of its own behind a pipe: we neither ship nor load it.
"""

import asyncio
import io
import shutil
import wave
from collections.abc import AsyncIterator
from typing import Final

import numpy as np

from vinfer.adapters.dsp import from_pcm, loudness, resample, to_pcm, trim
from vinfer.adapters.tts.sentences import sentences
from vinfer.ports.audio import LINE_RATE_HZ, EngineUnavailable
from vinfer.ports.tts import Keep, TtsCapabilities

_VOICES: Final = {  # language -> espeak-ng's own name for it
    "en-IN": "en-gb",
    "en-GB": "en-gb",
    "en-US": "en-us",
    "hi-IN": "hi",
    "bn-IN": "bn",
    "gu-IN": "gu",
    "kn-IN": "kn",
    "ml-IN": "ml",
    "mr-IN": "mr",
    "pa-IN": "pa",
    "ta-IN": "ta",
    "te-IN": "te",
}
_VARIANTS: Final = {"female": "+f3", "male": "+m3"}
_WORDS_PER_MINUTE: Final = "155"
_LONGEST_S: Final = 20.0
_GAP: Final = bytes(2 * 8 * 180)  # 180 ms between sentences


class EspeakVoice:
    """Speaks through one short-lived process a sentence.

    Raises `EngineUnavailable` at once where the program is not installed.
    """

    capabilities = TtsCapabilities(
        id="espeak-ng",
        languages=frozenset(_VOICES),
        voices=dict.fromkeys(_VARIANTS, frozenset(_VOICES)),
    )

    def __init__(self) -> None:
        program = shutil.which("espeak-ng")
        if program is None:
            raise EngineUnavailable("the program espeak-ng is not installed: apt install espeak-ng")
        self._program = program

    async def speak(self, text: str, *, language: str, voice: str) -> AsyncIterator[bytes]:
        """Yield s16le 8 kHz mono, sentence by sentence. Raises `EngineUnavailable`."""
        name = _voice(language, voice)
        for at, sentence in enumerate(sentences(text)):
            pcm = await self._line(sentence, name)
            yield _GAP + pcm if at and pcm else pcm

    async def prepare(
        self, texts: tuple[str, ...], *, language: str, voice: str, keep: Keep
    ) -> None:
        """Only refuse what it cannot speak: speaking a line is as fast as finding it."""
        _voice(language, voice)

    async def _line(self, sentence: str, voice: str) -> bytes:
        plain = sentence.replace("[[", " ").replace("]]", " ")  # espeak-ng's phoneme brackets
        arguments = ("-v", voice, "-s", _WORDS_PER_MINUTE, "--stdin", "--stdout")
        process = await asyncio.create_subprocess_exec(
            self._program,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(_LONGEST_S):
                sound, _ = await process.communicate(plain.encode())
        except TimeoutError as error:
            raise EngineUnavailable("espeak-ng did not finish") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            raise EngineUnavailable(f"espeak-ng ended with {process.returncode}")
        return await asyncio.to_thread(_to_line, sound)


def _voice(language: str, voice: str) -> str:
    if language not in _VOICES:
        raise EngineUnavailable(f"espeak-ng is not set up for {language}")
    if voice not in _VARIANTS:
        raise EngineUnavailable(f"espeak-ng has no voice '{voice}'")
    return _VOICES[language] + _VARIANTS[voice]


def _to_line(sound: bytes) -> bytes:
    """Telephone audio of a streamed WAV, whose header does not know its length."""
    if not sound:
        return b""
    with wave.open(io.BytesIO(sound)) as file:
        rate_hz = file.getframerate()
        samples = from_pcm(file.readframes(len(sound)))
    narrow = resample(samples, from_hz=rate_hz, to_hz=LINE_RATE_HZ)
    spoken = loudness(trim(narrow, rate_hz=LINE_RATE_HZ))
    return to_pcm(spoken.astype(np.float32))
