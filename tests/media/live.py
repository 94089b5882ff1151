"""A whole call in virtual time: the shipped fakes at the ports, everything between them real."""

import asyncio
import wave
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from tests import virtual_time

from vinfer.adapters.hearing.fake import ScriptedEar, ScriptedHearing
from vinfer.adapters.nlu.fake import FakeUnderstanding
from vinfer.adapters.telephony.fake import FakeLeg, FakeTelephony, FarEnd
from vinfer.adapters.tts.fake import TonePlayer, tone
from vinfer.media import recording
from vinfer.media.call import run_call
from vinfer.media.plan import CallPlan, CallResult, NotAnswered, Trigger, Turn
from vinfer.media.ticker import Ticker
from vinfer.ports.audio import (
    SILENT_FRAME,
    EngineUnavailable,
    SpeechEnded,
    SpeechStarted,
    Utterance,
)
from vinfer.ports.nlu import Reading
from vinfer.ports.telephony import Ended, TrunkLine
from vinfer.ports.tts import Keep, TtsCapabilities

OPENING = "Hello, this is Asha from Example Bank. Your payment is due. Can you pay it this week?"
SCRIPT: dict[str, Any] = {
    "name": "EMI reminder",
    "language": "en-IN",
    "opening": OPENING,
    "branches": [
        {
            "id": "will_pay",
            "phrases": ["yes I will pay", "I will pay"],
            "say": "Thank you.",
            "capture": ["pay_date"],
            "disposition": "interested",
            "next": "close",
        },
        {
            "id": "refuse",
            "phrases": ["not interested", "do not want it"],
            "say": "I understand.",
            "disposition": "not_interested",
            "next": "close",
        },
        {"id": "dispute", "phrases": ["this is not my loan"], "handover": True},
    ],
    "captures": {"pay_date": {"type": "date", "ask": "On which date will you pay?"}},
    "no_input": {"say": "Are you there?", "max": 2, "disposition": "callback"},
    "closing": "Thank you for your time. Goodbye.",
}
CUSTOMER_HZ = (700.0, 1130.0)  # two, so that it is no beep
VOICE_ONSET_S = 0.1
ENDPOINTING_S = 0.25
RECOGNITION_S = 0.1


@dataclass
class Sink:
    """Notes what it is told."""

    turns: list[Turn] = field(default_factory=list)
    answered_at: list[datetime] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)

    def answered(self, call_id: str, at: datetime) -> None:
        self.answered_at.append(at)

    def do_not_call(self, call_id: str, at: datetime) -> None:
        self.forbidden.append(call_id)

    def turn(self, call_id: str, turn: Turn) -> None:
        self.turns.append(turn)


class DelayedVoice:
    """A `Voice` whose every sentence takes `delay_s` to make."""

    def __init__(self, inner: TonePlayer, *, delay_s: float) -> None:
        self.capabilities: TtsCapabilities = inner.capabilities
        self._inner = inner
        self._delay_s = delay_s

    async def speak(self, text: str, *, language: str, voice: str) -> AsyncIterator[bytes]:
        async for chunk in self._inner.speak(text, language=language, voice=voice):
            await asyncio.sleep(self._delay_s)
            yield chunk

    async def prepare(
        self, texts: tuple[str, ...], *, language: str, voice: str, keep: Keep
    ) -> None:
        await self._inner.prepare(texts, language=language, voice=voice, keep=keep)


class FailingVoice(DelayedVoice):
    """A `Voice` that is away between two moments."""

    def __init__(self, *, away_s: tuple[float, float]) -> None:
        super().__init__(TonePlayer(), delay_s=0.0)
        self._away_s = away_s

    async def speak(self, text: str, *, language: str, voice: str) -> AsyncIterator[bytes]:
        self._check()
        async for chunk in super().speak(text, language=language, voice=voice):
            yield chunk

    async def prepare(
        self, texts: tuple[str, ...], *, language: str, voice: str, keep: Keep
    ) -> None:
        self._check()

    def _check(self) -> None:
        if self._away_s[0] <= asyncio.get_running_loop().time() < self._away_s[1]:
            raise EngineUnavailable("the voice is away")


