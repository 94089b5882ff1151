"""The personas' lines as sound: rendered once with a synthesis engine, kept on disk."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

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


async def record_lines(
    personas: Iterable[Persona], *, voice: Voice, cache_dir: Path, progress: Progress
) -> SoundBook:
    """Render all lines that the cache does not hold. Raises `EngineUnavailable`."""
    lines = tuple(dict.fromkeys(line for persona in personas for line in lines_of(persona)))
    await asyncio.to_thread(cache_dir.mkdir, parents=True, exist_ok=True)
    book: dict[Line, bytes] = {}
    for line in lines:
        book[line] = await _record(line, voice=voice, path=cache_dir / _file_name(line, voice))
        progress(len(book), len(lines))
    return SoundBook(book)


async def _record(line: Line, *, voice: Voice, path: Path) -> bytes:
    if await asyncio.to_thread(path.exists):
        return await asyncio.to_thread(path.read_bytes)
    said = voice.speak(line.text, language=line.language, voice=line.voice)
    sound = b"".join([chunk async for chunk in said])
    await asyncio.to_thread(_store, path, sound)
    return sound


def _store(path: Path, sound: bytes) -> None:
    """Write under another name first: a half-written line must never be taken for a whole one."""
    part = path.with_suffix(".part")
    part.write_bytes(sound)
    part.replace(path)


def _file_name(line: Line, voice: Voice) -> str:
    key = json.dumps([voice.capabilities.id, line.voice, line.language, line.text])
    return hashlib.sha256(key.encode()).hexdigest()[:32] + ".pcm"
