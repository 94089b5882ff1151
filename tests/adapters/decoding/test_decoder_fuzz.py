"""Broken bytes end as audio or as a refusal, and never as anything else."""

import asyncio

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import audio_files as files
from vinfer.adapters.decoding.ffmpeg import FfmpegDecoder
from vinfer.adapters.decoding.sources import BytesSource
from vinfer.ports.decoding import AudioRefused

SEEDS = {
    name: files.encoded(name, seconds=0.3)
    for name in ("alaw.wav", "song.mp3", "voice.ogg", "voice.m4a", "voice.webm", "voice.flac")
}
CODES = {"audio_not_decodable", "audio_empty", "audio_protected", "audio_too_long"}
CHANGES = st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=30)


async def outcome(content: bytes) -> str | int:
    """A refusal's code, or how many samples came out."""
    try:
        source = BytesSource(content, name="x.wav")
        async with FfmpegDecoder().open(source, longest_s=20.0) as decoding:
            return sum([chunk.samples async for chunk in decoding.chunks()])
    except AudioRefused as refusal:
        return refusal.code


@given(st.sampled_from(sorted(SEEDS)), CHANGES, st.floats(0.05, 1.0))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_changed_and_cut_files(name: str, changes: list[tuple[int, int]], share: float) -> None:
    content = bytearray(SEEDS[name])
    for at, value in changes:
        content[at % len(content)] = value
    found = asyncio.run(outcome(bytes(content[: int(share * len(content))])))
    assert found in CODES or isinstance(found, int)
