"""Stereo recordings that are whole at every moment, even after a kill."""

import os
import struct
from pathlib import Path
from typing import Final

import numpy as np
import structlog

from vinfer.ports.audio import LINE_RATE_HZ

HEADER_BYTES: Final = 44
FLUSH_FRAMES: Final = 25  # half a second
_CHANNELS: Final = 2
_BLOCK_BYTES: Final = 2 * _CHANNELS

log = structlog.get_logger()


def path_of(spool_dir: Path, call_id: str) -> Path:
    """Where the recording of a call lies while it grows, and until it is stored."""
    return spool_dir / f"{call_id}.wav"


class Recorder:
    """Writes one call: customer left, agent right, s16le 8 kHz, one pair of frames per 20 ms.

    Sizes in the header follow every flush, so a killed process leaves a playable file. A full disk
    ends the recording, never the call.
    """

    def __init__(self, path: Path) -> None:
        """Create `path`, readable by its owner alone. Raises `OSError`."""
        self._file: int | None = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600)
        self._left: list[bytes] = []
        self._right: list[bytes] = []
        try:
            os.write(self._file, _header(0))
        except OSError:
            os.close(self._file)
            raise

    def write(self, heard: bytes, spoken: bytes) -> None:
        """Add 20 ms of both sides, 320 bytes each."""
        self._left.append(heard)
        self._right.append(spoken)
        if len(self._left) >= FLUSH_FRAMES:
            self._flush()

    def close(self) -> None:
        """Write what is left. A second close does nothing."""
        self._flush()
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _flush(self) -> None:
        stereo = _interleave(b"".join(self._left), b"".join(self._right))
        self._left.clear()
        self._right.clear()
        if self._file is None:
            return
        try:
            _write_all(self._file, stereo)
            _fix_header(self._file)
        except OSError as error:
            log.error("recording_cut_short", error=str(error))
            os.close(self._file)
            self._file = None


def repair(path: Path) -> None:
    """Make the file of a killed process exact: whole sample pairs, true sizes. Raises `OSError`."""
    file = os.open(path, os.O_RDWR)
    try:
        data_bytes = max(os.fstat(file).st_size - HEADER_BYTES, 0)
        os.ftruncate(file, HEADER_BYTES + data_bytes - data_bytes % _BLOCK_BYTES)
        _fix_header(file)
    finally:
        os.close(file)


def _interleave(left: bytes, right: bytes) -> bytes:
    both = (np.frombuffer(left, dtype="<i2"), np.frombuffer(right, dtype="<i2"))
    return np.stack(both, axis=1).tobytes()


def _write_all(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def _fix_header(file: int) -> None:
    os.pwrite(file, _header(os.fstat(file).st_size - HEADER_BYTES), 0)


def _header(data_bytes: int) -> bytes:
    """The canonical 44-byte RIFF/WAVE header of 16-bit PCM."""
    form = struct.pack(
        "<HHIIHH", 1, _CHANNELS, LINE_RATE_HZ, LINE_RATE_HZ * _BLOCK_BYTES, _BLOCK_BYTES, 16
    )
    sizes = (struct.pack("<I", 36 + data_bytes), struct.pack("<I", data_bytes))
    return b"RIFF" + sizes[0] + b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + sizes[1]
