"""What is made ready before the first call of a script."""

from datetime import date

from tests.media.live import SCRIPT

from vinfer.adapters.hearing.fake import ScriptedHearing
from vinfer.adapters.nlu.fake import FakeUnderstanding
from vinfer.adapters.tts.fake import TonePlayer
from vinfer.media.call import READ_BACK_DAYS, SOON_DAYS, rehearse
from vinfer.media.engines import Engines
from vinfer.ports.tts import Keep

CAPTURES = {
    "pay_date": {"type": "date", "ask": "On which date will you pay?", "confirm": True},
    "callback_at": {"type": "datetime", "ask": "What time?", "confirm": True},
}


class NotingVoice(TonePlayer):
    """A `Voice` that notes what it is asked to prepare."""

    def __init__(self) -> None:
        super().__init__()
        self.prepared: list[str] = []

    async def prepare(
        self, texts: tuple[str, ...], *, language: str, voice: str, keep: Keep
    ) -> None:
        self.prepared += texts


async def test_the_days_to_come_are_read_back_from_the_cache() -> None:
    voice = NotingVoice()
    at_ready: list[int] = []

    await rehearse(
        SCRIPT | {"captures": CAPTURES},
        "en-IN",
        voice="female",
        key="scr_1:1",
        engines=Engines(ScriptedHearing(), voice, FakeUnderstanding()),
        today=date(2026, 11, 24),
        ready=lambda: at_ready.append(len(voice.prepared)),
    )

    before, after = voice.prepared[: at_ready[0]], voice.prepared[at_ready[0] :]
    assert "Are you there?" in before
    assert "At what time?" in after
    assert after[1] == "That is Wednesday, the twenty fifth of November, right?"
    days = after[-READ_BACK_DAYS:]
    assert all(text.startswith("That is ") for text in days)
    assert days[:SOON_DAYS] == after[:SOON_DAYS]
    assert len(set(days)) == READ_BACK_DAYS
