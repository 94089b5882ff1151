"""From a file's bytes to who said what, on the real engines."""

import jiwer
import numpy as np
import pytest

import nonspeech
import transcribing
from vinfer.lens.transcript import Transcript

pytestmark = pytest.mark.slow

CALL = (
    ("hf_alpha", "Good morning, this is Asha from Sunrise Bank."),
    ("am_michael", "Who is this? I am driving now."),
    ("hf_alpha", "Your EMI of five thousand two hundred rupees was due on Monday."),
    ("am_michael", "I will pay it on Friday."),
    ("hf_alpha", "Thank you for your time. Goodbye."),
)
HEARD = (
    "good morning this is asha from sunrise bank who is this i am driving now your emi of 5200 "
    "rupees was due on monday i will pay it on friday thank you for your time goodbye"
)


def check(found: Transcript) -> None:
    """The words of the call, in its order."""
    text = transcribing.plain(" ".join(segment.text for segment in found.segments))
    assert jiwer.wer(HEARD, text) <= 0.1, text
    assert found.language == "en-IN"
    assert not found.damaged


async def test_a_stereo_call_by_its_channels() -> None:
    turns, tracks = await transcribing.dialogue(CALL)
    content = transcribing.wav(tracks["am_michael"], tracks["hf_alpha"])
    found = await transcribing.transcribed(content, channel_roles=("customer", "agent"))
    check(found)
    assert transcribing.diarization_error(turns, found) <= 0.05
    assert {segment.speaker for segment in found.segments if "EMI" in segment.text} == {"agent"}


async def test_a_mono_call_by_its_voices() -> None:
    turns, tracks = await transcribing.dialogue(CALL)
    mono = np.sum(list(tracks.values()), axis=0)
    noisy = transcribing.telephone(mono, rate_hz=8000)
    found = await transcribing.transcribed(transcribing.wav(noisy))
    check(found)
    assert found.speakers == ("agent", "customer")
    assert transcribing.diarization_error(turns, found) <= 0.1
    for segment, turn in zip(found.segments, turns, strict=True):
        assert segment.start_s == pytest.approx(turn.start_s, abs=0.25)


async def test_a_recording_without_words_has_none() -> None:
    parts = [
        nonspeech.sound(kind, seconds=4.0, seed=5)
        for kind in ("ringback IN", "tune", "pink noise", "silence", "DTMF", "strings")
    ]
    content = transcribing.wav(np.concatenate(parts), rate_hz=16_000)
    found = await transcribing.transcribed(content)
    assert found.text == ""
    assert found.segments == ()
    assert found.duration_s == 24.0
