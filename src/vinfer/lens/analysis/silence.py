"""Taking what must not be heard out of audio."""

import math
from collections.abc import Sequence
from typing import Final

from vinfer.ports.voices import Span

_EXACT: Final = 1e-6  # of a sample: what arithmetic with seconds adds


def silenced(
    pcm: bytes, spans: Sequence[Span], *, rate_hz: int, channels: int = 1, start_s: float = 0.0
) -> bytes:
    """s16le audio with digital silence on every channel of `spans`; its length stays.

    `start_s` is where in the recording `pcm` begins, so that a long one is done piece by piece. A
    sample that a span only touches is silenced. Raises `ValueError` for a broken frame.
    """
    frame = 2 * channels
    if len(pcm) % frame:
        raise ValueError("pcm does not hold whole frames")
    frames = len(pcm) // frame
    made = bytearray(pcm)
    for span in spans:
        first = min(frames, max(0, math.floor((span.start_s - start_s) * rate_hz + _EXACT)))
        last = min(frames, max(0, math.ceil((span.end_s - start_s) * rate_hz - _EXACT)))
        if last > first:
            made[first * frame : last * frame] = bytes((last - first) * frame)
    return bytes(made)
