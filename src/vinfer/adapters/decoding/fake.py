"""A decoder for plain WAV files that needs no process."""

import struct
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import numpy as np

from vinfer.adapters.dsp import from_pcm, resample, to_pcm
from vinfer.ports.decoding import (
    DECODED_RATE_HZ,
    AudioChunk,
    AudioInfo,
    AudioRefused,
    AudioSource,
    Decoding,
)

_HEAD: Final = struct.Struct("<4sI4s4sIHHIIHH4sI")
_CHUNK_SAMPLES: Final = 313 * 512


class WavDecoder:
    """Decodes 16-bit WAV files with a header of 44 bytes; refuses all else."""

    @asynccontextmanager
    async def open(self, source: AudioSource, *, longest_s: float) -> AsyncGenerator[Decoding]:
        """Read all of `source`. Raises `AudioRefused`."""
        content = await source.read(0, source.size_bytes)
        if not content:
            raise AudioRefused("audio_empty", "the file is empty")
        if len(content) < _HEAD.size or not content.startswith(b"RIFF"):
            raise AudioRefused("audio_not_decodable", "no audio format was recognised")
        _, _, _, _, _, _, channels, rate_hz, *_ = _HEAD.unpack_from(content)
        samples = from_pcm(content[_HEAD.size :])
        samples = samples[: samples.size - samples.size % channels].reshape(-1, channels)
        seconds = len(samples) / rate_hz
        if seconds == 0:
            raise AudioRefused("audio_empty", "the file holds no audio")
        if seconds > longest_s:
            raise AudioRefused("audio_too_long", "the recording is longer than the limit")
        planes = [
            resample(np.ascontiguousarray(plane), from_hz=rate_hz, to_hz=DECODED_RATE_HZ)
            for plane in samples.T
        ]
        info = AudioInfo("wav", "pcm_s16le", rate_hz, channels, seconds)
        yield _Decoded(info, [to_pcm(plane) for plane in planes])


class _Decoded:
    damaged = False

    def __init__(self, info: AudioInfo, planes: list[bytes]) -> None:
        self.info = info
        self._planes = planes

    async def chunks(self) -> AsyncIterator[AudioChunk]:
        """Ten seconds at a time."""
        step = _CHUNK_SAMPLES * 2
        for at in range(0, len(self._planes[0]), step):
            parts = tuple(plane[at : at + step] for plane in self._planes)
            yield AudioChunk(at / 2 / DECODED_RATE_HZ, parts)
