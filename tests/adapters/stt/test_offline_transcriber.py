"""Finished recordings: nothing invented, nothing lost, even without voice activity's help."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import nonspeech
import transcribing
from vinfer.adapters.dsp import resample, to_pcm
from vinfer.adapters.stt.guards import believable, echoes_prompt
from vinfer.adapters.stt.offline import WhisperTranscriber
from vinfer.adapters.stt.whisper_model import Decoded, _words
from vinfer.ports.audio import EngineUnavailable
from vinfer.ports.voices import Span


def decoded(text: str, *, logprob: float, no_speech: float) -> Decoded:
    return Decoded(text, (), logprob, no_speech)


def test_the_prompt_is_no_answer() -> None:
    assert echoes_prompt(decoded("Kya aap bata sakte hain?", logprob=-0.55, no_speech=0.74))
    assert not echoes_prompt(decoded("Kya aap bata sakte hain?", logprob=-0.03, no_speech=0.03))
    assert not echoes_prompt(decoded("Ji, haan.", logprob=-0.78, no_speech=0.46))
    assert believable(decoded("Namaste ji.", logprob=-0.25, no_speech=0.1), speech_s=1.0)


class Pieces:
    """A tokenizer that has split "5,200 rupees." as Whisper's does."""

    eot = 99

    def split_to_word_tokens(self, _: object) -> tuple[list[str], list[list[int]]]:
        return [" 5", ",200", " rupees", ".", ""], [[1], [2, 3], [4], [5], [99]]


def test_a_number_is_one_word() -> None:
    times = [(0, 10), (1, 20), (2, 25), (3, 40), (4, 60), (5, 70)]
    aligned = SimpleNamespace(alignments=times, text_token_probs=[0.9, 0.8, 0.7, 0.6, 0.9])
    number, unit = _words(Pieces(), (1, 2, 3, 4, 5), aligned)
    assert (number.text, unit.text) == ("5,200", "rupees.")
    assert (number.start_s, number.end_s) == pytest.approx((0.2, 0.8))
    assert number.confidence == pytest.approx(0.75)


class Stuck:
    """A model that repeats itself until it has all of its context."""

    def __init__(self) -> None:
        self.contexts_s: list[int] = []

    def encode(self, _: object, *, context_s: int) -> int:
        self.contexts_s.append(context_s)
        return context_s

    def language_scores(self, _: object) -> dict[str, float]:
        return {"en": 1.0}

    def decode(self, encoded: int, **_: object) -> Decoded:
        return decoded("No. " * (1 if encoded == 30 else 20), logprob=-0.1, no_speech=0.1)

    def words(self, *_: object, **__: object) -> tuple[()]:
        return ()


async def test_short_speech_has_room_and_then_all_of_it() -> None:
    model: Any = Stuck()
    loud = to_pcm(np.full(16_000, 0.1, np.float32))
    with ThreadPoolExecutor(1) as executor:
        (found,) = await WhisperTranscriber(model, executor).hear(loud, language="en-IN")
    assert (found.text, model.contexts_s) == ("No. ", [20, 30])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "language"),
    [
        ("silence", "en-IN"),
        ("pink noise", "en-IN"),
        ("ringback US", "hi-IN"),
        ("DTMF", "hi-IN"),
        ("chords", "en-IN"),
        ("fax", "ta-IN"),
    ],
)
async def test_sounds_without_words_give_nothing(kind: str, language: str) -> None:
    pcm = to_pcm(nonspeech.sound(kind, seconds=4.0, seed=3))
    assert await transcribing.transcriber().hear(pcm, language=language) == ()


@pytest.mark.slow
async def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(EngineUnavailable):
        await transcribing.transcriber().hear(bytes(64_000), language="fr-FR")


@pytest.mark.slow
async def test_words_have_times_and_doubts() -> None:
    _, tracks = await transcribing.dialogue(
        [("hf_alpha", "Your EMI of five thousand two hundred rupees was due on Monday.")]
    )
    audio = resample(tracks["hf_alpha"], from_hz=8000, to_hz=16_000)
    (segment,) = await transcribing.transcriber().hear(to_pcm(audio), language="en-IN")
    assert segment.language == "en-IN"
    assert " ".join(word.text for word in segment.words) == segment.text
    assert "5200" in [word.text.replace(",", "") for word in segment.words]
    starts = [word.start_s for word in segment.words]
    assert starts == sorted(starts)
    assert segment.words[-1].end_s <= audio.size / 16_000
    assert all(0 <= word.confidence <= 1 for word in segment.words)
    assert segment.no_speech < 0.5


@pytest.mark.slow
async def test_two_voices_lie_apart_and_one_lies_together() -> None:
    prints: dict[str, np.ndarray] = {}
    lines = (
        ("hf_alpha", "Good morning, this is Asha from Sunrise Bank."),
        ("am_michael", "Who is this? I am driving now."),
    )
    for by, text in lines:
        _, tracks = await transcribing.dialogue([(by, text)])
        audio = resample(tracks[by], from_hz=8000, to_hz=16_000)
        span = Span(0.5, audio.size / 16_000 - 0.5)
        found = await transcribing.voiceprinter().prints(to_pcm(audio), [span])
        prints[by] = np.frombuffer(found.vectors, "<f2").reshape(-1, 256).astype(np.float32)
        assert len(found.at_s) == len(prints[by]) > 1
    woman, man = prints.values()
    assert np.linalg.norm(woman, axis=1) == pytest.approx(1.0, abs=0.01)
    between = float((woman @ man.T).mean())
    assert between < float((woman @ woman.T).mean()) - 0.1