class SlowUnderstanding:
    """An `Understanding` that takes its time, or is gone."""

    def __init__(self, *, delay_s: float, gone: bool = False) -> None:
        self._inner = FakeUnderstanding()
        self._delay_s = delay_s
        self._gone = gone

    async def learn(self, key: str, phrases: Mapping[str, tuple[str, ...]]) -> None:
        await self._inner.learn(key, phrases)

    async def read(self, text: str, **asked: Any) -> Reading:
        await asyncio.sleep(self._delay_s)
        if self._gone:
            raise EngineUnavailable("the understanding is away")
        return await self._inner.read(text, **asked)

    async def similarity(self, left: tuple[str, ...], right: tuple[str, ...]) -> list[list[float]]:
        return await self._inner.similarity(left, right)


class Phone:
    """The customer's end of the line: paces the fake leg and speaks on it."""

    def __init__(self, leg: FakeLeg, hearing: ScriptedHearing) -> None:
        self.leg = leg
        self._hearing = hearing
        self._outgoing: list[bytes] = []
        self.quiet_s = 0.0
        self.voiced = 0  # agent frames that were no silence
        self.heard: list[tuple[float, bytes]] = []  # agent frames with the time they were heard

    @property
    def ear(self) -> ScriptedEar:
        return self._hearing.ears[-1]

    @property
    def now_s(self) -> float:
        return asyncio.get_running_loop().time()

    async def pace(self) -> None:
        while self.leg.ended is None:
            await asyncio.sleep(0.02)
            before = len(self.leg.spoken)
            self.leg.play()
            new = self.leg.spoken[before:]
            voiced = sum(frame != SILENT_FRAME for frame in new)
            self.voiced += voiced
            self.quiet_s = 0.0 if voiced else self.quiet_s + 0.02
            self.heard += [(self.now_s, frame) for frame in new]
            self.leg.say([self._outgoing.pop(0) if self._outgoing else SILENT_FRAME])

    async def listen(self, *, quiet_s: float = 0.5) -> None:
        """Wait until the agent has spoken and then been quiet for a while."""
        before = self.voiced
        while self.voiced == before or self.quiet_s < quiet_s:  # noqa: ASYNC110 (virtual time)
            await asyncio.sleep(0.02)

    async def sound(self, *, duration_s: float) -> float:
        """Make a sound that the ear takes for speech; returns when it began, on the ear's clock."""
        self._outgoing += _frames(_chord(duration_s))
        start_s = self.ear.heard_s
        await asyncio.sleep(min(VOICE_ONSET_S, duration_s))
        self.ear.hear(SpeechStarted(start_s))
        await asyncio.sleep(max(duration_s - VOICE_ONSET_S, 0))
        return start_s

    async def say(self, text: str, *, duration_s: float = 1.0) -> None:
        """Say something and fall silent; the ear's events come when a real ear's would."""
        start_s = await self.sound(duration_s=duration_s)
        end_s = start_s + duration_s
        await asyncio.sleep(0.2)
        self.ear.hear(SpeechEnded(end_s))
        await asyncio.sleep(ENDPOINTING_S - 0.2 + RECOGNITION_S)
        self.ear.hear(
            Utterance(text, start_s, end_s, 0.9, "en", 1000 * ENDPOINTING_S, 1000 * RECOGNITION_S)
        )

    def play_tone(self, *, hz: float, duration_s: float) -> None:
        self._outgoing += _frames(tone(round(duration_s * 1000), pitch_hz=hz))

    def hang_up(self, cause: Ended = Ended.FAR) -> None:
        self.leg.end(cause)


Customer = Callable[[Phone], Awaitable[None]]


