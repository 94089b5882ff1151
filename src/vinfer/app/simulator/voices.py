"""The personas' lines as sound, spoken once by a synthesis engine before the first call."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vinfer.adapters.inference import InferencePool
from vinfer.adapters.models import ModelStore
from vinfer.adapters.tts.kokoro import KokoroVoice
from vinfer.app.simulator import sounds
from vinfer.app.simulator.personas import Persona
from vinfer.ports.tts import Voice

_BEFORE_BEEP_S: Final = 0.4

Progress = Callable[[int, int], None]  # lines ready, lines in all


@dataclass(frozen=True, slots=True)
class Line:
    """One text in one voice."""

    voice: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class SoundBook:
    """Every line of every persona, as s16le 8 kHz mono."""

    sounds: Mapping[Line, bytes]

    def of(self, persona: Persona) -> dict[str, bytes]:
        """Return the persona's sounds by text; a mailbox's greeting ends in its beep."""
        said = {line.text: self.sounds[line] for line in lines_of(persona)}
        greeting = persona.speech.greeting
        if persona.speech.beep_after_greeting and greeting in said:
            said[greeting] += sounds.silence(seconds=_BEFORE_BEEP_S) + sounds.beep()
        return said


def lines_of(persona: Persona) -> tuple[Line, ...]:
    """Return what the persona may say, each line with its voice."""
    return tuple(Line(persona.voice, persona.language, text) for text in persona.lines)


@asynccontextmanager
async def local_voice(
    *, cache_dir: Path, models_dir: Path | None = None
) -> AsyncGenerator[KokoroVoice]:
    """Lend the built-in engine, off the event loop. Raises `EngineUnavailable` without its weights.

    `cache_dir` receives joined weights and rendered lines; `models_dir` replaces the packages.
    """
    store = ModelStore(cache_dir / "models", model_dir=models_dir)
    with InferencePool() as pool:
        yield await asyncio.to_thread(KokoroVoice, store, pool, cache_dir=cache_dir / "phone-lines")


async def record_lines(
    personas: Iterable[Persona], *, voice: Voice, progress: Progress
) -> SoundBook:
    """Speak all lines, each rendered at most once. Raises `EngineUnavailable`."""
    lines = tuple(dict.fromkeys(line for persona in personas for line in lines_of(persona)))
    book: dict[Line, bytes] = {}
    for line in lines:
        await voice.prepare((line.text,), language=line.language, voice=line.voice, keep="always")
        said = voice.speak(line.text, language=line.language, voice=line.voice)
        book[line] = b"".join([chunk async for chunk in said])
        progress(len(book), len(lines))
    return SoundBook(book)
