"""First pass over a recording: what it is, which sides it has, where they speak."""

import asyncio
from array import array
from collections import deque
from dataclasses import dataclass
from typing import Final

from vinfer.lens.tracks import ChannelMeter, Grid, TrackSound
from vinfer.lens.windows import speech_regions, speech_windows
from vinfer.ports.decoding import DECODED_RATE_HZ, AudioInfo, Decoding
from vinfer.ports.voices import Span, VoiceActivity

_PAD_S: Final = 0.4  # soft beginnings and ends: half of it loses one word in 25 on the telephone
_ECHO_PAD_S: Final = 0.1
_TIGHT_S: Final = 0.03  # voiceprints want voice, not the breath around it


@dataclass(frozen=True, slots=True)
class Piece:
    """One window to transcribe, numbered from 0; spans are seconds of the recording.

    Speech of this side is in `voiced`, what another side leaks into it in `echoes`.
    """

    number: int
    track: int
    window: Span
    voiced: tuple[Span, ...]
    echoes: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """A plain value to store. `tracks` holds the channels of each side, empty without speech.

    `by_voice`: speakers must be told apart by voice, for want of channels.
    """

    info: AudioInfo
    duration_s: float
    damaged: bool
    tracks: tuple[tuple[int, ...], ...]
    pieces: tuple[Piece, ...]
    by_voice: bool


async def survey(
    decoding: Decoding, activity: VoiceActivity, *, longest_s: float, split: bool | None = None
) -> Survey:
    """Listen to a whole recording once. Memory: some bytes for each 32 ms.

    `longest_s` bounds a window (`windows.longest_window_s`). `split` says what is known: True for
    a recording with one side on each channel, False for one microphone. Raises `AudioRefused`.
    """
    channels = decoding.info.channels
    meter, stream = ChannelMeter(channels=channels), activity.open(channels=channels)
    async for chunk in decoding.chunks():
        meter.feed(chunk, await stream.score(chunk))
    return await asyncio.to_thread(_judged, decoding, meter, longest_s=longest_s, split=split)


def _judged(
    decoding: Decoding, meter: ChannelMeter, *, longest_s: float, split: bool | None
) -> Survey:
    duration_s = meter.samples / DECODED_RATE_HZ
    tracks = meter.tracks(split=split)
    return Survey(
        info=decoding.info,
        duration_s=duration_s,
        damaged=decoding.damaged,
        tracks=tuple(track.channels for track in tracks),
        pieces=_pieces(tracks, duration_s=duration_s, longest_s=longest_s),
        by_voice=len(tracks) == 1 and not split,
    )


def _pieces(
    tracks: tuple[TrackSound, ...], *, duration_s: float, longest_s: float
) -> tuple[Piece, ...]:
    """Windows of every track in the order in which they end."""
    found: list[tuple[int, Span, tuple[Span, ...], tuple[Span, ...]]] = []
    for number, track in enumerate(tracks):
        voice, echo = _numbers(track.voice), _numbers(track.echo)
        voiced = deque(speech_regions(voice, duration_s=duration_s, pad_s=_TIGHT_S))
        echoes = deque(speech_regions(echo, duration_s=duration_s, pad_s=_ECHO_PAD_S))
        for start_s, end_s in speech_windows(
            voice, duration_s=duration_s, longest_s=longest_s, pad_s=_PAD_S
        ):
            window = Span(start_s, end_s)
            found.append((number, window, _inside(window, voiced), _inside(window, echoes)))
    found.sort(key=lambda each: (each[1].end_s, each[0]))
    return tuple(Piece(number, *each) for number, each in enumerate(found))


def _numbers(grid: Grid) -> "array[float]":
    """The same to be read one by one: a list of floats takes eight times the memory."""
    return array("f", grid.tobytes())


def _inside(window: Span, regions: deque[tuple[float, float]]) -> tuple[Span, ...]:
    """Take the parts of `regions` up to the end of `window` that lie in it."""
    inside: list[Span] = []
    while regions and regions[0][0] < window.end_s:
        start_s, end_s = regions.popleft()
        if end_s > window.start_s:
            inside.append(Span(max(start_s, window.start_s), min(end_s, window.end_s)))
        if end_s > window.end_s:
            regions.appendleft((window.end_s, end_s))
            break
    return tuple(inside)
