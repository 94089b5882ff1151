import numpy as np
import pytest

from vinfer.adapters.dsp import from_pcm, loudness, resample, to_pcm, trim


def sine(frequency_hz: float, rate_hz: int, *, seconds: float = 1.0) -> np.ndarray:
    at = np.arange(int(rate_hz * seconds)) / rate_hz
    return np.sin(2 * np.pi * frequency_hz * at).astype(np.float32)


@pytest.mark.parametrize(("from_hz", "to_hz"), [(24_000, 8_000), (8_000, 16_000), (44_100, 16_000)])
@pytest.mark.parametrize("tone_hz", [300, 1000, 3000])
def test_speech_band_passes_without_delay(from_hz: int, to_hz: int, tone_hz: int) -> None:
    out = resample(sine(tone_hz, from_hz), from_hz=from_hz, to_hz=to_hz)
    expected = sine(tone_hz, to_hz)
    assert out.size == expected.size
    assert np.abs(out - expected)[400:-400].max() < 1e-3


@pytest.mark.parametrize("tone_hz", [4_500, 6_000, 9_000])
def test_what_would_fold_is_stopped(tone_hz: int) -> None:
    out = resample(sine(tone_hz, 24_000), from_hz=24_000, to_hz=8_000)
    assert np.abs(out)[400:-400].max() < 1e-3


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 100])
def test_short_audio_keeps_its_length(size: int) -> None:
    assert resample(np.ones(size, np.float32), from_hz=24_000, to_hz=8_000).size == -(-size // 3)


def test_pcm_round_trip_clips() -> None:
    assert to_pcm(np.array([2.0, -2.0, 0.0], np.float32)) == b"\xff\x7f\x01\x80\x00\x00"
    assert from_pcm(b"\x00\x80\x00").tolist() == [-1.0]


def test_loudness_meets_its_target_but_never_clips() -> None:
    quiet = loudness(0.001 * sine(300, 8000))
    assert np.sqrt(np.mean(quiet**2)) == pytest.approx(0.1, rel=0.01)
    click = np.zeros(8000, np.float32)
    click[100] = 1.0
    assert np.abs(loudness(click)).max() <= 0.95 + 1e-6
    assert not loudness(np.zeros(10, np.float32)).any()


def test_trim_keeps_sixty_milliseconds() -> None:
    padded = np.concatenate([np.zeros(8000), sine(300, 8000), np.zeros(8000)]).astype(np.float32)
    assert abs(trim(padded, rate_hz=8000).size - (8000 + 2 * 480)) < 20
    assert trim(np.zeros(100, np.float32), rate_hz=8000).size == 0
