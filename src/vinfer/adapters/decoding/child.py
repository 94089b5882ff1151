"""The decoding process: `python -I -m vinfer.adapters.decoding.child '{...}'`.

It asks its parent for bytes of the recording, decodes them with FFmpeg and writes samples back. It
loads everything it needs, gives up all powers (`confine`), and only then looks at the recording.
"""

import importlib
import io
import json
import os
import pkgutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import av
import av.audio.resampler
import av.logging

from vinfer.adapters.decoding import confine, formats, wire

_av: Any = av  # typed for files and streams of every kind, not for how it is used here
_RATE_HZ: Final = 16_000
_SAMPLE_BYTES: Final = 2
_CHUNK_SAMPLES: Final = 313 * 512  # ten seconds, in whole windows of voice activity
_MOST_CHANNELS: Final = 8
_HEAD_BYTES: Final = 64 << 10
_MOST_MOVIE_BYTES: Final = 32 << 20
_GARBAGE_SHARE: Final = 0.5  # of packets that fail: then it was no audio of that kind
_FEW_PACKETS: Final = 20
_LEAST_GAP_S: Final = 0.1
_MOST_GAP_S: Final = 3600.0
_CUT_SHORT: Final = 0.9  # of the length the header claims


class Refused(Exception):
    """The recording cannot be used."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Asking(io.RawIOBase):
    """The recording, read from the parent piece by piece."""

    def __init__(self, size_bytes: int) -> None:
        self._size_bytes = size_bytes
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size_bytes}[whence]
        self._at = max(0, origin + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        length = min(len(view), wire.LONGEST_READ_BYTES, max(0, self._size_bytes - self._at))
        if length == 0:
            return 0
        send(wire.READ, wire.READ_AT.pack(self._at, length))
        (got,) = wire.LENGTH.unpack(receive(wire.LENGTH.size))
        view[:got] = receive(got)
        self._at += got
        return got


@dataclass(slots=True)
class Output:
    """Planes of samples, sent ten seconds at a time."""

    longest_samples: int
    planes: list[bytearray] = field(default_factory=list[bytearray])
    sent: int = 0

    def add(self, frame: Any) -> None:
        """Take a planar s16 frame."""
        if not self.planes:
            self.planes = [bytearray() for _ in frame.planes]
        length = frame.samples * _SAMPLE_BYTES
        for plane, source in zip(self.planes, frame.planes, strict=True):
            plane += memoryview(source)[:length]
        self._send_whole()

    def skip(self, samples: int) -> None:
        """Take silence for what the recording left out."""
        for plane in self.planes:
            plane += bytes(min(samples, self.longest_samples + 1) * _SAMPLE_BYTES)
        self._send_whole()

    def finish(self) -> None:
        """Send the rest."""
        if self.planes and self.planes[0]:
            self._send(len(self.planes[0]))

    def _send_whole(self) -> None:
        while self.planes and len(self.planes[0]) >= _CHUNK_SAMPLES * _SAMPLE_BYTES:
            self._send(_CHUNK_SAMPLES * _SAMPLE_BYTES)

    def _send(self, length: int) -> None:
        self.sent += length // _SAMPLE_BYTES
        if self.sent > self.longest_samples:
            raise Refused("audio_too_long", "the recording is longer than the limit")
        send(wire.CHUNK, b"".join(plane[:length] for plane in self.planes))
        for plane in self.planes:
            del plane[:length]


@dataclass(slots=True)
class Timeline:
    """Where a recorder wrote nothing (silence suppression, lost packets): times must stay true."""

    expected_s: float | None = None

    def gap_s(self, frame: Any) -> float:
        """The silence before `frame`, 0 when it follows its predecessor."""
        length_s = frame.samples / frame.sample_rate
        at_s = float(frame.pts * frame.time_base) if frame.pts is not None else None
        if at_s is None or self.expected_s is None:
            self.expected_s = (at_s or 0.0) + length_s
            return 0.0
        gap_s = at_s - self.expected_s
        if not _LEAST_GAP_S < gap_s < _MOST_GAP_S:
            gap_s = 0.0
        self.expected_s += gap_s + length_s
        return gap_s


@dataclass(slots=True)
class Tally:
    """How decoding went."""

    packets: int = 0
    failed: int = 0
    cut: bool = False

    @property
    def garbage(self) -> bool:
        """Whether this was never audio of that format."""
        return self.packets >= _FEW_PACKETS and self.failed > _GARBAGE_SHARE * self.packets


def send(kind: bytes, payload: bytes) -> None:
    """Write one message to the parent."""
    data = memoryview(wire.HEAD.pack(kind, len(payload)) + payload)
    while data:
        data = data[os.write(1, data) :]


def receive(length: int) -> bytes:
    """Read exactly `length` bytes from the parent."""
    parts = bytearray()
    while len(parts) < length:
        part = os.read(0, length - len(parts))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def main() -> None:
    """Decode one recording and leave."""
    order = json.loads(sys.argv[1])
    load_everything()
    av.logging.set_level(None)
    confine.limit(memory_bytes=order["memory_bytes"], cpu_s=order["cpu_s"])
    confined = confine.confine()
    try:
        decode(Asking(order["size_bytes"]), order, confined=confined)
    except Refused as refusal:
        send(wire.REFUSED, wire.pack({"code": refusal.code, "message": str(refusal)}))
    except MemoryError:
        refusal = {"code": "audio_not_decodable", "message": "decoding needs too much memory"}
        send(wire.REFUSED, wire.pack(refusal))
    os._exit(0)  # freeing hostile structures gains nothing


def load_everything() -> None:
    """Import what FFmpeg's binding would import when it first meets a kind of stream."""
    for module in pkgutil.walk_packages(av.__path__, "av."):
        if module.name.rpartition(".")[2] not in ("__main__", "datasets"):
            importlib.import_module(module.name)


