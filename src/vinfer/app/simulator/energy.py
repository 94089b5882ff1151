"""Hearing whether the far side speaks, by energy alone: a person of flesh needs no model to
tell.
"""

from typing import Final

import numpy as np

_MIN_THRESHOLD: Final = 120.0  # RMS of 16-bit samples, about -49 dBFS
_OVER_FLOOR: Final = 4.0  # speech stands 12 dB out of the line's own noise
_FLOOR_MIN, _FLOOR_MAX = 5.0, 1000.0
# The first sound of a line is taken for its noise, unless it is as loud as only speech is.
_FLOOR_FIRST_MAX: Final = 200.0
_FLOOR_FALL: Final = 0.3  # share of the way down to a quieter frame
# Per frame: doubles in under 5 s, so that steady noise stops to count as speech.
_FLOOR_RISE: Final = 1.003
_ONSET_FRAMES: Final = 2  # a single loud frame is a click
_HANGOVER_S: Final = 0.2


def loudness(frame: bytes) -> float:
    """Root mean square of s16le samples; 0 for an empty frame."""
    samples = np.frombuffer(frame, dtype="<i2").astype(np.float32)
    return float(np.sqrt(np.mean(samples * samples))) if samples.size else 0.0


class EnergyEar:
    """Follows the far side's speech on one line, 20 ms at a time, with a threshold that adapts to
    its noise.
    """

    def __init__(self) -> None:
        self.heard_s = 0.0  # speech in the whole call
        self.turn_s = 0.0  # speech since `new_turn`
        self.last_voiced_s = float("-inf")
        self._now_s = 0.0
        self._floor: float | None = None
        self._run = 0

    @property
    def speaking(self) -> bool:
        """Whether the far side speaks now; gaps between words do not count as silence."""
        return self._now_s - self.last_voiced_s < _HANGOVER_S

    def hear(self, frame: bytes | None, *, now_s: float) -> None:
        """Take what arrived in this 20 ms, None when nothing did."""
        self._now_s = now_s
        self._run = self._run + 1 if frame and self._is_voiced(loudness(frame)) else 0
        if self._run >= _ONSET_FRAMES:
            self.heard_s += 0.02
            self.turn_s += 0.02
            self.last_voiced_s = now_s

    def new_turn(self) -> None:
        """Forget the speech so far: what comes next is the far side's next turn."""
        self.turn_s = 0.0

    def _is_voiced(self, level: float) -> bool:
        floor = min(level, _FLOOR_FIRST_MAX) if self._floor is None else self._floor
        self._floor = _next_floor(floor, level)
        return level > max(_MIN_THRESHOLD, _OVER_FLOOR * floor)


def _next_floor(floor: float, level: float) -> float:
    moved = floor + _FLOOR_FALL * (level - floor) if level < floor else floor * _FLOOR_RISE
    return min(max(moved, _FLOOR_MIN), _FLOOR_MAX)
