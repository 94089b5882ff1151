"""What the voice says must be understood by the ear: names, amounts, dates, on a telephone band."""

import jiwer
import pytest

import speech_models as models
from rehearing import ENGLISH, plain

pytestmark = pytest.mark.slow


async def test_call_sentences_are_understood() -> None:
    said: list[str] = []
    heard: list[str] = []
    for text, expected in ENGLISH[:4]:
        pcm = await models.spoken(text, by="female")
        found = await models.recognizer().transcribe(pcm, rate_hz=8000, language="en-IN", live=True)
        said.append(plain(expected))
        heard.append(plain(found.text))
    assert jiwer.wer(said, heard) <= 0.1, list(zip(said, heard, strict=True))
