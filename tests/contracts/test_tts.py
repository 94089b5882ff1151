"""What every voice must do."""

import shutil
from collections.abc import AsyncIterator

import numpy as np
import pytest

import speech_models as models
from vinfer.adapters.dsp import from_pcm
from vinfer.adapters.speech_socket.client import connected
from vinfer.adapters.speech_socket.server import Engines
from vinfer.adapters.tts.espeak import EspeakVoice
from vinfer.adapters.tts.fake import TonePlayer
from vinfer.ports.audio import EngineUnavailable
from vinfer.ports.tts import Voice

needs_espeak = pytest.mark.skipif(
    shutil.which("espeak-ng") is None, reason="the program espeak-ng is not installed"
)


@pytest.fixture(
    params=[
        "fake",
        pytest.param("espeak", marks=needs_espeak),
        pytest.param("kokoro", marks=pytest.mark.slow),
        pytest.param("socket", marks=pytest.mark.slow),
    ]
)
async def voice(request: pytest.FixtureRequest) -> AsyncIterator[Voice]:
    if request.param == "fake":
        yield TonePlayer()
    elif request.param == "espeak":
        yield EspeakVoice()
    elif request.param == "kokoro":
        yield models.voice()
    else:
        async with models.hearing() as hearing:
            engines = Engines(hearing, models.voice(), models.recognizer())
            async with models.serving(engines) as path, connected(path) as remote:
                yield remote.voice


async def said(voice: Voice, text: str, *, language: str = "en-IN", by: str = "female") -> bytes:
    return b"".join([chunk async for chunk in voice.speak(text, language=language, voice=by)])


@pytest.mark.parametrize(
    ("language", "text"), [("en-IN", "Hello, this is Asha."), ("hi-IN", "नमस्ते, मैं आशा हूँ।")]
)
@pytest.mark.parametrize("by", ["female", "male"])
async def test_text_becomes_telephone_audio(
    voice: Voice, language: str, text: str, by: str
) -> None:
    pcm = await said(voice, text, language=language, by=by)
    samples = from_pcm(pcm)
    assert len(pcm) % 2 == 0
    assert 0.6 < len(pcm) / 16_000 < 4.0
    assert 0.03 < np.sqrt(np.mean(samples**2)) < 0.3
    assert np.abs(samples).max() < 0.999


async def test_sentences_arrive_one_by_one(voice: Voice) -> None:
    speaking = voice.speak("One moment. Thank you.", language="en-IN", voice="female")
    chunks = [chunk async for chunk in speaking]
    assert len(chunks) >= 2
    assert all(chunks)


async def test_prepared_lines_are_spoken_the_same(voice: Voice) -> None:
    await voice.prepare(("Good evening.",), language="en-IN", voice="male", keep="always")
    first = await said(voice, "Good evening.", by="male")
    assert first == await said(voice, "Good evening.", by="male")
    assert len(first) > 8000


@pytest.mark.parametrize("text", ["", "   ", "\n"])
async def test_nothing_to_say_is_silence(voice: Voice, text: str) -> None:
    assert await said(voice, text) == b""


async def test_what_it_cannot_speak_is_refused(voice: Voice) -> None:
    with pytest.raises(EngineUnavailable):
        await said(voice, "Bonjour", language="fr-FR")
    with pytest.raises(EngineUnavailable):
        await said(voice, "Hello", by="../../etc/passwd")
    with pytest.raises(EngineUnavailable):
        await voice.prepare(("Hello",), language="en-IN", voice="nobody", keep="always")
    assert "en-IN" in voice.capabilities.voices["female"]
