"""What the prompt alone may have said: heard again, live and in recordings, before it stands."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import speech_models as models
from vinfer.adapters.dsp import to_pcm
from vinfer.adapters.inference import InferencePool
from vinfer.adapters.stt.offline import WhisperTranscriber
from vinfer.adapters.stt.recital import comes_back, doubtful, only_prompt
from vinfer.adapters.stt.whisper import WhisperRecognizer
from vinfer.adapters.stt.whisper_model import OTHER_ROMAN_PROMPT, ROMAN_PROMPT, Decoded
from vinfer.ports.stt import Word

LINE = "Kya aap bata sakte hain?"
CONSENT = "Namaste ji, haan theek hai."
TWO_SECONDS = to_pcm(np.full(16_000, 0.1, np.float32))


class Scripted:
    """A model that hears one text under each prompt."""

    def __init__(self, first: str, second: str, *, logprob: float = -0.2) -> None:
        self.texts = {ROMAN_PROMPT: first, OTHER_ROMAN_PROMPT: second}
        self.logprob = logprob

    def encode(self, *_: object, **__: object) -> None: ...

    def decode(self, *_: object, prompt: str = ROMAN_PROMPT, **__: object) -> Decoded:
        return Decoded(self.texts[prompt], (1,), self.logprob, 0.1)

    def words(self, *_: object, **__: object) -> tuple[Word, ...]:
        return ()


async def heard_in_recording(model: Any) -> str:
    with ThreadPoolExecutor(1) as executor:
        found = await WhisperTranscriber(model, executor).hear(TWO_SECONDS, language="ta-IN")
    return " ".join(each.text for each in found)


async def heard_live(model: Any) -> str:
    recognizer = object.__new__(WhisperRecognizer)
    with InferencePool() as pool:
        vars(recognizer).update(_model=model, _pool=pool)
        found = await recognizer.transcribe(TWO_SECONDS, rate_hz=8000, language="ta-IN", live=True)
    return found.text


@pytest.mark.parametrize("hears", [heard_in_recording, heard_live])
@pytest.mark.parametrize(
    ("first", "second", "logprob", "kept"),
    [
        (LINE, "Mujhe kal subah ismein koi kharch", -0.2, "Mujhe kal subah ismein koi kharch"),
        ("Kya aap bata sakte ho?", "Bazaar", -0.2, "Bazaar"),
        (LINE, "ya ab bada sakti hai", -0.2, LINE),
        (LINE, "...", -0.2, ""),
        (CONSENT, "Salman", -0.1, "Salman"),
        (CONSENT, "Namaste jee haa, Thieke.", -0.1, CONSENT),
        (f"Lo. {CONSENT}", "Namaste ji, gaadi ruko", -0.1, "Namaste ji, gaadi ruko"),
        ("Theek hai.", "Salman", -0.6, "Salman"),
        ("Theek hai.", "Kal shaam ko.", -0.6, ""),
        ("Theek hai.", "Salman", -0.3, "Theek hai."),
        ("Haan.", "ha", -0.9, "Haan."),
        ("Dhanyavad", "bhaja", -0.6, "bhaja"),
        ("Kya aap aaj aa sakte hain?", "Salman", -0.6, "Kya aap aaj aa sakte hain?"),
    ],
)  # fmt: skip
async def test_the_prompt_does_not_answer(
    hears: Any, first: str, second: str, logprob: float, kept: str
) -> None:
    assert await hears(Scripted(first, second, logprob=logprob)) == kept


def test_the_second_prompt_shares_no_word_with_the_first() -> None:
    assert not any(only_prompt(word) for word in OTHER_ROMAN_PROMPT.split())
    assert all(only_prompt(word) for word in ROMAN_PROMPT.split())
    assert not doubtful(Decoded("Haan.", (), -0.2, 0.1))
    assert not comes_back("Nahin.", "Nau.")


@pytest.mark.slow
async def test_who_says_a_line_of_the_prompt_is_heard() -> None:
    pcm = await models.spoken("नहीं, मुझे नहीं चाहिए।", language="hi-IN", by="hf_alpha")
    heard = await models.recognizer().transcribe(pcm, rate_hz=8000, language="hi-IN", live=True)
    assert heard.text == "Nahin, mujhe nahin chahiye."
