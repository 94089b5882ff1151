"""The recent past of one line, addressed by seconds since it opened."""

from typing import Final

from vinfer.ports.audio import LINE_RATE_HZ

_BYTES_PER_S: Final = 2 * LINE_RATE_HZ
_KEPT_BYTES: Final = (
    24 * _BYTES_PER_S
)  # a turn's longest part (15 s) with its pre-roll, pause and time-out


class LineMemory:
    """A bounded buffer of s16le 8 kHz audio."""

    def __init__(self) -> None:
        self._pcm = bytearray()
        self._dropped = 0  # bytes forgotten since the line opened
        self._taken = 0  # bytes handed out by `windows`

    @property
    def heard_s(self) -> float:
        """Seconds of audio added so far."""
        return (self._dropped + len(self._pcm)) / _BYTES_PER_S

    def add(self, pcm: bytes) -> None:
        """Append audio; what is older than the buffer goes."""
        self._pcm += pcm
        if len(self._pcm) > _KEPT_BYTES:
            self._drop(len(self._pcm) - _KEPT_BYTES)

    def windows(self, size: int, *, at_most: int) -> list[bytes]:
        """The next whole windows of `size` samples, each handed out once."""
        step = 2 * size
        count = min(at_most, (self._dropped + len(self._pcm) - self._taken) // step)
        start = self._taken - self._dropped
        self._taken += count * step
        return [
            bytes(self._pcm[start + at * step : start + (at + 1) * step]) for at in range(count)
        ]

    def pcm(self, start_s: float, end_s: float) -> bytes:
        """What was heard between the two times, as far as it is kept."""
        first = max(0, _offset(start_s) - self._dropped)
        return bytes(self._pcm[first : max(first, _offset(end_s) - self._dropped)])

    def forget_before(self, at_s: float) -> None:
        """Free audio before `at_s` that was handed out."""
        self._drop(max(0, min(_offset(at_s), self._taken) - self._dropped))

    def _drop(self, count: int) -> None:
        del self._pcm[:count]
        self._dropped += count
        self._taken = max(self._taken, self._dropped)


def _offset(at_s: float) -> int:
    return 2 * round(at_s * LINE_RATE_HZ)
