"""How a simulated person reacts: a pure machine over 20 ms ticks, so that tests own time.

It hears energy, not words: a person on the phone who waits for a pause, then says the next thing on
their mind.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Final

import numpy as np

from vinfer.app.simulator.energy import EnergyEar
from vinfer.app.simulator.personas import TAIL_LINES, Persona
from vinfer.ports.audio import FRAME_BYTES, SILENT_FRAME

TICK_S: Final = 0.02

_MIN_TURN_S: Final = 0.3  # shorter sounds of the agent are not a turn to answer
_THINKING_S: Final = (0.3, 0.6)
_NUDGE_AFTER_S: Final = 8.0
_MAX_NUDGES: Final = 3
_YIELD_AFTER_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line that was said; seconds from the answer. `cut` when the person gave way before its
    end.
    """

    text: str
    start_s: float
    end_s: float
    cut: bool


class Conversation:
    """One answered call of one persona.

    `sounds` holds s16le 8 kHz mono for every line of the persona; `seed` fixes the human delays.
    """

    def __init__(self, persona: Persona, sounds: Mapping[str, bytes], *, seed: int) -> None:
        self.hung_up = False
        self._persona = persona
        self._sounds = sounds
        self._said: list[Spoken] = []
        self._ear = EnergyEar()
        self._mouth = _Mouth()
        self._random = np.random.default_rng(seed)
        self._now_s = 0.0
        self._takes_turn = False
        self._quiet_since_s = 0.0
        self._nudges = 0
        self._delay_s = float(self._random.uniform(*_THINKING_S))
        self._greeting = persona.speech.greeting
        self._backchannels = deque(persona.speech.backchannels)
        self._lines = deque(persona.speech.replies)
        self._lines.extend(islice(cycle(persona.speech.tail), TAIL_LINES))
        self._answers_agent = bool(self._lines)
        self._interrupts = persona.manners.interrupts_after_s is not None

    @property
    def heard_s(self) -> float:
        """Seconds of speech heard from the agent."""
        return self._ear.heard_s

    @property
    def spoken(self) -> tuple[Spoken, ...]:
        """What was said so far; a line that is being said counts as cut here."""
        now = self._mouth.spoken(until_s=self._now_s, cut=True)
        return (*self._said, now) if now else tuple(self._said)

    def tick(self, heard: bytes | None) -> bytes:
        """Live 20 ms: take the heard frame (None when none came), return the 320 bytes to send."""
        self._now_s += TICK_S
        self._ear.hear(heard, now_s=self._now_s)
        if self._mouth.busy:
            self._mind_the_agent()
        else:
            self._decide()
        frame = self._mouth.frame()
        if self._mouth.text and not self._mouth.busy:
            self._fall_silent(cut=False)
        return frame

    def _decide(self) -> None:
        if self._must_leave():
            self.hung_up = True
            return
        line = self._greet() or self._cut_in() or self._next_reply() or self._nudge()
        if line:
            self._say(line, takes_turn=True)
        elif backchannel := self._backchannel():
            self._say(backchannel, takes_turn=False)

    def _must_leave(self) -> bool:
        manners = self._persona.manners
        fed_up_s = manners.hangs_up_after_s
        return (
            self._now_s >= manners.max_call_s
            or self._nudges > _MAX_NUDGES
            or (fed_up_s is not None and self._ear.heard_s >= fed_up_s)
            or (self._answers_agent and not self._lines and self._agent_is_waiting())
        )

    def _greet(self) -> str | None:
        if self._greeting is None or self._now_s < self._delay_s:
            return None
        greeting, self._greeting = self._greeting, None
        return None if self._persona.manners.polite and self._ear.speaking else greeting

    def _cut_in(self) -> str | None:
        after_s = self._persona.manners.interrupts_after_s
        due = self._interrupts and after_s is not None and self._ear.turn_s >= after_s
        if not (due and self._ear.speaking):
            return None
        self._interrupts = False
        self._nudges = 0
        return self._lines.popleft()

    def _next_reply(self) -> str | None:
        if not (self._lines and self._agent_is_waiting()):
            return None
        self._backchannels.clear()
        self._nudges = 0
        return self._lines.popleft()

    def _agent_is_waiting(self) -> bool:
        silent_s = self._now_s - self._ear.last_voiced_s
        patience_s = self._persona.manners.patience_s + self._delay_s
        return self._ear.turn_s >= _MIN_TURN_S and silent_s >= patience_s

    def _nudge(self) -> str | None:
        quiet_since_s = max(self._quiet_since_s, self._ear.last_voiced_s)
        if self._persona.speech.nudge is None or self._now_s - quiet_since_s < _NUDGE_AFTER_S:
            return None
        self._nudges += 1
        return self._persona.speech.nudge if self._nudges <= _MAX_NUDGES else None

    def _backchannel(self) -> str | None:
        due = self._backchannels and self._ear.turn_s >= self._backchannels[0][0]
        return self._backchannels.popleft()[1] if due and self._ear.speaking else None

    def _say(self, text: str, *, takes_turn: bool) -> None:
        self._takes_turn = takes_turn
        if takes_turn:
            self._ear.new_turn()
        self._mouth.say(text, self._sounds[text], now_s=self._now_s - TICK_S)

    def _mind_the_agent(self) -> None:
        """Give way when polite and spoken over; a line of which less than half was said is kept
        for later.
        """
        polite = self._persona.manners.polite and self._takes_turn
        if not (polite and self._ear.speaking and self._ear.turn_s >= _YIELD_AFTER_S):
            return
        if self._mouth.said_share < 0.5 and self._answers_agent:
            self._lines.appendleft(self._mouth.text)
        self._fall_silent(cut=True)

    def _fall_silent(self, *, cut: bool) -> None:
        if line := self._mouth.spoken(until_s=self._now_s, cut=cut):
            self._said.append(line)
        self._mouth.stop()
        self._quiet_since_s = self._now_s
        if self._takes_turn and not cut:
            self._ear.new_turn()
        self._delay_s = float(self._random.uniform(*_THINKING_S))


class _Mouth:
    """Says one line at a time, frame by frame."""

    def __init__(self) -> None:
        self.text = ""
        self._start_s = 0.0
        self._sound = b""
        self._at = 0

    @property
    def busy(self) -> bool:
        return self._at < len(self._sound)

    @property
    def said_share(self) -> float:
        return self._at / max(len(self._sound), 1)

    def say(self, text: str, sound: bytes, *, now_s: float) -> None:
        self.text, self._sound, self._at, self._start_s = text, sound, 0, now_s

    def spoken(self, *, until_s: float, cut: bool) -> Spoken | None:
        return Spoken(self.text, self._start_s, until_s, cut) if self.text else None

    def stop(self) -> None:
        self.text, self._sound, self._at = "", b"", 0

    def frame(self) -> bytes:
        if not self.busy:
            return SILENT_FRAME
        frame = self._sound[self._at : self._at + FRAME_BYTES]
        self._at += FRAME_BYTES
        return frame.ljust(FRAME_BYTES, b"\0")
