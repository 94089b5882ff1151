"""Text to speech."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal, Protocol

Keep = Literal["always", "awhile"]
"""For how long a rendered line is kept: one with a person's values only `awhile`, in memory."""


@dataclass(frozen=True, slots=True)
class TtsCapabilities:
    """What an engine can do. `voices` maps a voice name to the languages it speaks."""

    id: str
    languages: frozenset[str]
    voices: dict[str, frozenset[str]]


class Voice(Protocol):
    """A speech synthesis engine."""

    capabilities: TtsCapabilities

    def speak(self, text: str, *, language: str, voice: str) -> AsyncIterator[bytes]:
        """Yield s16le 8 kHz mono, sentence by sentence, as soon as each is ready.

        `voice` is `male`, `female` or an engine's voice name. Raises `EngineUnavailable`.
        """
        ...

    async def prepare(
        self, texts: tuple[str, ...], *, language: str, voice: str, keep: Keep
    ) -> None:
        """Render `texts`, so that `speak` has them at once; `always` outlives the process.

        What `speak` renders itself is never kept `always`.
        """
        ...
