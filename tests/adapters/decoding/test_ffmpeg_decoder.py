"""Everything a customer may send, and everything an attacker may."""

import asyncio
import sys

import numpy as np
import psutil
import pytest

import audio_files as files
from vinfer.adapters.decoding.ffmpeg import DecoderLimits, FfmpegDecoder
from vinfer.adapters.decoding.sources import BytesSource
from vinfer.ports.decoding import AudioChunk, AudioInfo, AudioRefused

RATE_HZ = 16_000


async def decoded(
    content: bytes, *, name: str = "call", longest_s: float = 60.0
) -> tuple[AudioInfo, list[AudioChunk], bool]:
    """Everything that comes out of a recording."""
    source = BytesSource(content, name=name)
    async with FfmpegDecoder().open(source, longest_s=longest_s) as decoding:
        chunks = [chunk async for chunk in decoding.chunks()]
        return decoding.info, chunks, decoding.damaged


async def refusal(content: bytes, *, name: str = "call", longest_s: float = 60.0) -> str:
    """The code with which a recording is refused."""
    with pytest.raises(AudioRefused) as refused:
        await decoded(content, name=name, longest_s=longest_s)
    return refused.value.code


def pitch_hz(plane: bytes) -> float:
    """The strongest frequency."""
    samples = np.frombuffer(plane, "<i2").astype(np.float64)
    return float(np.abs(np.fft.rfft(samples)).argmax() * RATE_HZ / samples.size)


@pytest.mark.parametrize("name", files.GOOD)
async def test_every_format_keeps_its_channels_and_its_length(name: str) -> None:
    channels = {"mono": 1, "stereo": 2, "5.1": 6}[files.GOOD[name][3]]
    info, chunks, damaged = await decoded(files.encoded(name), name=name)
    assert info.channels == channels
    assert info.rate_hz == files.GOOD[name][2]
    assert not damaged
    (chunk,) = chunks
    assert chunk.samples == pytest.approx(2 * RATE_HZ, abs=0.05 * RATE_HZ)
    if channels < 6:  # the low-frequency channel of 5.1 has no 900 Hz
        found = [pitch_hz(plane) for plane in chunk.channels]
        assert found == pytest.approx([300 + 200 * at for at in range(channels)], abs=3)


async def test_long_audio_comes_in_whole_windows() -> None:
    content = files.encoded("mulaw.wav", seconds=25)
    _, chunks, _ = await decoded(content)
    assert [chunk.samples % 512 for chunk in chunks[:-1]] == [0, 0]
    assert sum(chunk.samples for chunk in chunks) == 25 * RATE_HZ
    assert chunks[2].start_s == pytest.approx(2 * 313 * 512 / RATE_HZ)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "audio_empty"),
        (files.EMPTY_WAV, "audio_empty"),
        (files.video_only(), "audio_empty"),
        (files.HTML, "audio_not_decodable"),
        (files.HLS, "audio_not_decodable"),
        (files.CONCAT, "audio_not_decodable"),
        (files.SUBTITLES, "audio_not_decodable"),
        (bytes(1 << 20), "audio_not_decodable"),
        (np.random.default_rng(1).bytes(100_000), "audio_not_decodable"),
        (files.encoded("voice.m4a")[:2000], "audio_not_decodable"),
        (files.protected_m4a(), "audio_protected"),
        (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(8)
         + bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e"), "audio_protected"),
    ],
    ids=["zero", "header", "film", "html", "hls", "concat", "srt", "zeros", "random", "cut m4a",
         "drm m4a", "drm wma"],
)  # fmt: skip
async def test_what_is_no_audio_says_why(content: bytes, code: str) -> None:
    assert await refusal(content, name="call.mp3") == code


async def test_a_wrong_ending_does_not_matter() -> None:
    info, _, _ = await decoded(files.encoded("song.mp3"), name="call.ulaw")
    assert info.codec.startswith("mp3")


async def test_a_cut_file_gives_what_it_has() -> None:
    content = files.encoded("song.mp3", seconds=4)
    _, chunks, damaged = await decoded(content[: len(content) // 2])
    assert damaged
    assert chunks[0].samples == pytest.approx(2 * RATE_HZ, abs=0.2 * RATE_HZ)


async def test_a_recording_over_the_limit_is_refused() -> None:
    assert await refusal(files.encoded("alaw.wav", seconds=3), longest_s=2.5) == "audio_too_long"


async def test_silence_that_was_not_recorded_keeps_its_time() -> None:
    content = files.with_gap(before_s=1.0, gap_s=3.0, after_s=1.0)
    _, chunks, _ = await decoded(content)
    (chunk,) = chunks
    loud = np.abs(np.frombuffer(chunk.channels[0], "<i2")) > 1000
    assert chunk.samples == pytest.approx(5 * RATE_HZ, abs=0.1 * RATE_HZ)
    assert np.flatnonzero(loud[: 3 * RATE_HZ])[-1] == pytest.approx(RATE_HZ, abs=0.1 * RATE_HZ)


async def test_a_decoder_that_breaks_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "vinfer.adapters.decoding.ffmpeg._CHILD", "this"
    )  # prints and leaves: no message ever comes
    with pytest.raises(AudioRefused, match="failed"):
        await decoded(files.encoded("alaw.wav"))


async def test_no_process_outlives_its_recording() -> None:
    source = BytesSource(files.encoded("alaw.wav", seconds=60), name="a.wav")
    async with FfmpegDecoder().open(source, longest_s=100) as decoding:
        async for _ in decoding.chunks():
            break
    assert not [
        child
        for child in psutil.Process().children()
        if "vinfer.adapters.decoding.child" in child.cmdline()
    ]


async def test_a_silent_source_does_not_wait_for_ever() -> None:
    class Stuck(BytesSource):
        async def read(self, offset: int, length: int) -> bytes:
            await asyncio.sleep(0.01)
            return b""

    stuck = Stuck(files.encoded("alaw.wav"), name="a.wav")
    with pytest.raises(AudioRefused):
        async with FfmpegDecoder(DecoderLimits(stall_s=5.0)).open(stuck, longest_s=9):
            pass


@pytest.mark.skipif(sys.platform != "linux", reason="the filter is Linux's")
async def test_the_decoder_can_do_nothing_else() -> None:
    code = (
        "import os, socket, sys\n"
        "from vinfer.adapters.decoding import confine\n"
        "confine.limit(memory_bytes=256 << 20, cpu_s=20)\n"
        "assert confine.confine()\n"
        "def refused(act, *args):\n"
        "    try: act(*args)\n"
        "    except (PermissionError, MemoryError): return 'no'\n"
        "    return 'YES'\n"
        "tries = [(open, '/etc/passwd'), (os.listdir, '/'), (socket.socket,), (os.fork,),\n"
        "         (os.execv, '/bin/true', ['true']), (os.kill, os.getppid(), 0),\n"
        "         (os.mkdir, '/tmp/decoder'), (bytearray, 300 << 20)]\n"
        "os.write(1, ' '.join(refused(*each) for each in tries).encode())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-c", code, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert out.decode().split() == ["no"] * 8
