"""An ear that hears what a test or a demo tells it."""

import asyncio
from collections.abc import AsyncIterator

from vinfer.ports.audio import (
    FRAME_BYTES,
    FRAME_MS,
    EngineUnavailable,
    HeardEvent,
    SpeechEnded,
    SpeechStarted,
    Utterance,
)


class ScriptedEar:
    """Counts frames, and passes on what `hear` and `say` are given."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._queue: asyncio.Queue[HeardEvent | None] = asyncio.Queue()
        self.frames = 0

    @property
    def heard_s(self) -> float:
        """Seconds of audio fed so far."""
        return self.frames * FRAME_MS / 1000

    def feed(self, frame: bytes) -> None:
        """Take one frame and forget it."""
        if len(frame) != FRAME_BYTES:
            raise ValueError(f"a frame has {FRAME_BYTES} bytes, not {len(frame)}")
        self.frames += 1

    def hear(self, event: HeardEvent) -> None:
        """Pass on one event."""
        self._queue.put_nowait(event)

    def say(self, text: str, *, duration_s: float = 1.0) -> None:
        """Pass on a whole turn that has just ended."""
        end_s = self.heard_s
        start_s = max(0.0, end_s - duration_s)
        self.hear(SpeechStarted(start_s))
        self.hear(SpeechEnded(end_s))
        self.hear(Utterance(text, start_s, end_s, 1.0, self._language, 200.0, 0.0))

    async def events(self) -> AsyncIterator[HeardEvent]:
        """What was passed on, until `close`."""
        while (event := await self._queue.get()) is not None:
            yield event

    async def close(self) -> None:
        """Stop listening."""
        self._queue.put_nowait(None)


class ScriptedHearing:
    """Opens scripted ears and keeps them in `ears`."""

    def __init__(self, *, languages: frozenset[str] = frozenset({"en-IN", "hi-IN"})) -> None:
        self._languages = languages
        self.ears: list[ScriptedEar] = []

    async def open(self, *, language: str, hints: tuple[str, ...] = ()) -> ScriptedEar:
        """Start to listen. Raises `EngineUnavailable`."""
        if language not in self._languages:
            raise EngineUnavailable(f"the scripted hearing does not know {language}")
        ear = ScriptedEar(language)
        self.ears.append(ear)
        return ear
