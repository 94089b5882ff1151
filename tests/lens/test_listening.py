"""Survey and listening on the shipped fakes: pieces, memory, resuming."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from vinfer.adapters.decoding.fake import WavDecoder
from vinfer.adapters.decoding.sources import BytesSource
from vinfer.adapters.embedding.fake import PitchVoiceprinter
from vinfer.adapters.stt.fake import ScriptedTranscriber
from vinfer.adapters.vad.fake import LoudActivity
from vinfer.lens.assembly import assemble
from vinfer.lens.listening import Cutter, HeardPiece, listen
from vinfer.lens.survey import Survey, survey
from vinfer.ports.decoding import AudioChunk
from vinfer.ports.engines import EngineBaffled
from vinfer.ports.stt import HeardSegment

RATE_HZ = 16_000
Samples = NDArray[np.float64]


def hum(hz: float, *turns: tuple[float, float], length_s: float) -> Samples:
    """A voice of one pitch in each (start, end) of seconds."""
    at = np.arange(int(length_s * RATE_HZ)) / RATE_HZ
    on = sum(((at >= start_s) & (at < end_s)).astype(float) for start_s, end_s in turns)
    return 0.3 * np.sin(2 * np.pi * hz * at) * on


def wav(*channels: Samples) -> bytes:
    """A WAV file at 16 kHz."""
    data = (np.stack(channels, axis=1) * 32767).astype("<i2").tobytes()
    count = len(channels)
    head = b"WAVEfmt \x10\0\0\0\x01\0" + count.to_bytes(2, "little")
    head += RATE_HZ.to_bytes(4, "little") + (RATE_HZ * 2 * count).to_bytes(4, "little")
    head += (2 * count).to_bytes(2, "little") + b"\x10\0data" + len(data).to_bytes(4, "little")
    return b"RIFF" + (len(head) + len(data)).to_bytes(4, "little") + head + data


async def surveyed(content: bytes, *, split: bool | None = None) -> Survey:
    async with WavDecoder().open(BytesSource(content), longest_s=900) as decoding:
        return await survey(decoding, LoudActivity(), longest_s=28.0, split=split)


async def heard(
    content: bytes,
    found: Survey,
    lines: list[str] | ScriptedTranscriber,
    done: tuple[int, ...] = (),
) -> list[HeardPiece]:
    engine = ScriptedTranscriber(lines) if isinstance(lines, list) else lines
    async with WavDecoder().open(BytesSource(content), longest_s=900) as decoding:
        pieces = listen(
            decoding,
            found,
            transcriber=engine,
            voiceprinter=PitchVoiceprinter(),
            language="en-IN",
            done=done,
        )
        return [piece async for piece in pieces]


LOW = hum(200, (1, 4), (12, 15), length_s=60)
HIGH = hum(900, (6, 9), (40, 43), length_s=60)


async def test_one_microphone_two_voices() -> None:
    content = wav(LOW + HIGH)
    found = await surveyed(content)
    assert found.by_voice
    assert found.duration_s == 60
    assert [(piece.window.start_s, piece.window.end_s) for piece in found.pieces] == [
        (pytest.approx(0.6, abs=0.05), pytest.approx(15.4, abs=0.05)),
        (pytest.approx(39.6, abs=0.05), pytest.approx(43.4, abs=0.05)),
    ]
    pieces = await heard(content, found, ["one two three four five six", "seven"])
    transcript = assemble(found, pieces, most_speakers=2)
    assert transcript.speakers == ("speaker_1", "speaker_2")
    assert [segment.speaker for segment in transcript.segments][-1] == "speaker_2"
    assert transcript.segments[-1].text == "seven"
    assert transcript.segments[-1].start_s == pytest.approx(40, abs=0.1)


async def test_two_channels_two_sides() -> None:
    content = wav(LOW, HIGH)
    found = await surveyed(content)
    assert found.tracks == ((0,), (1,))
    assert not found.by_voice
    pieces = await heard(content, found, ["hello", "again", "yes", "bye"])
    assert all(piece.prints.at_s == () for piece in pieces)
    transcript = assemble(found, pieces, most_speakers=2, channel_roles=("customer", "agent"))
    assert [(each.speaker, each.text) for each in transcript.segments] == [
        ("customer", "hello"),
        ("agent", "again"),
        ("customer", "yes"),
        ("agent", "bye"),
    ]


class Leaping(ScriptedTranscriber):
    """Gives up at the first pause, as a recogniser may."""

    async def hear(self, pcm: bytes, *, language: str) -> tuple[HeardSegment, ...]:
        loud = np.flatnonzero(np.abs(np.frombuffer(pcm, "<i2")) > 3000)
        pauses = np.flatnonzero(np.diff(loud) > RATE_HZ)
        end = loud[pauses[0]] if pauses.size else loud[-1]
        (segment,) = await super().hear(pcm[loud[0] * 2 : end * 2], language=language)
        at_s = loud[0] / RATE_HZ
        words = tuple(
            replace(word, start_s=word.start_s + at_s, end_s=word.end_s + at_s)
            for word in segment.words
        )
        return (replace(segment, words=words),)


async def test_what_is_passed_over_is_heard_by_itself() -> None:
    content = wav(hum(200, (1, 3), (5, 7), (9, 10.5), length_s=15))
    found = await surveyed(content)
    assert len(found.pieces) == 1
    lines = ["my loan is", "two lakh rupees", "is it not"]
    pieces = await heard(content, found, Leaping(lines))
    transcript = assemble(found, pieces, most_speakers=1)
    assert [(each.text, round(each.start_s)) for each in transcript.segments] == [
        ("my loan is", 1),
        ("two lakh rupees", 5),
        ("is it not", 9),
    ]


class Baffled(Leaping):
    """Makes nothing of what is heard by itself."""

    asked = 0

    async def hear(self, pcm: bytes, *, language: str) -> tuple[HeardSegment, ...]:
        self.asked += 1
        if self.asked > 1:
            raise EngineBaffled("laughter")
        return await super().hear(pcm, language=language)


async def test_a_window_stands_though_the_engine_makes_nothing_of_the_rest() -> None:
    content = wav(hum(200, (1, 3), (5, 7), length_s=12))
    found = await surveyed(content)
    engine = Baffled(["my loan is"])
    pieces = await heard(content, found, engine)
    assert engine.asked == 2
    assert assemble(found, pieces, most_speakers=1).text == "my loan is"


async def test_what_was_heard_is_not_heard_again() -> None:
    content = wav(LOW, HIGH)
    found = await surveyed(content)
    whole = await heard(content, found, ["a", "b", "c", "d"])
    rest = await heard(content, found, ["c", "d"], done=(0, 1))
    assert rest == whole[2:]
    assert await heard(content, found, [], done=(0, 1, 2, 3)) == []


async def test_every_result_can_be_stored_and_read_again() -> None:
    content = wav(LOW + HIGH)
    found = await surveyed(content)
    pieces = await heard(content, found, ["one two", "three"])
    for value, kind in ((found, Survey), (pieces, list[HeardPiece])):
        assert msgspec.json.decode(msgspec.json.encode(value), type=kind) == value


async def test_a_recording_without_speech_has_no_pieces() -> None:
    content = wav(np.zeros(RATE_HZ))
    found = await surveyed(content)
    assert found.pieces == ()
    transcript = assemble(found, await heard(content, found, ["never"]), most_speakers=2)
    assert (transcript.text, transcript.segments, transcript.language) == ("", (), None)


async def test_a_cutter_gives_exact_audio_and_forgets_what_is_past() -> None:
    turns = [(5.0 * at, 5.0 * at + 1) for at in range(30)]
    content = wav(hum(300, *turns, length_s=150))
    found = await surveyed(content)
    cutter = Cutter(found)
    wave = np.frombuffer(content[44:], "<i2")
    most_kept = 0
    for at in range(0, wave.size, 313 * 512):
        part = wave[at : at + 313 * 512].tobytes()
        for piece, pcm in cutter.feed(AudioChunk(at / RATE_HZ, (part,))):
            first = round(piece.window.start_s * RATE_HZ)
            assert pcm == wave[first : first + len(pcm) // 2].tobytes()
            assert len(pcm) / 2 / RATE_HZ == pytest.approx(piece.window.length_s, abs=0.001)
        most_kept = max(most_kept, cutter.kept_samples)
    assert not cutter.waiting
    assert most_kept < 60 * RATE_HZ


async def test_the_echo_of_the_other_side_is_muted() -> None:
    own = hum(200, (1, 2), (4, 5), length_s=12)
    other = hum(900, (2.5, 3.5), (6, 11), length_s=12)
    content = wav(own + 0.05 * other, other)
    found = await surveyed(content)
    assert found.tracks == ((0,), (1,))
    piece = next(piece for piece in found.pieces if piece.track == 0)
    assert [round(span.start_s, 1) for span in piece.echoes] == [2.4]
    planes = np.frombuffer(content[44:], "<i2").reshape(-1, 2)
    chunk = AudioChunk(0.0, (planes[:, 0].tobytes(), planes[:, 1].tobytes()))
    audio = {cut.number: pcm for cut, pcm in Cutter(found).feed(chunk)}
    samples = np.frombuffer(audio[piece.number], "<i2")
    from_s = piece.window.start_s
    echo = samples[int((2.5 - from_s) * RATE_HZ) : int((3.5 - from_s) * RATE_HZ)]
    speech = samples[int((4.1 - from_s) * RATE_HZ) : int((4.9 - from_s) * RATE_HZ)]
    assert not echo.any()
    assert np.abs(speech).max() > 9000