def decode(asking: Asking, order: dict[str, Any], *, confined: bool) -> None:
    """Send what the recording holds. Raises `Refused`."""
    source = io.BufferedReader(asking, wire.LONGEST_READ_BYTES)
    head = source.read(_HEAD_BYTES)
    if not head:
        raise Refused("audio_empty", "the file is empty")
    _refuse_protected(source, head)
    container = _opened(source, formats.headerless(order["name"], head))
    stream = container.streams.best("audio")
    if stream is None:
        raise Refused("audio_empty", "the file has no audio stream")
    claimed_s = _describe(container, stream, confined=confined)
    stream.codec_context.thread_count = 1
    output, tally = Output(int(order["longest_s"] * _RATE_HZ)), Tally()
    for item in _resampled(_frames(container, stream, tally)):
        if isinstance(item, int):
            output.skip(item)
        else:
            output.add(item)
    output.finish()
    if tally.garbage or (output.sent == 0 and tally.failed):
        raise Refused("audio_not_decodable", "the audio cannot be decoded")
    if output.sent == 0:
        raise Refused("audio_empty", "the file holds no audio")
    short = output.sent < _CUT_SHORT * claimed_s * _RATE_HZ
    send(wire.END, wire.pack({"damaged": bool(tally.failed) or tally.cut or short}))


def _opened(source: Any, raw: tuple[str, int] | None) -> Any:
    options = {
        "protocol_whitelist": "none",
        "format_whitelist": formats.CONTAINERS,
        "max_streams": "64",
        "probesize": str(4 << 20),
    }
    kind, extra = None, dict[str, str]()
    if raw is not None:
        kind = raw[0]
        extra = {"sample_rate": str(raw[1])} if kind != "g722" else {}
    source.seek(0)
    try:
        return _av.open(source, format=kind, options=options | extra, metadata_errors="replace")
    except (_av.FFmpegError, ValueError, EOFError) as error:
        raise Refused("audio_not_decodable", "no audio format was recognised") from error


def _describe(container: Any, stream: Any, *, confined: bool) -> float:
    """Send what the file says about itself; return the seconds it claims, 0 when it does not."""
    context = stream.codec_context
    claimed = container.duration / _av.time_base if container.duration else None
    if not context.sample_rate or not context.channels:
        raise Refused("audio_not_decodable", "the audio stream does not say what it holds")
    info = {
        "container": container.format.name,
        "codec": context.name,
        "rate_hz": context.sample_rate,
        "channels": context.channels if context.channels <= _MOST_CHANNELS else 1,
        "claimed_s": claimed if claimed and claimed > 0.0 else None,
        "confined": confined,
    }
    send(wire.INFO, wire.pack(info))
    return max(0.0, claimed or 0.0)


def _frames(container: Any, stream: Any, tally: Tally) -> Iterator[Any]:
    """Every frame that can be decoded; what cannot is counted."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except (_av.FFmpegError, ValueError):
            tally.cut = True
            return
        tally.packets += 1
        try:
            yield from packet.decode()
        except _av.EOFError:
            return
        except (_av.FFmpegError, ValueError):
            tally.failed += 1


def _resampled(frames: Iterator[Any]) -> Iterator[Any]:
    """Frames at 16 kHz in s16 planes of the first frame's channels, whatever follows.

    A number stands for that many silent samples.
    """
    resampler: Any = None
    timeline = Timeline()
    layout, shape = "", None
    for frame in frames:
        now = (frame.sample_rate, frame.format.name, frame.layout.name)
        layout = layout or _layout(frame)
        if now != shape:
            if resampler is not None:
                yield from resampler.resample(None)
            resampler = av.audio.resampler.AudioResampler("s16p", layout, _RATE_HZ)
            shape = now
        if gap_s := timeline.gap_s(frame):
            yield int(gap_s * _RATE_HZ)
        frame.pts = None
        yield from resampler.resample(frame)
    if resampler is not None:
        yield from resampler.resample(None)


def _layout(frame: Any) -> str:
    """The frame's own channels up to eight; more are no telephone call and become one."""
    return frame.layout.name if frame.layout.nb_channels <= _MOST_CHANNELS else "mono"


def _refuse_protected(source: Any, head: bytes) -> None:
    if formats.protected(head) or (formats.is_mp4(head) and _protected_movie(source)):
        raise Refused("audio_protected", "the recording is protected by DRM")


def _protected_movie(source: Any) -> bool:
    """Walk the boxes of an ISO file to its `moov` and look for protection there."""
    at = 0
    for _ in range(1000):
        source.seek(at)
        head = source.read(16)
        if len(head) < 8:
            return False
        size, kind = int.from_bytes(head[:4]), head[4:8]
        if size == 1:
            size = int.from_bytes(head[8:16])
        if kind in (b"moov", b"moof"):
            return formats.protected_movie(head + source.read(min(size, _MOST_MOVIE_BYTES)))
        if size < 8:
            return False
        at += size
    return False


if __name__ == "__main__":
    main()
