"""Everything that can happen in a live call, as values in one inbox."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from vinfer.ports.audio import HeardEvent
from vinfer.ports.nlu import Reading
from vinfer.ports.telephony import Ended

EngineName = Literal["hearing", "voice", "understanding"]


@dataclass(frozen=True, slots=True)
class Heard:
    """The ear reports; its times are already seconds from the answer."""

    event: HeardEvent


@dataclass(frozen=True, slots=True)
class Beeped:
    """A machine's recording tone."""


@dataclass(frozen=True, slots=True)
class Understood:
    """The reading asked for under this number."""

    asked: int
    reading: Reading


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """The first frame of the agent's speech went to the line, which still held `queued_ms`."""

    number: int
    queued_ms: float
    synthesis_ms: float


@dataclass(frozen=True, slots=True)
class SpeechSpoken:
    """The last frame of the agent's speech has left."""

    number: int


@dataclass(frozen=True, slots=True)
class AlarmRang:
    """The next deadline is due."""


@dataclass(frozen=True, slots=True)
class LineEnded:
    """The line is down."""

    how: Ended


@dataclass(frozen=True, slots=True)
class HangupRequested:
    """Someone outside wants the call to end now."""


@dataclass(frozen=True, slots=True)
class Transferred:
    """The transfer was accepted, or refused."""

    accepted: bool


@dataclass(frozen=True, slots=True)
class HearingRestored:
    """The ear works again after a loss."""


@dataclass(frozen=True, slots=True)
class EngineGone:
    """An engine stayed away for longer than a call can bear."""

    engine: EngineName


@dataclass(frozen=True, slots=True)
class Broken:
    """The exchange of frames raised: a defect."""

    error: Exception


Happening = (
    Heard
    | Beeped
    | Understood
    | SpeechBegan
    | SpeechSpoken
    | AlarmRang
    | LineEnded
    | HangupRequested
    | Transferred
    | HearingRestored
    | EngineGone
    | Broken
)
Post = Callable[[Happening], None]
