"""Beginnings and ends of speech that voice activity misses.

It wakes up to a second late for deep voices on a telephone line, and drops a trailing word. What is
about as loud as the voice beside it, with no longer pause between, belongs to it.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from vinfer.ports.voices import ACTIVITY_S

_Grid = NDArray[np.float32]
_VOICE: Final = 0.5
_BELOW_VOICE_DB: Final = 16.0  # under the voice's own loud parts: still the voice
_ABOVE_FLOOR_DB: Final = 12.0
_BEFORE: Final = int(1.2 / ACTIVITY_S)
_AFTER: Final = int(0.4 / ACTIVITY_S)
_CLOSURE: Final = int(0.26 / ACTIVITY_S)  # silence inside a word, and between two
_SURE: Final = int(0.2 / ACTIVITY_S)  # a shorter voice carries nothing along


def completed(voice: _Grid, levels_db: _Grid) -> _Grid:
    """Probabilities of voice [windows] of one channel with its speech whole.

    `levels_db` [windows] is how loud the channel is. Nothing is added where nobody speaks near.
    """
    spoken = voice >= _VOICE
    if not spoken.any():
        return voice
    loud_db = float(np.percentile(levels_db[spoken], 90)) - _BELOW_VOICE_DB
    floor_db = float(np.percentile(levels_db, 10)) + _ABOVE_FLOOR_DB
    loud = levels_db >= max(loud_db, floor_db)
    whole = voice.copy()
    edges = np.flatnonzero(np.diff(np.concatenate([[False], spoken, [False]]).astype(np.int8)))
    for first, end in edges.reshape(-1, 2).tolist():
        if end - first >= _SURE:
            from_at = first - _reach(loud[max(0, first - _BEFORE) : first][::-1])
            to_at = end + _reach(loud[end : end + _AFTER])
            whole[from_at:to_at] = np.maximum(whole[from_at:to_at], np.float32(_VOICE))
    return whole


def _reach(loud: NDArray[np.bool_]) -> int:
    """How many windows, counted away from a voice, go on without a longer pause."""
    reached = 0
    for at in np.flatnonzero(loud).tolist():
        if at - reached > _CLOSURE:
            break
        reached = at + 1
    return reached
