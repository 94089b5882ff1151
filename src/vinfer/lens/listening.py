"""Second pass over a recording: words and voiceprints of each piece, each a value to store."""

from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from vinfer.lens.missed import passed_over, woven
from vinfer.lens.survey import Piece, Survey
from vinfer.ports.decoding import DECODED_RATE_HZ, DECODED_SAMPLE_BYTES, AudioChunk, Decoding
from vinfer.ports.engines import EngineBaffled
from vinfer.ports.stt import HeardSegment, Transcriber, Word
from vinfer.ports.voices import Span, Voiceprinter, Voiceprints

_AROUND_S: Final = 0.3


@dataclass(frozen=True, slots=True)
class HeardPiece:
    """What piece `number` of the survey holds; seconds of the recording."""

    number: int
    segments: tuple[HeardSegment, ...]
    prints: Voiceprints


async def listen(
    decoding: Decoding,
    survey: Survey,
    *,
    transcriber: Transcriber,
    voiceprinter: Voiceprinter,
    language: str,
    done: Collection[int] = (),
) -> AsyncIterator[HeardPiece]:
    """Yield every piece but those `done`, in order, as soon as it is heard.

    `decoding` is a fresh decoding of the surveyed recording. Memory holds one window at a time.
    Raises `AudioRefused` and `EngineUnavailable`.
    """
    cutter = Cutter(survey, done=done)
    if not cutter.waiting:
        return
    async for chunk in decoding.chunks():
        for piece, pcm in cutter.feed(chunk):
            prints = Voiceprints()
            if survey.by_voice:
                prints = await voiceprinter.prints(pcm, _inside(piece))
            segments = await _hear(transcriber, piece, pcm, language=language)
            named = (_named(each, transcriber.capabilities.id) for each in segments)
            yield _placed(piece, tuple(named), prints)
        if not cutter.waiting:
            return


async def _hear(
    transcriber: Transcriber, piece: Piece, pcm: bytes, *, language: str
) -> tuple[HeardSegment, ...]:
    """The words of a window, and of what was passed over in it; seconds of the window.

    What the engine can make nothing of, heard by itself, stays without words: the window has some.
    """
    segments = await transcriber.hear(pcm, language=language)
    found: list[HeardSegment] = []
    for span in passed_over(_inside(piece), segments):
        from_s = max(0.0, span.start_s - _AROUND_S)
        part = pcm[_byte(from_s) : _byte(span.end_s + _AROUND_S)]
        with suppress(EngineBaffled):
            again = await transcriber.hear(part, language=language)
            found += [_later(segment, from_s) for segment in again]
    return woven(segments, found) if found else segments


class Cutter:
    """Cuts pieces out of passing audio, keeping no more of it than they need."""

    def __init__(self, survey: Survey, *, done: Collection[int] = ()) -> None:
        self._tracks = survey.tracks
        self._kept = [bytearray() for _ in survey.tracks]
        self._from = 0  # the first kept sample
        self._length_s = survey.duration_s
        self.waiting = [piece for piece in survey.pieces if piece.number not in done]

    @property
    def kept_samples(self) -> int:
        """How much audio is in memory, per track."""
        return len(self._kept[0]) // DECODED_SAMPLE_BYTES if self._kept else 0

    def feed(self, chunk: AudioChunk) -> Iterator[tuple[Piece, bytes]]:
        """Yield the pieces that end inside `chunk`, with their s16le audio."""
        for kept, channels in zip(self._kept, self._tracks, strict=True):
            kept += _mixed(chunk, channels)
        reached = self._from + self.kept_samples
        last = reached >= int(self._length_s * DECODED_RATE_HZ)
        while self.waiting and (last or _sample(self.waiting[0].window.end_s) <= reached):
            piece = self.waiting.pop(0)
            yield piece, self._cut(piece)
        self._forget(reached)

    def _cut(self, piece: Piece) -> bytes:
        first = (_sample(piece.window.start_s) - self._from) * DECODED_SAMPLE_BYTES
        end = (_sample(piece.window.end_s) - self._from) * DECODED_SAMPLE_BYTES
        audio = bytes(self._kept[piece.track][first:end])
        return _without_echoes(audio, piece) if piece.echoes else audio

    def _forget(self, reached: int) -> None:
        starts = [_sample(piece.window.start_s) for piece in self.waiting]
        keep_from = min([reached, *starts])
        for kept in self._kept:
            del kept[: (keep_from - self._from) * DECODED_SAMPLE_BYTES]
        self._from = keep_from


def _sample(at_s: float) -> int:
    return round(at_s * DECODED_RATE_HZ)


def _byte(at_s: float) -> int:
    return _sample(at_s) * DECODED_SAMPLE_BYTES


def _mixed(chunk: AudioChunk, channels: tuple[int, ...]) -> bytes:
    """The mean of some channels."""
    if len(channels) == 1:
        return chunk.channels[channels[0]]
    parts = np.stack([np.frombuffer(chunk.channels[at], "<i2") for at in channels])
    return parts.mean(axis=0).astype("<i2").tobytes()


def _without_echoes(audio: bytes, piece: Piece) -> bytes:
    """One side of a call with silence where only the other side is heard.

    Its words would be taken for words of this side.
    """
    clean = bytearray(audio)
    for first, end in _places(piece.echoes, piece):
        clean[first:end] = bytes(len(clean[first:end]))
    for first, end in _places(piece.voiced, piece):
        clean[first:end] = audio[first:end]
    return bytes(clean)


def _places(spans: tuple[Span, ...], piece: Piece) -> Iterator[tuple[int, int]]:
    """Where spans lie in the bytes of a window."""
    for span in spans:
        first = _sample(span.start_s) - _sample(piece.window.start_s)
        end = _sample(span.end_s) - _sample(piece.window.start_s)
        yield max(0, first) * DECODED_SAMPLE_BYTES, max(0, end) * DECODED_SAMPLE_BYTES


def _inside(piece: Piece) -> list[Span]:
    """The voiced spans counted from the start of the window."""
    from_s = piece.window.start_s
    return [Span(span.start_s - from_s, span.end_s - from_s) for span in piece.voiced]


def _placed(piece: Piece, segments: tuple[HeardSegment, ...], prints: Voiceprints) -> HeardPiece:
    """The same, counted from the start of the recording."""
    from_s = piece.window.start_s
    moved = tuple(_later(segment, from_s) for segment in segments)
    at_s = tuple(round(at + from_s, 3) for at in prints.at_s)
    return HeardPiece(piece.number, moved, Voiceprints(at_s, prints.vectors))


def _named(segment: HeardSegment, engine: str) -> HeardSegment:
    """The segment with its engine's name, and without the character that no database takes."""
    words = tuple(replace(word, text=word.text.replace("\0", "")) for word in segment.words)
    text = segment.text.replace("\0", "")
    return replace(segment, text=text, words=words, engine=segment.engine or engine)


def _later(segment: HeardSegment, by_s: float) -> HeardSegment:
    span = segment.span and (segment.span[0] + by_s, segment.span[1] + by_s)
    return replace(segment, words=tuple(_moved(word, by_s) for word in segment.words), span=span)


def _moved(word: Word, by_s: float) -> Word:
    return replace(word, start_s=word.start_s + by_s, end_s=word.end_s + by_s)
