"""Who has the floor: when the agent speaks, stops, goes on, listens and answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from vinfer.media.agent import Agent
from vinfer.media.answering import Answering, is_greeting
from vinfer.media.customer import Customer
from vinfer.media.deadlines import Deadlines, Name
from vinfer.media.dialog import Dialog, Line, Reply
from vinfer.media.latency import Cause
from vinfer.ports.audio import HeardEvent, SpeechEnded, SpeechStarted, Utterance
from vinfer.ports.nlu import Reading

FIRST_WORD_S: Final = 0.8  # people expect to hear something within about a second
GREETING_WAIT_S: Final = 0.6  # the words of a short greeting are not worth more silence
SHORT_GREETING_S: Final = 1.2
MAX_GREETING_S: Final = 8.0
BARGE_IN_S: Final = 0.28  # shorter sounds over the agent are coughs
RECHECK_S: Final = 0.06
WORDS_WAIT_S: Final = 6.0  # an ear tells of every sound; this is for one that is overloaded
SILENCE_S: Final = 5.0
ASIDE_S: Final = 1.0  # with less than this left to say, "haan" over the agent is an answer
SHORT_ASIDE_S: Final = 0.5  # nobody answers in less; what was recognised of it is a guess
HANG_UP_S: Final = 0.3
LAST_WORDS_S: Final = 2.5  # words spoken over the goodbye are waited for so long

Finish = Literal["said_goodbye", "hand_over", "machine", "gone"]
Ask = Callable[[int, str, tuple[str, ...]], None]  # number, text, labels


@dataclass(frozen=True, slots=True)
class _Undo:
    """The dialog before a reply, and what that reply answered."""

    dialog: Dialog
    texts: tuple[str, ...]


class Conversation:
    """Turn taking of one call, as plain handlers that never wait.

    `now_s` is the call clock, `wall` the caller's local time; `ask` has an utterance read and
    brings the reading back to `understood` under the same number; `finish` is told how it ends.
    """

    def __init__(
        self,
        dialog: Dialog,
        agent: Agent,
        customer: Customer,
        deadlines: Deadlines,
        *,
        now_s: Callable[[], float],
        wall: Callable[[], datetime],
        ask: Ask,
        finish: Callable[[Finish], None],
    ) -> None:
        self.dialog = dialog
        self._agent = agent
        self._customer = customer
        self._deadlines = deadlines
        self._now_s = now_s
        self._wall = wall
        self._ask = ask
        self._finish = finish
        self._answering = Answering()
        self._opened = False
        self._opening = False  # the opening is being said
        self._leaving: Finish | None = None  # what follows once everything is said
        self._spoken_s = 0.0
        self._muted = False
        self._asked = 0
        self._reading = False
        self._undo: _Undo | None = None
        deadlines.set("open", FIRST_WORD_S)

    @property
    def unsettled(self) -> bool:
        """Whether something was said that is not understood yet."""
        return self._customer.words_due or self._reading

    def heard(self, event: HeardEvent) -> None:
        """Take what the ear reports."""
        match event:
            case SpeechStarted():
                self._speech_started(event.at_s)
            case SpeechEnded():
                self._speech_ended(event.at_s)
            case Utterance():
                self._utterance(event)

    def due(self, name: Name) -> None:
        """A deadline of turn taking is over."""
        match name:
            case "open":
                self._open_unless_greeted()
            case "barge_in":
                self._give_way()
            case "words":
                self._customer.words_due = False
                self._go_on()
            case "silence":
                self._fill_silence()
            case "hang_up":
                self._leave()
            case _:
                pass

    def beeped(self) -> None:
        """A recording tone."""
        if self._answering.beeped(now_s=self._now_s()):
            self._finish("machine")

    def understood(self, number: int, reading: Reading) -> None:
        """Answer what was said, unless more was said since."""
        if number != self._asked or not self._reading:
            return
        self._reading = False
        if self._customer.voice_since_s is not None:
            self._hold_back()
            return
        if self._is_aside(reading):
            self._customer.texts.clear()
            self._go_on()
            return
        self._answering.engage(reading)
        self.dialog.not_heard(self._agent.unsaid)
        self._agent.stop()
        self._undo = _Undo(self.dialog.fork(), tuple(self._customer.texts))
        self._customer.texts.clear()
        reply = self.dialog.hear(
            reading, turn=self._customer.turn or 0, now=self._wall(), at_s=self._now_s()
        )
        self._speak(reply, self._customer.cause)

    def spoken(self) -> None:
        """The agent has said everything it wanted to say."""
        self._agent.stop(complete=True)
        self._undo, self._opening = None, False
        self._rest()

    def say(self, reply: Reply) -> None:
        """Say something of the session's own, dropping whatever was under way."""
        self._reading, self._undo = False, None
        self._customer.texts.clear()
        self._agent.stop()
        self._speak(reply)

    def ask_again(self, line: Line) -> None:
        """The ear was away: ask for what may have been lost, unless the agent is speaking."""
        self._customer.lose_the_thread()
        if self._opened and not self._agent.busy and self._leaving is None:
            self.say(Reply((line,)))
        else:
            self._go_on()

    def wrap_up(self) -> bool:
        """Say goodbye because time is up; false when it is being said already."""
        if self._leaving is None:
            self.say(self.dialog.close())
            return True
        return False

    def mute(self) -> None:
        """The line is down: say no more, but still understand the last words."""
        self._muted = True
        self._agent.stop()

    def _speech_started(self, at_s: float) -> None:
        self._customer.started(at_s)
        self._deadlines.clear("silence", "words")
        if not self._opened:
            self._deadlines.set("open", at_s + MAX_GREETING_S)
        if self._leaving is not None:
            return
        if self._agent.audible:
            self._deadlines.set("barge_in", at_s + BARGE_IN_S)
        else:
            self._hold_back()

    def _speech_ended(self, at_s: float) -> None:
        length_s = self._customer.ended(at_s)
        self._deadlines.clear("barge_in")
        self._deadlines.set("words", self._now_s() + WORDS_WAIT_S)
        if not self._opened and length_s <= SHORT_GREETING_S:
            self._deadlines.set("open", self._now_s() + GREETING_WAIT_S)

    def _utterance(self, said: Utterance) -> None:
        self._deadlines.clear("words")
        turn_over = self._customer.said(said, now_s=self._now_s())
        if said.text.strip():
            now_s = self._now_s()
            if self._answering.hears_machine(said, now_s=now_s, opened=self._opened):
                self._finish("machine")
                return
            self._take_back()
            self._open()
        if turn_over:
            self._deadlines.clear("barge_in")
            self._go_on(ask=said.text.strip() != "")

    def _go_on(self, *, ask: bool = False) -> None:
        """Have new words read; without any, take up what was under way."""
        if self._customer.texts and (ask or not self._agent.busy):
            self._asked += 1
            self._reading = True
            self._ask(self._asked, self._customer.text, self.dialog.labels)
        elif self._muted:
            self._finish("gone")
        elif self._agent.paused:
            self._agent.resume()
        elif not self._agent.busy:
            self._open()
            self._rest()

    def _hold_back(self) -> None:
        """The customer goes on before the reply is heard: it was not the end of the turn."""
        self._reading = False
        if self._agent.busy and not self._agent.paused and not self._take_back():
            self._agent.pause()

    def _take_back(self) -> bool:
        """Undo a reply of which no word was heard; what it answered waits for the rest."""
        if self._undo is None or self._leaving is not None or self._agent.said_anything:
            return False
        self._agent.stop()
        self.dialog = self._undo.dialog
        self._customer.texts[:0] = self._undo.texts
        self._undo = None
        return True

    def _give_way(self) -> None:
        """Speech over the agent has lasted: fall silent, unless it was a cough."""
        speaking = self._customer.voice_since_s is not None
        if not (speaking and self._agent.audible and self._leaving is None):
            return
        if self._agent.hears_sound:
            self._agent.pause()
        else:
            self._deadlines.set("barge_in", self._now_s() + RECHECK_S)

    def _is_aside(self, reading: Reading) -> bool:
        """Whether the words want no answer: a greeting or a "haan" while the agent speaks.

        Built-in requests ("stop", "no", "a human") are never an aside, however short, nor is what
        was watched for.
        """
        fired = {meaning.label for meaning in reading.safety}
        if ("do_not_call" in fired and not self.dialog.do_not_call) or not (
            self._agent.busy or self._leaving
        ):
            return False
        if self._leaving is not None:
            return True
        if self._opening and (not self._agent.said_anything or is_greeting(reading.text)):
            return True
        if reading.watched:
            return False
        nods = "backchannel" in fired or self._customer.spoken_s < SHORT_ASIDE_S
        return nods and fired <= {"backchannel", "yes"} and self._agent.remaining_s > ASIDE_S

    def _open_unless_greeted(self) -> None:
        if self._agent.hears_sound and self._now_s() < FIRST_WORD_S + SHORT_GREETING_S:
            self._deadlines.set("open", self._now_s() + RECHECK_S)
        else:
            self._open()

    def _open(self) -> None:
        """Begin, greeted or not."""
        if not self._opened and not self._muted:
            self._opened = True
            self._speak(self.dialog.start())
            self._opening = True

    def _fill_silence(self) -> None:
        if not self._agent.busy and not self.unsettled:
            self._speak(self.dialog.silence(turn=self._customer.turn, at_s=self._now_s()))

    def _speak(self, reply: Reply, cause: Cause | None = None) -> None:
        self._opening = False
        self._deadlines.clear("open", "silence", "hang_up", "barge_in")
        self._leaving = "said_goodbye" if reply.end else "hand_over" if reply.handover else None
        if self._muted:
            self._finish("gone")
        elif reply.lines:
            self._agent.say(tuple(line.text for line in reply.lines), cause)
        else:
            self._rest()

    def _rest(self) -> None:
        """All is said: leave, or listen."""
        self._spoken_s = self._now_s()
        if self._leaving == "hand_over":
            self._finish("hand_over")
        elif self._leaving is not None:
            self._deadlines.set("hang_up", self._spoken_s + HANG_UP_S)
        elif not self.unsettled:
            self._deadlines.set("silence", self._spoken_s + SILENCE_S)

    def _leave(self) -> None:
        """Hang up, unless words said over the goodbye are about to be understood."""
        if self.unsettled and self._now_s() < self._spoken_s + LAST_WORDS_S:
            self._deadlines.set("hang_up", self._now_s() + HANG_UP_S)
        else:
            self._finish("said_goodbye")
