"""Every feature that the API takes has its analyser, and each tells what was said."""

import pytest
from cryptography.fernet import Fernet

import speech_models
from vinfer.app import insight
from vinfer.domains.transcription.analysis import analyse
from vinfer.kit.seal import Seal
from vinfer.lens.transcript import Segment, Transcript

LINES = (
    ("agent", "Good morning, this is Asha calling from Example Bank about your loan."),
    ("customer", "This is the worst service. My card number is 4539 1488 0343 6467."),
    ("customer", "Do not call me again."),
)


def _transcript(*lines: tuple[str, str]) -> Transcript:
    segments = tuple(
        Segment(who, at * 5.0, at * 5.0 + 4, text, 0.9, "en-IN", ())
        for at, (who, text) in enumerate(lines)
    )
    return Transcript(segments, tuple(dict.fromkeys(who for who, _ in lines)), "en-IN", 20.0, False)


@pytest.mark.slow
def test_every_feature_is_found_in_a_call_and_in_silence() -> None:
    readers = insight.readers(speech_models.store(), seal=Seal([Fernet.generate_key().decode()]))
    known = {str(name): each for name, each in readers.analysers.items()}
    assert known.keys() == set(insight.FEATURES)
    wanted = ["transcription", *insight.FEATURES]
    found = analyse(_transcript(*LINES), wanted, known, outliner=readers.outliner)
    assert found.transcript is not None
    assert "6467" not in found.transcript.text
    assert "6467" not in str(found.fields)
    assert found.fields["intent"]["label"] == "dnd_request"
    assert found.fields["sentiment"]["overall"]["label"] == "negative"
    assert len(found.sentiments) == len(LINES)
    assert found.fields["summary"]["evidence"]
    assert found.fields["redaction"]["counts"]
    assert found.fields["talk"]["speakers"]["agent"]["share"] == pytest.approx(1 / 3, abs=0.01)
    assert [each["topic"] for each in found.fields["topics"]] == ["loan"]
    silent = analyse(_transcript(), wanted, known, outliner=readers.outliner)
    assert [name for name, each in silent.fields.items() if "error" in each] == []
    assert silent.fields["talk"]["speakers"] == {}
    assert silent.fields["summary"] == {"text": "", "evidence": [], "sentences": []}
