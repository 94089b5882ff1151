"""Whose turn it is: a pure state machine over voice probabilities, in seconds of heard audio.

Voice for about 100 ms starts speech, 200 ms without it is a pause. At a pause the caller asks two
models at once: what was said, and is the turn over? The turn ends when the models agree that it is
complete, else after a longer silence. Speech that goes on after a pause belongs to the same turn.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final, Literal

WINDOW_S: Final = 0.032


@dataclass(frozen=True, slots=True)
class TurnRules:
    """The thresholds. Times in seconds."""

    voice: float = 0.5
    unvoiced: float = 0.35  # below this a window is silent: a dead band keeps the border steady
    start_s: float = 0.096
    pause_s: float = 0.2
    resume_s: float = 0.064
    complete: float = 0.5  # end-of-turn probability that ends the turn at once
    timeout_s: float = 1.0
    unsure_timeout_s: float = 1.6  # for a text that cannot be the end: "my number is"
    longest_s: float = 15.0
    cut_within_s: float = 4.0
    preroll_s: float = 0.3


@dataclass(frozen=True, slots=True)
class Started:
    """Speech began, or went on after a pause."""

    at_s: float


@dataclass(frozen=True, slots=True)
class Paused:
    """Speech stopped: recognise [start_s, end_s) and judge the turn. `pause` names this pause."""

    pause: int
    start_s: float
    end_s: float
    voice_end_s: float


@dataclass(frozen=True, slots=True)
class Cut:
    """Speech runs long: recognise [start_s, end_s) as a part of the turn."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Finished:
    """The turn is over, with what was recognised at `pause`."""

    pause: int
    start_s: float
    voice_end_s: float
    decided_s: float
    by: Literal["verdict", "silence"]


Move = Started | Paused | Cut | Finished
_Phase = Literal["silent", "speaking", "paused"]


class TurnTaker:
    """Feed `hear` each window and `judged` each verdict; obey the moves that come back."""

    def __init__(self, rules: TurnRules | None = None) -> None:
        self._rules = rules or TurnRules()
        self._phase: _Phase = "silent"
        self._now_s = 0.0
        self._run_s = 0.0  # voiced time of the current run
        self._turn_start_s = 0.0
        self._part_start_s = 0.0
        self._voice_end_s = 0.0
        self._floor_s = 0.0  # audio before this belongs to the turn before
        self._pause = 0
        self._patience_s = self._rules.timeout_s
        self._scores: deque[float] = deque(maxlen=int(self._rules.cut_within_s / WINDOW_S))

    def hear(self, probability: float) -> list[Move]:
        """Take the voice probability of the next 32 ms."""
        self._now_s += WINDOW_S
        self._scores.append(probability)
        self._count(probability)
        if self._phase == "silent":
            return self._while_silent()
        if self._phase == "speaking":
            return self._while_speaking()
        return self._while_paused()

    def judged(self, pause: int, *, complete: float, open_ended: bool) -> list[Move]:
        """Take the models' verdict on `pause`. A verdict on a pause that is over is ignored.

        `complete` is the end-of-turn probability; `open_ended` words ask for more ("and", "my").
        """
        if self._phase != "paused" or pause != self._pause:
            return []
        if open_ended:
            self._patience_s = self._rules.unsure_timeout_s
            return []
        if complete < self._rules.complete or self._run_s > 0:
            return []
        return [self._finish("verdict")]

    def _count(self, probability: float) -> None:
        if probability >= self._rules.voice:
            self._run_s += WINDOW_S
            if self._phase == "speaking":
                self._voice_end_s = self._now_s
        elif probability < self._rules.unvoiced:
            self._run_s = 0.0

    def _while_silent(self) -> list[Move]:
        if self._run_s < self._rules.start_s - 1e-9:
            return []
        began_s = self._now_s - self._run_s
        self._phase = "speaking"
        self._turn_start_s = began_s
        self._part_start_s = max(self._floor_s, began_s - self._rules.preroll_s)
        self._voice_end_s = self._now_s
        return [Started(began_s)]

    def _while_speaking(self) -> list[Move]:
        if self._now_s - self._voice_end_s >= self._rules.pause_s - 1e-9:
            self._phase = "paused"
            self._run_s = 0.0
            self._pause += 1
            self._patience_s = self._rules.timeout_s
            return [Paused(self._pause, self._part_start_s, self._now_s, self._voice_end_s)]
        if self._now_s - self._part_start_s >= self._rules.longest_s:
            return [self._cut()]
        return []

    def _while_paused(self) -> list[Move]:
        if self._run_s >= self._rules.resume_s - 1e-9:
            self._phase = "speaking"
            self._voice_end_s = self._now_s
            return [Started(self._now_s - self._run_s)]
        if self._now_s - self._voice_end_s >= self._patience_s - 1e-9:
            return [self._finish("silence")]
        return []

    def _cut(self) -> Cut:
        """Cut where voice was least likely; of equals, the latest."""
        size = len(self._scores)
        at = min(range(size), key=lambda index: (self._scores[index], -index))
        end_s = self._now_s - (size - at - 0.5) * WINDOW_S
        cut = Cut(self._part_start_s, end_s)
        self._part_start_s = end_s
        return cut

    def _finish(self, by: Literal["verdict", "silence"]) -> Finished:
        self._phase = "silent"
        self._floor_s = self._voice_end_s
        self._run_s = 0.0
        return Finished(self._pause, self._turn_start_s, self._voice_end_s, self._now_s, by)
