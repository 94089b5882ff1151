"""The hearing port on Silero, smart-turn and a recogniser, in this process."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

import structlog

from vinfer.adapters.dsp import from_pcm
from vinfer.adapters.hearing.cues import open_ended
from vinfer.adapters.hearing.line import LineMemory
from vinfer.adapters.hearing.turns import Cut, Finished, Move, Paused, Started, TurnRules, TurnTaker
from vinfer.adapters.inference import InferencePool, Lane
from vinfer.adapters.stt.languages import code_of
from vinfer.adapters.vad.silero import WINDOW_SAMPLES, SileroNetwork, SileroStream
from vinfer.adapters.vad.smart_turn import SmartTurn
from vinfer.ports.audio import (
    FRAME_BYTES,
    FRAME_MS,
    LINE_RATE_HZ,
    EngineUnavailable,
    HeardEvent,
    SpeechEnded,
    SpeechStarted,
    Utterance,
)
from vinfer.ports.stt import Recognizer, Transcript

log = structlog.get_logger()

_BACKLOG_FRAMES: Final = 500  # 10 s: past this the engine is hopelessly late
_WINDOWS_AT_ONCE: Final = 32


class OfflineHearing:
    """Opens ears that share the models. Enter it first: it owns recognitions that run ahead.

    `hints` are ignored: words given to whisper-base leak into its output.
    """

    def __init__(
        self,
        *,
        vad: SileroNetwork,
        turn: SmartTurn,
        recognizer: Recognizer,
        pool: InferencePool,
        rules: TurnRules | None = None,
    ) -> None:
        self._vad = vad
        self._turn = turn
        self._recognizer = recognizer
        self._pool = pool
        self._rules = rules
        self._group = asyncio.TaskGroup()

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._group.__aexit__(kind, error, trace)

    async def open(self, *, language: str, hints: tuple[str, ...] = ()) -> "OfflineEar":
        """Start to listen. Raises `EngineUnavailable` for a language the recogniser lacks."""
        known = {code_of(each) for each in self._recognizer.capabilities.languages}
        if code_of(language) not in known:
            raise EngineUnavailable(
                f"{self._recognizer.capabilities.id} does not recognise {language}"
            )
        judge = _Judge(self._turn, self._recognizer, self._pool, self._group, language)
        return OfflineEar(judge, SileroStream(self._vad), self._pool, TurnTaker(self._rules))


@dataclass(frozen=True, slots=True)
class _Judge:
    """Asks the two slow models about one call's audio."""

    turn: SmartTurn
    recognizer: Recognizer
    pool: InferencePool
    group: asyncio.TaskGroup
    language: str

    def text_of(self, pcm: bytes) -> "asyncio.Task[Transcript]":
        return self.group.create_task(self._transcribe(pcm))

    def completeness_of(self, pcm: bytes) -> asyncio.Future[float]:
        return self.pool.submit(
            Lane.TURN, lambda: self.turn.probability(from_pcm(pcm), rate_hz=LINE_RATE_HZ)
        )

    async def _transcribe(self, pcm: bytes) -> Transcript:
        """A failing engine hears nothing: the call goes on and asks again."""
        try:
            return await self.recognizer.transcribe(
                pcm, rate_hz=LINE_RATE_HZ, language=self.language, live=True
            )
        except Exception:
            log.exception("hearing_recognition_failed")
            return Transcript("", self.language, 0.0)


@dataclass(slots=True)
class _Pause:
    """The two answers awaited at a pause, and when the second model had judged."""

    number: int
    text: "asyncio.Task[Transcript]"
    complete: asyncio.Future[float]
    judged_s: float = 0.0
    told: bool = False

    def watch(self, *, woken: asyncio.Event, clock: Callable[[], float]) -> None:
        def answered(which: "asyncio.Future[Any]") -> None:
            if which is self.complete:
                self.judged_s = clock()
            woken.set()

        self.text.add_done_callback(answered)
        self.complete.add_done_callback(answered)

    def completeness(self) -> float:
        """The end-of-turn probability; a failed model is no reason to end the turn early."""
        error = self.complete.exception()
        if error is None:
            return self.complete.result()
        log.error("hearing_turn_model_failed", error=repr(error))
        return 0.0

    def cancel(self) -> None:
        self.text.cancel()
        self.complete.cancel()


