"""One turn of the agent: sentences, their sound, and how far they have truly been said."""

import re
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from vinfer.media.ticker import TICK_S
from vinfer.ports.audio import FRAME_BYTES

CHARS_PER_S: Final = 14.0  # assumed while a sentence's length is not known yet
RENDER_S_PER_CHAR: Final = 0.045  # measured on one core: 0.043 to 0.055 of a whole sentence
GAP_FRAMES: Final = 8  # between sentences: 160 ms
RESTART_FRAMES: Final = 50  # a speech stopped within its first second begins anew
REWIND_FRAMES: Final = 35  # a false stop goes back to the quietest moment of the last 0.7 s


@dataclass(slots=True)
class Sentence:
    """A sentence and as much of its sound as is there."""

    text: str
    lead_frames: int = 0  # silence before it
    pcm: bytearray = field(default_factory=bytearray)
    complete: bool = False

    def __post_init__(self) -> None:
        self.pcm += bytes(self.lead_frames * FRAME_BYTES)

    @property
    def received_bytes(self) -> int:
        """How much sound has come."""
        return len(self.pcm) - self.lead_frames * FRAME_BYTES

    @property
    def frames(self) -> int:
        """Frames that can be spoken now; the last is padded once the sound is complete."""
        whole, rest = divmod(len(self.pcm), FRAME_BYTES)
        return whole + (1 if rest and self.complete else 0)

    @property
    def expected_frames(self) -> float:
        """How long the sentence will be, known or estimated."""
        if self.complete:
            return self.frames
        return max(self.frames, len(self.text) / CHARS_PER_S / TICK_S)

    def frame(self, index: int) -> bytes:
        """The 320 bytes of one frame."""
        start = index * FRAME_BYTES
        return bytes(self.pcm[start : start + FRAME_BYTES]).ljust(FRAME_BYTES, b"\0")

    def said(self, frames: int) -> str:
        """The whole words said within so many frames, by their share of the time."""
        if self.complete and frames >= self.frames:
            return self.text
        reach = int(len(self.text) * frames / max(self.expected_frames, 1))
        ends = [match.end() for match in re.finditer(r"\S+", self.text) if match.end() <= reach]
        return self.text[: ends[-1]] if ends else ""


class Speech:
    """Sentences in order, a reading head (frames given to the line) and a played mark."""

    def __init__(self, texts: tuple[str, ...], *, gap_frames: int = GAP_FRAMES) -> None:
        self.sentences = tuple(
            Sentence(text, lead_frames=gap_frames if at else 0) for at, text in enumerate(texts)
        )
        self.played_frames = 0  # where the speech is
        self.heard_frames = 0  # how far it ever was
        self.began = False
        self.over = False
        self._at = 0  # the sentence under the head
        self._head = 0  # its next frame

    def take(self) -> bytes | None:
        """The next frame; None when the sound is not there yet or all is given."""
        while self._at < len(self.sentences):
            sentence = self.sentences[self._at]
            if self._head < sentence.frames:
                self._head += 1
                return sentence.frame(self._head - 1)
            if not sentence.complete:
                return None
            self._at, self._head = self._at + 1, 0
        return None

    @property
    def gap_s(self) -> float:
        """How long it would fall silent after its first sentence if it began now; an estimate."""
        if len(self.sentences) < 2 or self.sentences[1].received_bytes:
            return 0.0
        first, second = self.sentences[:2]
        return max(len(second.text) * RENDER_S_PER_CHAR - first.expected_frames * TICK_S, 0.0)

    @property
    def exhausted(self) -> bool:
        """Whether every frame has been given to the line."""
        rest = self.sentences[self._at :]
        return all(s.complete for s in rest) and sum(s.frames for s in rest) <= self._head

    @property
    def said(self) -> str:
        """The words that were ever played."""
        heard = self._split(self.heard_frames)
        return " ".join(filter(None, (sentence.said(frames) for sentence, frames in heard)))

    @property
    def unsaid(self) -> tuple[str, ...]:
        """The sentences of which no word was ever played."""
        heard = self._split(self.heard_frames)
        return tuple(sentence.text for sentence, frames in heard if not sentence.said(frames))

    @property
    def remaining_s(self) -> float:
        """How long the rest will take, as far as known."""
        return TICK_S * (sum(s.expected_frames for s in self.sentences) - self.played_frames)

    def played(self) -> None:
        """One more frame has left the line."""
        self.played_frames += 1
        self.heard_frames = max(self.heard_frames, self.played_frames)

    def rewind(self) -> None:
        """Put the head back to the last quiet moment before the played mark."""
        if self.played_frames <= RESTART_FRAMES:
            self.played_frames = self._at = self._head = 0
            return
        at, frame = self._played_place()
        sentence = self.sentences[at]
        start = max(frame - REWIND_FRAMES, 0)
        if start and frame > start:
            start += int(np.argmin(_loudness(sentence, start, frame)))
        self.played_frames -= frame - start
        self._at, self._head = at, start

    def _split(self, frames: int) -> list[tuple[Sentence, int]]:
        left = frames
        shares: list[tuple[Sentence, int]] = []
        for sentence in self.sentences:
            shares.append((sentence, min(left, sentence.frames)))
            left -= shares[-1][1]
        return shares

    def _played_place(self) -> tuple[int, int]:
        shares = self._split(self.played_frames)
        for at, (sentence, frames) in enumerate(shares):
            if not sentence.complete or frames < sentence.frames:
                return at, frames
        return len(shares) - 1, shares[-1][1]


def _loudness(sentence: Sentence, start: int, end: int) -> np.ndarray:
    raw = bytes(sentence.pcm[start * FRAME_BYTES : end * FRAME_BYTES])
    samples = np.frombuffer(raw, dtype="<i2").astype(np.float32)
    return (samples.reshape(end - start, -1) ** 2).mean(axis=1)
