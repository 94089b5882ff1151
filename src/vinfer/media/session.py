"""One answered call, from the first frame to the result: a task group that cannot leak."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog

from vinfer.kit.clock import Clock
from vinfer.media import engines, errands, handover, lines, listening, recording
from vinfer.media import script as scripts
from vinfer.media.agent import Agent
from vinfer.media.conversation import Conversation, Finish
from vinfer.media.customer import Customer
from vinfer.media.deadlines import Deadlines, Name
from vinfer.media.dialog import Dialog, Line, Reply
from vinfer.media.exchange import Exchange
from vinfer.media.happenings import (
    AlarmRang,
    Beeped,
    Broken,
    EngineGone,
    EngineName,
    HangupRequested,
    Happening,
    Heard,
    HearingRestored,
    LineEnded,
    SpeechBegan,
    SpeechSpoken,
    Transferred,
    Understood,
)
from vinfer.media.plan import CallPlan, CallResult, CallSink, Verdict
from vinfer.media.playout import Playout
from vinfer.media.telling import tell
from vinfer.media.ticker import Ticker
from vinfer.media.transcript import Transcript
from vinfer.ports.telephony import Ended, Leg

WRAP_UP_S: Final = 8.0  # kept for the goodbye before the longest duration is over
LAST_WORDS_S: Final = 2.5
HANGUP_S: Final = 5.0
_LINE_REASONS: Final = {
    Ended.FAR: "customer_hangup",
    Ended.NEAR: "agent_hangup",
    Ended.LOST: "line_lost",
}

log = structlog.get_logger()


class Session:
    """Carries one call. Everything that happens arrives in one inbox and is handled in turn."""

    def __init__(
        self,
        plan: CallPlan,
        script: scripts.Script,
        leg: Leg,
        *,
        with_engines: engines.Engines,
        sink: CallSink,
        clock: Clock,
        ticker: Ticker,
        spool_dir: Path,
    ) -> None:
        self._plan = plan
        self._script = script
        self._leg = leg
        self._engines = with_engines
        self._clock = clock
        self._ticker = ticker
        self._inbox: asyncio.Queue[Happening] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._group: asyncio.TaskGroup | None = None
        self._deadlines = Deadlines()
        self._transcript = Transcript(plan.call_id, sink)
        self._recorder = _recorder(spool_dir, plan.call_id)
        self._playout = Playout(
            leg,
            voice=with_engines.voice,
            language=plan.language,
            voice_name=plan.voice,
            spawn=self._spawn,
            post=self._inbox.put_nowait,
            clock=clock,
        )
        self._exchange = Exchange(
            leg,
            playout=self._playout,
            recorder=self._recorder,
            post=self._inbox.put_nowait,
            clock=clock,
        )
        self._agent = Agent(self._playout, self._exchange, self._transcript)
        self._customer = Customer(self._transcript)
        self._conversation = Conversation(
            dialog_of(plan, script, today=self._wall()),
            self._agent,
            self._customer,
            self._deadlines,
            now_s=lambda: self._exchange.now_s,
            wall=self._wall,
            ask=self._ask,
            finish=self._finish,
        )
        self._key = handover.key_of(plan.script_key, plan.triggers)
        self._watched = handover.labels(plan.triggers)
        self._goodbye_reason = "agent_hangup"
        self._line_reason: str | None = None
        self._end_reason: str | None = None
        self._ended_s = 0.0
        self._transferring = False
        self._sink = sink
        self._wish_told = False

    async def run(self, hangup: asyncio.Event) -> CallResult:
        """Talk until the call is over; setting `hangup` ends it at once. Cancelling hangs up."""
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                await self._live(hangup)
        except* Exception:
            log.exception("session_failed")
            self._over("engine_error")
        finally:
            await self._close()
        return self._result()

    async def _live(self, hangup: asyncio.Event) -> None:
        longest_s = float(self._script.max_duration_seconds)
        self._deadlines.set("wrap_up", longest_s - min(WRAP_UP_S, longest_s / 5))
        self._deadlines.set("stop", longest_s)
        post = self._inbox.put_nowait
        self._spawn(
            listening.listen(
                self._engines.hearing,
                self._exchange,
                language=self._plan.language,
                post=post,
                clock=self._clock,
            )
        )
        self._spawn(errands.watch(hangup, post=post))
        with self._ticker.driving(self._exchange):
            while self._end_reason is None:
                self._exchange.alarm_at_s = self._deadlines.next_s()
                self._handle(await self._inbox.get())
                self._tell_wish()
        self._agent.stop()
        for task in self._tasks:
            task.cancel()

    def _tell_wish(self) -> None:
        """Pass on a wish not to be called the moment it is understood."""
        if self._conversation.dialog.do_not_call and not self._wish_told:
            self._wish_told = True
            tell(lambda: self._sink.do_not_call(self._plan.call_id, self._clock.now()))

    def _handle(self, happening: Happening) -> None:
        match happening:
            case Heard(event=event):
                self._conversation.heard(event)
            case Beeped():
                self._conversation.beeped()
            case Understood(asked=asked, reading=reading):
                self._conversation.understood(asked, reading)
            case SpeechBegan():
                self._agent.began(happening)
            case SpeechSpoken(number=number):
                if self._playout.current(number):
                    self._conversation.spoken()
            case AlarmRang():
                for name in self._deadlines.take_due(self._exchange.now_s):
                    self._due(name)
            case HearingRestored():
                self._conversation.ask_again(self._own_line("say_again"))
            case _:
                self._handle_ending(happening)

    def _handle_ending(self, happening: Happening) -> None:
        match happening:
            case LineEnded(how=how):
                self._line_ended(how)
            case HangupRequested():
                self._over("agent_hangup")
            case Transferred(accepted=accepted):
                self._transferred(accepted=accepted)
            case EngineGone(engine=engine):
                self._engine_gone(engine)
            case Broken(error=error):
                raise error
            case _:
                pass

    def _due(self, name: Name) -> None:
        match name:
            case "wrap_up":
                if self._conversation.wrap_up():
                    self._goodbye_reason = "max_duration"
            case "stop":
                self._over("max_duration")
            case "last_words":
                self._over(self._line_reason or "engine_error")
            case _:
                self._conversation.due(name)

    def _finish(self, how: Finish) -> None:
        match how:
            case "said_goodbye":
                self._over(self._goodbye_reason)
            case "machine":
                self._over("voicemail")
            case "gone":
                self._over(self._line_reason or "engine_error")
            case "hand_over":
                self._transferring = True
                self._deadlines.clear("wrap_up", "stop")
                target = self._plan.transfer_to or ""
                self._spawn(errands.transfer(self._leg, target, post=self._inbox.put_nowait))

    def _over(self, end_reason: str) -> None:
        if self._end_reason is None:
            self._end_reason = end_reason
            self._ended_s = self._ended_s or self._exchange.now_s

    def _line_ended(self, how: Ended) -> None:
        self._ended_s = self._exchange.now_s
        self._line_reason = _LINE_REASONS[how]
        self._conversation.mute()
        if self._transferring:
            return
        if self._conversation.unsettled:
            self._deadlines.set("last_words", self._ended_s + LAST_WORDS_S)
        else:
            self._over(self._line_reason)

    def _transferred(self, *, accepted: bool) -> None:
        self._transferring = False
        if accepted:
            self._over("transferred")
        elif self._line_reason is not None:
            self._over(self._line_reason)
        else:
            self._goodbye_reason = "handover_failed"
            self._conversation.say(self._conversation.dialog.handover_failed())

    def _engine_gone(self, engine: EngineName) -> None:
        log.error("engine_gone", engine=engine)
        if engine == "voice" or self._line_reason is not None:
            self._over(self._line_reason or "engine_error")
        else:
            self._goodbye_reason = "engine_error"
            self._conversation.say(Reply((self._own_line("trouble"),), listen=False, end=True))

    def _own_line(self, name: str) -> Line:
        return Line(lines.line(name, self._plan.language), fixed=True)

    def _wall(self) -> datetime:
        return self._clock.now().astimezone(ZoneInfo(self._plan.timezone))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        assert self._group is not None
        task = self._group.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _ask(self, number: int, text: str, labels: tuple[str, ...]) -> None:
        self._spawn(
            errands.understand(
                self._engines.understanding,
                text,
                number=number,
                key=self._key,
                labels=labels,
                watch=self._watched,
                wall=self._wall,
                post=self._inbox.put_nowait,
                clock=self._clock,
            )
        )

    async def _close(self) -> None:
        try:
            async with asyncio.timeout(HANGUP_S):
                await self._leg.hangup()
        except Exception:
            log.exception("hangup_failed")
        finally:
            self._close_recording()

    def _close_recording(self) -> None:
        try:
            if self._recorder is not None:
                self._recorder.close()
        except Exception:  # what was written before is whole
            log.exception("recording_cut_short")

    def _result(self) -> CallResult:
        end_reason = self._end_reason or "engine_error"
        dialog = self._conversation.dialog
        log.info(
            "talk_ended",
            end_reason=end_reason,
            duration_s=round(self._ended_s, 2),
            digits_pressed=len(self._exchange.digits),
        )
        reached = _verdict(end_reason, dialog.verdict, machine_turn=self._customer.turn)
        turns, verdict = self._transcript.final(reached)
        return CallResult(
            end_reason=end_reason,
            duration_s=round(self._ended_s, 2),
            verdict=verdict,
            turns=turns,
            captured=dialog.captured,
            do_not_call=dialog.do_not_call,
        )


def _verdict(end_reason: str, reached: Verdict, *, machine_turn: int | None) -> Verdict:
    """The dialog's outcome, unless nobody was spoken to."""
    if end_reason == "voicemail":
        return Verdict("not_reachable", None, machine_turn, "voicemail")
    return reached


def _recorder(spool_dir: Path, call_id: str) -> recording.Recorder | None:
    try:
        return recording.Recorder(recording.path_of(spool_dir, call_id))
    except OSError as error:
        log.error("recording_impossible", error=str(error))
        return None


def dialog_of(plan: CallPlan, script: scripts.Script, *, today: datetime) -> Dialog:
    """The dialog of a plan, at its start; `today` is the caller's local time."""
    return Dialog(
        script,
        variables=plan.variables,
        language=plan.language,
        can_transfer=plan.transfer_to is not None,
        triggers=plan.triggers,
        today=today.date(),
        zone=today.tzinfo,
    )
