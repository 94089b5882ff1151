"""The tone after which an answering machine records."""

from typing import Final

import numpy as np

from vinfer.ports.audio import FRAME_BYTES, FRAME_MS, LINE_RATE_HZ

LOWEST_HZ: Final = 400
HIGHEST_HZ: Final = 2000
STEP_HZ: Final = 25
MIN_MS: Final = 240
MIN_LEVEL: Final = 0.01  # of full scale, root mean square: about -40 dB
MIN_STEADINESS: Final = 0.5  # the ringing tone is two tones that beat
MIN_PURITY: Final = 0.85  # the share of a frame's energy that one frequency holds

_FRAME_SAMPLES: Final = FRAME_BYTES // 2
_WINDOW: Final = np.hanning(_FRAME_SAMPLES).astype(np.float32)
_BINS: Final = slice(LOWEST_HZ // STEP_HZ, HIGHEST_HZ // STEP_HZ + 1)
_FULL: Final = float(np.sum(_WINDOW) ** 2 / (2 * _FRAME_SAMPLES * np.mean(_WINDOW**2)))


class BeepDetector:
    """Listens frame by frame for a steady pure tone (a spectrum in steps of 25 Hz)."""

    def __init__(self) -> None:
        self._bin = 0  # of the tone's first frame
        self._lasted_ms = 0

    def hear(self, frame: bytes) -> bool:
        """Take 320 bytes of s16le 8 kHz; true once the tone has lasted `MIN_MS`."""
        found = _pure_tone(np.frombuffer(frame, dtype="<i2").astype(np.float32) / 32768)
        if found is None:
            self._lasted_ms = 0
        elif self._lasted_ms and abs(found - self._bin) <= 1:
            self._lasted_ms += FRAME_MS
        else:
            self._bin, self._lasted_ms = found, FRAME_MS
        return self._lasted_ms >= MIN_MS


def _pure_tone(samples: np.ndarray) -> int | None:
    quarters = np.sqrt(np.mean(samples.reshape(4, -1) ** 2, axis=1))
    if quarters.min() < max(MIN_LEVEL, MIN_STEADINESS * quarters.max()):
        return None
    shaped = samples * _WINDOW
    # an FFT, not a matrix product: that would wake a pool of threads in every beat
    powers = np.abs(np.fft.rfft(shaped, LINE_RATE_HZ // STEP_HZ)[_BINS]) ** 2
    best = int(np.argmax(powers))
    purity = float(powers[best]) / (_FULL * float(np.sum(shaped**2)))
    return best if purity >= MIN_PURITY else None