@dataclass
class Scene:
    """What a call is made of; tests replace parts before `play`."""

    spool_dir: Path
    script: dict[str, Any] = field(default_factory=lambda: dict(SCRIPT))
    far: FarEnd = field(default_factory=FarEnd)
    transfer_to: str | None = None
    triggers: tuple[Trigger, ...] = ()
    voice: Any = field(default_factory=TonePlayer)
    hearing: Any = field(default_factory=ScriptedHearing)
    understanding: Any = field(default_factory=FakeUnderstanding)
    sink: Sink = field(default_factory=Sink)
    call_id: str = "call_1"
    ticker: Ticker | None = None
    leg: FakeLeg | None = None

    def plan(self) -> CallPlan:
        return CallPlan(
            call_id=self.call_id,
            phone="+919812345678",
            language="en-IN",
            voice="female",
            script_key="scr_1:1",
            script=self.script,
            variables={"name": "Ravi", "phone": "+919812345678"},
            timezone="Asia/Kolkata",
            transfer_to=self.transfer_to,
            triggers=self.triggers,
        )

    def play(self, customer: Customer, *, hang_up_at_s: float | None = None) -> CallResult:
        """Run one call in virtual time, with `customer` on the other end."""
        result = virtual_time.run(self.call(customer, hang_up_at_s=hang_up_at_s))
        assert isinstance(result, CallResult)
        return result

    async def call(
        self, customer: Customer, *, hang_up_at_s: float | None = None
    ) -> CallResult | NotAnswered:
        """One call on its own ticker, or on `ticker` when that is set."""
        async with asyncio.TaskGroup() as group:
            ticker = self.ticker or Ticker(virtual_time.VirtualClock())
            beating = None if self.ticker else group.create_task(ticker.run())
            hangup = asyncio.Event()
            telephony = self.telephony = FakeTelephony(lambda _: self.far)
            behind = [group.create_task(self._far_end(telephony, customer))]
            if hang_up_at_s is not None:
                behind.append(group.create_task(_set_later(hangup, hang_up_at_s)))
            result = await run_call(
                self.plan(),
                telephony=telephony,
                trunk=TrunkLine(id="trk_1", server="127.0.0.1"),
                caller_id="+911140000000",
                ring_timeout_s=30,
                hearing=self.hearing,
                voice=self.voice,
                understanding=self.understanding,
                sink=self.sink,
                clock=virtual_time.VirtualClock(),
                ticker=ticker,
                spool_dir=self.spool_dir,
                hangup=hangup,
            )
            for task in (*behind, *([beating] if beating else [])):
                task.cancel()
        return result

    async def call_without_answer(self, *, hang_up_at_s: float | None = None) -> Any:
        """One call that nobody picks up."""

        async def nobody(phone: Phone) -> None:
            raise AssertionError("answered")

        return await self.call(nobody, hang_up_at_s=hang_up_at_s)

    async def _far_end(self, telephony: FakeTelephony, customer: Customer) -> None:
        while not telephony.legs:  # noqa: ASYNC110 (virtual time)
            await asyncio.sleep(0.005)
        self.leg = telephony.legs[0]
        self.phone = Phone(self.leg, self.hearing)
        async with asyncio.TaskGroup() as group:
            group.create_task(self.phone.pace())
            await customer(self.phone)

    def channels(self) -> tuple[np.ndarray, np.ndarray]:
        """The recording's two sides: customer, agent."""
        with wave.open(str(recording.path_of(self.spool_dir, self.call_id))) as file:
            assert (file.getnchannels(), file.getframerate()) == (2, 8000)
            both = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)
        return both[:, 0], both[:, 1]


async def _set_later(event: asyncio.Event, at_s: float) -> None:
    await asyncio.sleep(at_s)
    event.set()


def _chord(duration_s: float) -> bytes:
    both = [tone(round(duration_s * 1000), pitch_hz=hz) for hz in CUSTOMER_HZ]
    mixed = sum(np.frombuffer(pcm, dtype="<i2").astype(np.int32) for pcm in both)
    return np.asarray(mixed // 2, dtype="<i2").tobytes()


def _frames(pcm: bytes) -> list[bytes]:
    return [pcm[at : at + 320].ljust(320, b"\0") for at in range(0, len(pcm), 320)]


def said(result: CallResult) -> list[tuple[str, str]]:
    """The transcript as (speaker, text)."""
    return [(turn.speaker, turn.text) for turn in result.turns]


def changed(**parts: Any) -> dict[str, Any]:
    """The script with some parts replaced."""
    return SCRIPT | parts
