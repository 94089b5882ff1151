"""whisper-base must not invent words, and must know which language answers."""

import numpy as np
import pytest

import speech_models as models
from vinfer.adapters.dsp import from_pcm, to_pcm

pytestmark = pytest.mark.slow


def sound(kind: str) -> bytes:
    """Three seconds without a word."""
    rng = np.random.default_rng(3)
    at = np.arange(24_000) / 8000
    waves = {
        "silence": np.zeros(24_000),
        "hiss": rng.normal(0, 0.02, 24_000),
        "loud noise": rng.normal(0, 0.2, 24_000),
        "mains hum": 0.1 * np.sin(2 * np.pi * 50 * at),
        "ringback": 0.2 * np.sin(2 * np.pi * 425 * at) * (at % 1.2 < 0.4),
        "fax": 0.3 * np.sin(2 * np.pi * 2100 * at),
        "clicks": (rng.random(24_000) > 0.999) * 0.8,
    }
    return to_pcm(waves[kind].astype(np.float32))


@pytest.mark.parametrize(
    ("kind", "language"),
    [
        ("silence", "en-IN"),
        ("hiss", "en-IN"),
        ("loud noise", "hi-IN"),
        ("mains hum", "en-IN"),
        ("ringback", "en-IN"),
        ("ringback", "hi-IN"),
        ("fax", "en-IN"),
        ("clicks", "hi-IN"),
    ],
)
async def test_sounds_without_words_give_none(kind: str, language: str) -> None:
    for live in (False, True):
        heard = await models.recognizer().transcribe(
            sound(kind), rate_hz=8000, language=language, live=live
        )
        assert heard.text == "", live


@pytest.mark.parametrize(
    ("text", "spoken_in", "by"),
    [
        ("मैं कल पैसे भेज दूँगा, अभी गाड़ी चला रहा हूँ।", "hi-IN", "hf_beta"),
        ("I will send the money tomorrow, I am driving now.", "en-IN", "bf_emma"),
    ],
)
@pytest.mark.parametrize("asked", ["en-IN", "hi-IN"])
async def test_the_language_of_the_answer_is_heard(
    text: str, spoken_in: str, by: str, asked: str
) -> None:
    pcm = await models.spoken(text, language=spoken_in, by=by)
    heard = await models.recognizer().transcribe(pcm, rate_hz=8000, language=asked, live=True)
    assert heard.language == spoken_in
    assert heard.text
    assert heard.text.isascii()


async def test_long_audio_keeps_its_words_and_their_times() -> None:
    pcm = await models.spoken("Please call me tomorrow morning.")
    gap = bytes(16_000 * 20)
    heard = await models.recognizer().transcribe(
        gap + pcm + gap + pcm, rate_hz=8000, language="en-IN", words=True
    )
    assert heard.text == "Please call me tomorrow morning. Please call me tomorrow morning."
    second_s = 40 + len(pcm) / 16_000
    assert heard.words[0].start_s == pytest.approx(20, abs=0.6)
    assert heard.words[5].start_s == pytest.approx(second_s, abs=0.6)


async def test_quiet_speech_on_a_noisy_line_is_heard() -> None:
    pcm = await models.spoken("Please call me tomorrow morning.")
    quiet = models.noisy(to_pcm((from_pcm(pcm) * np.float32(0.2)).astype(np.float32)))
    heard = await models.recognizer().transcribe(quiet, rate_hz=8000, language="en-IN", live=True)
    assert "tomorrow morning" in heard.text.lower()
