"""One call's frames, beat by beat: heard to the ear, spoken to the line, both to the recording."""

import math
from collections import deque
from typing import Final

import numpy as np

from vinfer.kit.clock import Clock
from vinfer.media.beep import BeepDetector
from vinfer.media.happenings import AlarmRang, Beeped, Broken, LineEnded, Post
from vinfer.media.playout import Playout
from vinfer.media.recording import Recorder
from vinfer.media.ticker import TICK_S
from vinfer.ports.audio import FRAME_MS, SILENT_FRAME, Ear
from vinfer.ports.telephony import Leg

MAX_BACKLOG_FRAMES: Final = 10  # heard audio further behind than 0.2 s is thinned out
KEPT_BACKLOG_FRAMES: Final = 3
MAX_UNHEARD_FRAMES: Final = 400  # 8 s kept for an ear that is not there yet
RECENT_FRAMES: Final = 14
STILL_FRAMES: Final = 3
STILL_SHARE: Final = 0.25  # of the loudest recent frame: 12 dB below it a sound has ended
BEEP_BEATS: Final = 1000  # 20 s: later tones are not an answering machine's
QUIET_LEVEL: Final = 150.0  # of 32768, root mean square: fainter is the line's own noise
_MAX_READS: Final = 150


class Exchange:
    """Lives on the beat. Its count of beats is the call clock: seconds since the answer."""

    def __init__(
        self, leg: Leg, *, playout: Playout, recorder: Recorder | None, post: Post, clock: Clock
    ) -> None:
        self._leg = leg
        self._playout = playout
        self._recorder = recorder
        self._post = post
        self._clock = clock
        self._beats = 0
        self._beat_at_s = clock.monotonic()
        self._waiting: deque[bytes] = deque()
        self._recent: deque[bytes] = deque(maxlen=RECENT_FRAMES)
        self._unheard: deque[bytes] = deque(maxlen=MAX_UNHEARD_FRAMES)
        self._ear: Ear | None = None
        self._ended = False
        self._beep: BeepDetector | None = BeepDetector()
        self.digits = ""
        self.alarm_at_s = math.inf

    @property
    def now_s(self) -> float:
        """Seconds since the answer, on the clock of the heard audio."""
        return self._beats * TICK_S + self._clock.monotonic() - self._beat_at_s

    @property
    def backlog_ms(self) -> float:
        """How far the heard audio lags behind the line."""
        return float(len(self._waiting) * FRAME_MS)

    def sounding(self) -> bool:
        """Whether the far side still makes the sound of the last quarter of a second.

        The ear tells the end of a sound only after a pause; a cough is over long before.
        """
        levels = [_level(frame) for frame in self._recent]
        floor = max(STILL_SHARE * max(levels, default=0.0), QUIET_LEVEL)
        return max(levels[-STILL_FRAMES:], default=0.0) > floor

    def listen(self, ear: Ear) -> float:
        """Feed `ear` from now on, what nobody heard first; return its zero on the call clock."""
        zero_s = (self._beats - len(self._unheard)) * TICK_S
        for frame in self._unheard:
            ear.feed(frame)
        self._unheard.clear()
        self._ear = ear
        return zero_s

    def stop_listening(self) -> None:
        """Keep what is heard for the next ear."""
        self._ear = None

    def tick(self) -> None:
        """Live 20 ms."""
        self._beats += 1
        self._beat_at_s = self._clock.monotonic()
        if self._leg.ended is None:
            self._move_audio()
        elif not self._ended:
            self._ended = True
            self._post(LineEnded(self._leg.ended))
        elif self._ear is not None:
            self._ear.feed(SILENT_FRAME)  # lets the ear finish the last words
        if self._beats * TICK_S >= self.alarm_at_s:
            self.alarm_at_s = math.inf
            self._post(AlarmRang())

    def fail(self, error: Exception) -> None:
        """Learn that `tick` raised."""
        self._post(Broken(error))

    def _move_audio(self) -> None:
        heard = self._hear()
        spoken = self._playout.tick()
        if self._recorder is not None:
            self._recorder.write(heard, spoken)
        self.digits += self._leg.digits()

    def _hear(self) -> bytes:
        frame = self._read()
        self._recent.append(frame)
        if self._ear is None:
            self._unheard.append(frame)
        else:
            self._ear.feed(frame)
        self._listen_for_beep(frame)
        return frame

    def _listen_for_beep(self, frame: bytes) -> None:
        if self._beep is None:
            return
        if self._beep.hear(frame):
            self._beep = None
            self._post(Beeped())
        elif self._beats > BEEP_BEATS:
            self._beep = None

    def _read(self) -> bytes:
        for _ in range(_MAX_READS):
            if (frame := self._leg.read()) is None:
                break
            self._waiting.append(frame)
        if len(self._waiting) > MAX_BACKLOG_FRAMES:
            while len(self._waiting) > KEPT_BACKLOG_FRAMES:
                self._waiting.popleft()
        return self._waiting.popleft() if self._waiting else SILENT_FRAME


def _level(frame: bytes) -> float:
    samples = np.frombuffer(frame, dtype="<i2").astype(np.float32)
    return float(np.sqrt(np.mean(samples**2)))
