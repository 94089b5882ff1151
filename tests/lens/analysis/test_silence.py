"""Spans become silence, sample by sample, on every channel."""

import numpy as np
import pytest

from vinfer.lens.analysis.silence import silenced
from vinfer.ports.voices import Span


def samples(pcm: bytes) -> list[int]:
    return np.frombuffer(pcm, "<i2").tolist()


def test_a_span_is_silent_and_the_rest_as_it_was() -> None:
    pcm = np.arange(1, 11, dtype="<i2").tobytes()
    made = silenced(pcm, [Span(0.21, 0.49)], rate_hz=10)
    assert samples(made) == [1, 2, 0, 0, 0, 6, 7, 8, 9, 10]


def test_every_channel_is_silent() -> None:
    pcm = np.arange(1, 9, dtype="<i2").tobytes()
    assert samples(silenced(pcm, [Span(0.1, 0.2)], rate_hz=10, channels=2)) == [
        1,
        2,
        0,
        0,
        5,
        6,
        7,
        8,
    ]


def test_pieces_give_what_the_whole_gives() -> None:
    pcm = np.arange(1, 101, dtype="<i2").tobytes()
    spans = [Span(0.35, 0.62), Span(-1.0, 0.05), Span(0.95, 7.0)]
    whole = silenced(pcm, spans, rate_hz=100)
    halves = (pcm[:80], pcm[80:])
    pieces = [
        silenced(half, spans, rate_hz=100, start_s=start_s)
        for half, start_s in zip(halves, (0.0, 0.4), strict=True)
    ]
    assert b"".join(pieces) == whole


def test_a_broken_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="whole frames"):
        silenced(b"\0\0\0", [], rate_hz=10)
