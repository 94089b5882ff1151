"""What every recogniser must do."""

from collections.abc import AsyncIterator

import pytest

import speech_models as models
from vinfer.adapters.speech_socket.client import connected
from vinfer.adapters.speech_socket.server import Engines
from vinfer.adapters.stt.fake import ScriptedRecognizer
from vinfer.ports.audio import EngineUnavailable
from vinfer.ports.stt import Recognizer

SAID = "Please call me tomorrow morning."


@pytest.fixture(
    params=[
        "fake",
        pytest.param("whisper", marks=pytest.mark.slow),
        pytest.param("socket", marks=pytest.mark.slow),
    ]
)
async def recognizer(request: pytest.FixtureRequest) -> AsyncIterator[Recognizer]:
    if request.param == "fake":
        yield ScriptedRecognizer([SAID])
    elif request.param == "whisper":
        yield models.recognizer()
    else:
        async with models.hearing() as hearing:
            engines = Engines(hearing, models.voice(), models.recognizer())
            async with models.serving(engines) as path, connected(path) as remote:
                yield remote.recognizer


@pytest.fixture
async def speech(recognizer: Recognizer) -> bytes:
    if isinstance(recognizer, ScriptedRecognizer):
        return b"\x00\x20" * 16_000
    return await models.spoken(SAID)


@pytest.mark.parametrize("live", [False, True])
async def test_speech_becomes_text(recognizer: Recognizer, speech: bytes, live: bool) -> None:
    heard = await recognizer.transcribe(speech, rate_hz=8000, language="en-IN", live=live)
    assert heard.text == SAID
    assert heard.language == "en-IN"
    assert 0.5 < heard.confidence <= 1.0


async def test_words_are_in_order_and_inside_the_audio(
    recognizer: Recognizer, speech: bytes
) -> None:
    heard = await recognizer.transcribe(speech, rate_hz=8000, language="en-IN", words=True)
    assert [word.text for word in heard.words] == SAID.split()
    edges = [edge for word in heard.words for edge in (word.start_s, word.end_s)]
    assert edges == sorted(edges)
    assert edges[0] >= 0
    assert edges[-1] <= len(speech) / 16_000 + 0.1


@pytest.mark.parametrize("pcm", [b"", bytes(100), bytes(32_000)], ids=["none", "short", "silence"])
@pytest.mark.parametrize("live", [False, True])
async def test_silence_is_no_guess(recognizer: Recognizer, pcm: bytes, live: bool) -> None:
    heard = await recognizer.transcribe(pcm, rate_hz=8000, language="en-IN", live=live)
    assert (heard.text, heard.confidence, heard.words) == ("", 0.0, ())


async def test_a_language_it_lacks_is_refused(recognizer: Recognizer) -> None:
    with pytest.raises(EngineUnavailable):
        await recognizer.transcribe(bytes(16_000), rate_hz=8000, language="fr-FR")
    assert "en-IN" in recognizer.capabilities.languages
