"""Recordings of every kind, made on the spot: good ones, broken ones and hostile ones."""

import io
from fractions import Fraction
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

_av: Any = av

GOOD: dict[str, tuple[str, str, int, str]] = {
    # name: container, codec, rate, layout
    "pcm.wav": ("wav", "pcm_s16le", 44_100, "stereo"),
    "float.wav": ("wav", "pcm_f32le", 48_000, "mono"),
    "mulaw.wav": ("wav", "pcm_mulaw", 8_000, "stereo"),
    "alaw.wav": ("wav", "pcm_alaw", 8_000, "mono"),
    "raw.ulaw": ("mulaw", "pcm_mulaw", 8_000, "mono"),
    "raw.al": ("alaw", "pcm_alaw", 8_000, "mono"),
    "raw.g722": ("g722", "g722", 16_000, "mono"),
    "song.mp3": ("mp3", "mp3", 22_050, "stereo"),
    "voice.ogg": ("ogg", "libopus", 48_000, "mono"),
    "voice.flac": ("flac", "flac", 16_000, "stereo"),
    "voice.m4a": ("ipod", "aac", 32_000, "stereo"),
    "voice.webm": ("webm", "libopus", 48_000, "stereo"),
    "surround.m4a": ("ipod", "aac", 48_000, "5.1"),
    "voice.aiff": ("aiff", "pcm_s16be", 11_025, "mono"),
}


def tone(hz: float, *, seconds: float, rate_hz: int) -> NDArray[np.float32]:
    """A sine at half of full scale."""
    at = np.arange(int(seconds * rate_hz)) / rate_hz
    return (0.5 * np.sin(2 * np.pi * hz * at)).astype(np.float32)


def encoded(name: str, *, seconds: float = 2.0) -> bytes:
    """The file `name` of `GOOD`: 300 Hz in the first channel, 200 Hz higher in each further one."""
    container, codec, rate_hz, layout = GOOD[name]
    count = {"mono": 1, "stereo": 2, "5.1": 6}[layout]
    waves = [tone(300 + 200 * n, seconds=seconds, rate_hz=rate_hz) for n in range(count)]
    return encode(np.stack(waves), container=container, codec=codec, rate_hz=rate_hz, layout=layout)


def encode(
    waves: NDArray[np.float32], *, container: str, codec: str, rate_hz: int, layout: str
) -> bytes:
    """Write `waves` [channels, samples] at `rate_hz` with any of FFmpeg's encoders."""
    out = io.BytesIO()
    with _av.open(out, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate_hz)
        stream.codec_context.layout = layout
        frame = _av.AudioFrame.from_ndarray(waves, format="fltp", layout=layout)
        frame.sample_rate, frame.time_base, frame.pts = rate_hz, Fraction(1, rate_hz), 0
        for packet in (*stream.encode(frame), *stream.encode(None)):
            file.mux(packet)
    return out.getvalue()


def video_only() -> bytes:
    """A film without sound."""
    out = io.BytesIO()
    with _av.open(out, "w", format="matroska") as file:
        stream = file.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        picture = np.zeros((64, 64, 3), np.uint8)
        for _ in range(5):
            file.mux(stream.encode(_av.VideoFrame.from_ndarray(picture, format="rgb24")))
        file.mux(stream.encode(None))
    return out.getvalue()


def protected_m4a() -> bytes:
    """An m4a whose sample entry says that its samples are encrypted."""
    plain = encoded("voice.m4a")
    at = plain.index(b"esds") - 4
    size = int.from_bytes(plain[at : at + 4])
    scheme = b"\x00\x00\x00\x14schm\x00\x00\x00\x00cenc\x00\x01\x00\x00"
    box = (8 + len(scheme)).to_bytes(4) + b"sinf" + scheme
    room = box + b"\x00" * (size - len(box))  # keeps every outer size true
    return plain[:at] + room + plain[at + size :]


EMPTY_WAV = (
    b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"
    b"\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x00\x00\x00\x00"
)
HLS = b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
CONCAT = b"ffconcat version 1.0\nfile /etc/passwd\n"
SUBTITLES = b"1\n00:00:00,000 --> 00:00:02,000\nHello\n\n"
HTML = b"<!doctype html><html><body>Sign in to listen to this recording</body></html>" * 50


def with_gap(*, before_s: float, gap_s: float, after_s: float) -> bytes:
    """A WebM whose recorder wrote nothing while nobody spoke, as browsers do."""
    rate_hz, step = 48_000, 960
    out = io.BytesIO()
    with _av.open(out, "w", format="webm") as file:
        stream = file.add_stream("libopus", rate=rate_hz)
        stream.codec_context.layout = "mono"
        wave = tone(300, seconds=before_s + after_s, rate_hz=rate_hz)
        for at in range(0, wave.size - step + 1, step):
            frame = _av.AudioFrame.from_ndarray(
                wave[None, at : at + step], format="flt", layout="mono"
            )
            frame.sample_rate, frame.time_base = rate_hz, Fraction(1, rate_hz)
            frame.pts = at
            for packet in stream.encode(frame):
                _shift(packet, after_s=before_s, by_s=gap_s)
                file.mux(packet)
    return out.getvalue()


def _shift(packet: Any, *, after_s: float, by_s: float) -> None:
    if packet.pts * packet.time_base >= after_s:
        ticks = int(by_s / packet.time_base)
        packet.pts += ticks
        packet.dts += ticks
