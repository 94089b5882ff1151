"""Two sides, one side twice, an empty side, a room, an echo."""

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from vinfer.lens.tracks import ChannelMeter, TrackSound
from vinfer.ports.decoding import AudioChunk

SECOND = 16_000
Samples = NDArray[np.float64]


def talk(*turns: tuple[float, float], seed: int, length_s: float = 12.0) -> Samples:
    """Noise standing for a voice in each (start, end) of seconds."""
    rng = np.random.default_rng(seed)
    out = np.zeros(int(length_s * SECOND))
    for start_s, end_s in turns:
        span = slice(int(start_s * SECOND), int(end_s * SECOND))
        out[span] = rng.normal(0, 0.1, span.stop - span.start)
    return out


A = talk((0.5, 3.0), (6.0, 8.0), seed=1)
B = talk((3.5, 5.5), (8.5, 11.0), seed=2)
QUIET = np.zeros_like(A)


def tracks(*channels: Samples, split: bool | None = None) -> Sequence[TrackSound]:
    """What a meter makes of channels whose voice is wherever they are not quite silent."""
    pcm = [(np.clip(wave, -1, 1) * 32767).astype("<i2") for wave in channels]
    frames = [np.abs(wave[: wave.size // 512 * 512].reshape(-1, 512)).max(1) for wave in pcm]
    meter = ChannelMeter(channels=len(channels))
    whole = len(frames[0]) * 512
    chunk = AudioChunk(0.0, tuple(wave[:whole].tobytes() for wave in pcm))
    meter.feed(chunk, [(peak > 30).astype(float).tolist() for peak in frames])
    return meter.tracks(split=split)


def voiced_s(track: TrackSound) -> float:
    return float(np.count_nonzero(track.voice > 0.5) * 0.032)


def test_two_sides_are_two_tracks() -> None:
    assert [track.channels for track in tracks(A, B)] == [(0,), (1,)]


@pytest.mark.parametrize("gain", [1.0, 0.3, -1.0])
def test_one_sound_on_two_channels_is_one_track(gain: float) -> None:
    (track,) = tracks(A + B, gain * (A + B))
    assert track.channels == (0,)
    assert voiced_s(track) == pytest.approx(9.0, abs=0.3)


def test_a_silent_channel_is_no_track() -> None:
    assert [track.channels for track in tracks(QUIET, A + B)] == [(1,)]


def test_a_room_with_two_microphones_is_one_track() -> None:
    own = [np.random.default_rng(at).normal(0, 0.03, A.size) * (A + B != 0) for at in (8, 9)]
    (track,) = tracks(A + 0.8 * B + own[0], 0.8 * A + B + own[1])
    assert track.channels == (0, 1)


def test_the_echo_of_the_other_side_is_no_speech() -> None:
    first, second = tracks(A + 0.05 * B, B + 0.03 * A)
    assert voiced_s(first) == pytest.approx(4.5, abs=0.4)
    assert voiced_s(second) == pytest.approx(4.5, abs=0.4)


def test_speech_of_both_at_once_stays_on_both() -> None:
    over = talk((1.0, 4.0), seed=4)
    first, second = tracks(A + over * 0, B + over)
    assert voiced_s(first) == pytest.approx(4.5, abs=0.2)
    assert voiced_s(second) == pytest.approx(7.0, abs=0.2)


def test_a_known_split_is_taken_at_its_word() -> None:
    assert [track.channels for track in tracks(A + B, A + B, split=True)] == [(0,), (1,)]
    assert [track.channels for track in tracks(A, B, split=False)] == [(0, 1)]


def test_nobody_speaks() -> None:
    assert tracks(QUIET, QUIET) == ()
    assert ChannelMeter(channels=1).tracks() == ()


def test_silence_and_a_click_are_no_side() -> None:
    click = talk((5.0, 5.1), seed=3)
    assert [track.channels for track in tracks(A, click)] == [(0,)]
