"""The transcript as a value: what the API shows, and what every analysis reads."""

from dataclasses import dataclass

from vinfer.ports.stt import Word

AGENT = "agent"
CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Segment:
    """What one speaker says without a longer pause; seconds of the recording, confidence 0..1.

    `confidence` is None where the engine gives none. `speaker` is `agent`, `customer` or
    `speaker_N`. `words` is empty for engines without times. `engine` is the one that heard it.
    """

    speaker: str
    start_s: float
    end_s: float
    text: str
    confidence: float | None
    language: str
    words: tuple[Word, ...]
    engine: str | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """Who said what, when, how sure; segments by their start, those of two sides may overlap.

    `language` (BCP-47) is the one most of it is in, null without words; `damaged` says that parts
    of the recording could not be decoded.
    """

    segments: tuple[Segment, ...]
    speakers: tuple[str, ...]
    language: str | None
    duration_s: float
    damaged: bool

    @property
    def text(self) -> str:
        """All segments, one a line."""
        return "\n".join(segment.text for segment in self.segments)