class OfflineEar:
    """One call's ear. All work happens inside `events`: an ear nobody listens to costs nothing."""

    def __init__(
        self, judge: _Judge, vad: SileroStream, pool: InferencePool, turns: TurnTaker
    ) -> None:
        self._judge = judge
        self._vad = vad
        self._pool = pool
        self._turns = turns
        self._frames: deque[bytes] = deque(maxlen=_BACKLOG_FRAMES)
        self._line = LineMemory()
        self._woken = asyncio.Event()
        self._closed = False
        self._pause: _Pause | None = None
        self._parts: list[asyncio.Task[Transcript]] = []

    def feed(self, frame: bytes) -> None:
        """Take 320 bytes of s16le 8 kHz mono; past 10 s of backlog the oldest are dropped."""
        if len(frame) != FRAME_BYTES:
            raise ValueError(f"a frame has {FRAME_BYTES} bytes, not {len(frame)}")
        self._frames.append(frame)
        self._woken.set()

    async def close(self) -> None:
        """Stop listening."""
        self._closed = True
        self._woken.set()

    async def events(self) -> AsyncIterator[HeardEvent]:
        """What is heard, in order, until `close`."""
        try:
            while not self._closed:
                await self._woken.wait()
                self._woken.clear()
                for move in await self._moves():
                    event = await self._obey(move)
                    if event is not None:
                        yield event
        finally:
            self._drop_pause()
            for part in self._parts:
                part.cancel()

    async def _moves(self) -> list[Move]:
        """Everything that follows from the answers and the audio that have arrived."""
        moves = self._verdict()
        windows = self._windows()
        if windows:
            scores = await self._pool.submit(
                Lane.VAD, lambda: [self._vad.probability(from_pcm(window)) for window in windows]
            )
            for score in scores:
                moves.extend(self._turns.hear(score))
        return moves

    def _windows(self) -> list[bytes]:
        while self._frames:
            self._line.add(self._frames.popleft())
        windows = self._line.windows(WINDOW_SAMPLES, at_most=_WINDOWS_AT_ONCE)
        if len(windows) == _WINDOWS_AT_ONCE:
            self._woken.set()
        return windows

    def _verdict(self) -> list[Move]:
        pause = self._pause
        if pause is None or pause.told or not (pause.text.done() and pause.complete.done()):
            return []
        pause.told = True
        return self._turns.judged(
            pause.number,
            complete=pause.completeness(),
            open_ended=open_ended(pause.text.result().text),
        )

    async def _obey(self, move: Move) -> HeardEvent | None:
        match move:
            case Started(at_s):
                self._drop_pause()
                return SpeechStarted(at_s)
            case Paused():
                self._ask(move)
                return SpeechEnded(move.voice_end_s)
            case Cut(start_s, end_s):
                self._parts.append(self._judge.text_of(self._line.pcm(start_s, end_s)))
                return None
            case Finished():
                return await self._utterance(move)

    def _ask(self, move: Paused) -> None:
        heard = self._line.pcm(move.start_s, move.end_s)
        self._pause = _Pause(
            move.pause, self._judge.text_of(heard), self._judge.completeness_of(heard)
        )
        self._pause.watch(woken=self._woken, clock=self._fed_s)

    async def _utterance(self, move: Finished) -> Utterance:
        pause = self._pause
        if pause is None:
            raise AssertionError("a turn ends only at a pause")
        decided_s = pause.judged_s if move.by == "verdict" else move.decided_s
        late = not pause.text.done()
        heard = [await part for part in (*self._parts, pause.text)]
        recognised_s = self._fed_s() if late or move.by == "verdict" else decided_s
        self._parts, self._pause = [], None
        self._line.forget_before(move.voice_end_s)
        said = [part for part in heard if part.text]
        return Utterance(
            text=" ".join(part.text for part in said),
            start_s=move.start_s,
            end_s=move.voice_end_s,
            confidence=min((part.confidence for part in said), default=0.0),
            language=said[-1].language if said else self._judge.language,
            endpointing_ms=round(1000.0 * max(0.0, decided_s - move.voice_end_s), 1),
            recognition_ms=round(1000.0 * max(0.0, recognised_s - decided_s), 1),
        )

    def _fed_s(self) -> float:
        return self._line.heard_s + len(self._frames) * FRAME_MS / 1000

    def _drop_pause(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
