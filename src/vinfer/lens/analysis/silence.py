"""Taking what must not be heard out of audio."""

import math
import struct
from collections.abc import Sequence
from typing import Final

from vinfer.ports.voices import Span

_EXACT: Final = 1e-6  # of a sample: what arithmetic with seconds adds
_FIRST_CHUNK: Final = 12  # "RIFF", size, "WAVE"
_CHUNK_HEAD: Final = 8
_FORMAT_BYTES: Final = 16
_LONGEST_HEAD: Final = 1 << 16
_PCM: Final = 1
_BITS: Final = 16


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


class WavSilencer:
    """Silences `spans` of a WAV file of 16-bit PCM as it passes through."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._waiting = bytearray()
        self._format: tuple[int, int] | None = None
        self._frames = 0

    def feed(self, part: bytes) -> bytes:
        """What of the file is ready. Raises `ValueError` for anything but 16-bit PCM."""
        self._waiting += part
        head = b"" if self._format is not None else self._head()
        if self._format is None:
            return b""
        rate_hz, channels = self._format
        whole = len(self._waiting) // (2 * channels) * 2 * channels
        pcm = bytes(self._waiting[:whole])
        del self._waiting[:whole]
        start_s = self._frames / rate_hz
        self._frames += whole // (2 * channels)
        return head + silenced(
            pcm, self._spans, rate_hz=rate_hz, channels=channels, start_s=start_s
        )

    def finish(self) -> bytes:
        """The rest: a broken frame, silent. Raises `ValueError` when no audio came."""
        if self._format is None:
            raise ValueError("this is no WAV file")
        return bytes(len(self._waiting))

    def _head(self) -> bytes:
        """Take all up to the samples, once it is there."""
        at = _FIRST_CHUNK
        form: tuple[int, int] | None = None
        while len(self._waiting) >= at + _CHUNK_HEAD:
            name, size = struct.unpack_from("<4sI", self._waiting, at)
            at += _CHUNK_HEAD
            if name == b"data" and form is not None:
                self._format = form
                head = bytes(self._waiting[:at])
                del self._waiting[:at]
                return head
            if name == b"fmt " and len(self._waiting) >= at + _FORMAT_BYTES:
                form = _format_of(self._waiting, at)
            at += size + size % 2
        if len(self._waiting) > _LONGEST_HEAD or not b"RIFF".startswith(bytes(self._waiting[:4])):
            raise ValueError("this is no WAV file")
        return b""


def _format_of(head: bytearray, at: int) -> tuple[int, int]:
    """Sample rate and channels. Raises `ValueError`."""
    kind, channels, rate_hz, _, _, bits = struct.unpack_from("<HHIIHH", head, at)
    if (kind, bits) != (_PCM, _BITS) or not channels or not rate_hz:
        raise ValueError("this WAV file does not hold 16-bit PCM")
    return rate_hz, channels
