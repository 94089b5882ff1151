from typing import Any

import msgspec

from vinfer.domains.transcription.analysis import Insight
from vinfer.domains.transcription.resources import result
from vinfer.lens.transcript import Segment, Transcript


def segment(language: str) -> Segment:
    return Segment("customer", 0.0, 1.0, "Namaste", 0.9, language, (), engine="whisper-base")


def test_a_segment_says_what_its_letters_are_worth():
    told = tuple(segment(each) for each in ("hi-IN", "ta-IN", "en-IN"))
    insight = Insight(Transcript(told, ("customer",), "hi-IN", 1.0, damaged=False), (), {})
    stored: Any = result(insight, {})["transcript"]
    shown: Any = msgspec.json.decode(stored)
    assert [each.get("quality") for each in shown["segments"]] == ["rough", "gist", None]
