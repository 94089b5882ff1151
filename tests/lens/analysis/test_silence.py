"""Spans become silence, sample by sample, on every channel."""

import struct

import numpy as np
import pytest

from vinfer.lens.analysis.silence import WavSilencer, silenced
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


def wav(pcm: bytes, *, extra: bytes = b"", bits: int = 16) -> bytes:
    form = struct.pack("<HHIIHH", 1, 2, 8000, 32_000, 4, bits)
    data = b"data" + struct.pack("<I", len(pcm)) + pcm
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + extra + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("size", [1, 7, 44, 4096])
def test_a_file_is_silenced_however_it_comes_in_parts(size: int) -> None:
    pcm = bytes(range(1, 201)) * 40  # 2,000 frames: 0.25 s
    whole = wav(pcm, extra=b"LIST" + struct.pack("<I", 3) + b"abc\0")
    silencer = WavSilencer([Span(0.05, 0.1)])
    made = b"".join(silencer.feed(whole[at : at + size]) for at in range(0, len(whole), size))
    made += silencer.finish()
    head = len(whole) - len(pcm)
    assert made == whole[:head] + pcm[:1600] + bytes(1600) + pcm[3200:]


def test_a_broken_last_frame_is_silent() -> None:
    silencer = WavSilencer([])
    made = silencer.feed(wav(b"\1\2\3\4\5\6")) + silencer.finish()
    assert made.endswith(b"\1\2\3\4\0\0")


@pytest.mark.parametrize("content", [b"OggS" + bytes(60), b"RIFF", b"", wav(b"\0" * 8, bits=24)])
def test_what_is_no_wav_of_16_bits_is_refused(content: bytes) -> None:

    def whole() -> bytes:
        silencer = WavSilencer([])
        return silencer.feed(content) + silencer.finish()

    with pytest.raises(ValueError, match="WAV"):
        whole()
