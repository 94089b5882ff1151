import pytest

from vinfer.adapters.stt.guards import believable, loops
from vinfer.adapters.stt.languages import answers_in, tag_for
from vinfer.adapters.stt.whisper_model import Decoded
from vinfer.lens.windows import speech_windows


def decoded(text: str, *, logprob: float = -0.2, no_speech: float = 0.1) -> Decoded:
    return Decoded(text, (), logprob, no_speech)


def test_plain_speech_is_believed() -> None:
    assert believable(decoded("Yes, I will pay on Friday."), speech_s=2.0)
    assert believable(decoded("Thank you."), speech_s=0.8)


@pytest.mark.parametrize(
    "doubtful",
    [
        decoded(""),
        decoded("..."),
        decoded("Yes.", logprob=-1.5),
        decoded("Yes.", logprob=-0.8, no_speech=0.9),
        decoded("Thank you.", logprob=-0.8),
        decoded("haan ji " * 12),
        decoded("Kya aap bata sakte hain? Kya aap bata sakte hain?"),
        decoded("a whole paragraph that nobody can say in so little time at all, not even me"),
    ],
)
def test_doubt_means_no_words(doubtful: Decoded) -> None:
    assert not believable(doubtful, speech_s=0.5)


def test_loops() -> None:
    assert loops("no no no no no no")
    assert loops("I will I will I will I will I will I will")
    assert not loops("no no no, I will not")
    assert not loops("")


def test_windows_cover_speech_and_leave_silence_out() -> None:
    chances = [0.0] * 100 + [0.9] * 100 + [0.0] * 2000 + [0.9] * 50
    first, second = speech_windows(chances, duration_s=len(chances) * 0.032)
    assert first == (pytest.approx(3.0), pytest.approx(6.6))
    assert second[0] == pytest.approx(70.2)
    assert second[1] == pytest.approx(72.0)


def test_no_speech_no_windows() -> None:
    assert speech_windows([0.1] * 100 + [0.9] * 2 + [0.1] * 100, duration_s=6.5) == []


def test_endless_speech_is_cut_at_its_quietest() -> None:
    chances = [0.9] * 800 + [0.55] * 2 + [0.9] * 1000
    windows = speech_windows(chances, duration_s=len(chances) * 0.032)
    assert windows[0][1] == windows[1][0] == pytest.approx(25.65, abs=0.05)
    assert all(end - start <= 28.0 for start, end in windows)
    assert windows[-1][1] == pytest.approx(57.66, abs=0.1)


def test_english_and_hindi_callers_mix() -> None:
    assert answers_in("en-IN") == ("en", "hi")
    assert answers_in("ta-IN") == ("ta",)
    assert tag_for("hi", asked="en-IN") == "hi-IN"
    assert tag_for("en", asked="en-GB") == "en-GB"
