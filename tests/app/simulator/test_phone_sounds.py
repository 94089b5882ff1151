"""Lines on disk, the beep, the ringing and the background noise."""

from pathlib import Path

import numpy as np
import pytest
from tone_voice import ToneVoice

from vinfer.app.simulator import sounds
from vinfer.app.simulator.energy import loudness
from vinfer.app.simulator.personas import PERSONAS
from vinfer.app.simulator.voices import local_voice, record_lines
from vinfer.ports.audio import FRAME_BYTES, SILENT_FRAME


def peak_hz(pcm: bytes) -> float:
    samples = np.frombuffer(pcm, dtype="<i2").astype(float)
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * 8000 / samples.size)


def test_the_beep_is_half_a_second_of_1_khz() -> None:
    beep = sounds.beep()
    assert len(beep) == 8000
    assert peak_hz(beep) == pytest.approx(1000, abs=5)
    assert loudness(beep) > 5000


def test_the_ringing_has_the_indian_cadence() -> None:
    ring = sounds.ringback()
    on = [loudness(ring[at : at + FRAME_BYTES]) > 1000 for at in range(0, len(ring), FRAME_BYTES)]
    assert len(on) * 0.02 == pytest.approx(3.0)
    assert on == [True] * 20 + [False] * 10 + [True] * 20 + [False] * 100


@pytest.mark.parametrize("dbfs", [-66.0, -38.0])
def test_background_has_its_level_and_does_not_overflow(dbfs: float) -> None:
    background = sounds.Background(dbfs=dbfs, seed=3)
    noise = b"".join(background.mix(SILENT_FRAME) for _ in range(200))
    assert 20 * np.log10(loudness(noise) / 32767) == pytest.approx(dbfs, abs=0.5)
    loud = np.full(FRAME_BYTES // 2, 32767, dtype="<i2").tobytes()
    mixed = np.frombuffer(background.mix(loud), dtype="<i2")
    assert mixed.min() > 20000


async def test_each_line_is_spoken_once_for_all_who_say_it() -> None:
    voice, steps = ToneVoice(), []
    people = [PERSONAS["00"], PERSONAS["07"], PERSONAS["18"], PERSONAS["01"]]
    book = await record_lines(
        people, voice=voice, progress=lambda done, total: steps.append((done, total))
    )
    assert set(book.of(PERSONAS["00"])) == set(PERSONAS["00"].lines)
    assert book.of(PERSONAS["18"]) == book.of(PERSONAS["00"])
    assert len(voice.said) == len(set(voice.said)) == 5
    assert steps == [(n, 5) for n in range(1, 6)]


async def test_a_mailbox_greeting_ends_in_its_beep() -> None:
    mailbox = PERSONAS["07"]
    book = await record_lines([mailbox], voice=ToneVoice(), progress=lambda _done, _total: None)
    greeting = book.of(mailbox)[mailbox.speech.greeting or ""]
    assert peak_hz(greeting[-8000:]) == pytest.approx(1000, abs=5)
    assert loudness(greeting[-8000 - 6400 : -8000]) == 0


@pytest.mark.slow
async def test_the_built_in_voice_speaks_the_lines(tmp_path: Path) -> None:
    people = [PERSONAS["13"], PERSONAS["14"]]
    async with local_voice(cache_dir=tmp_path) as voice:
        missing = {p.voice for p in PERSONAS.values()} - voice.capabilities.voices.keys()
        book = await record_lines(people, voice=voice, progress=lambda _done, _total: None)
    assert missing == set()
    hello = book.of(PERSONAS["14"])["Hello?"]
    assert 0.3 < len(hello) / 16000 < 1.5
    assert loudness(hello) > 500
