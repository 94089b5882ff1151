"""The agent's mouth: speech to the line, and what of it has truly left."""

import asyncio
import functools
import math
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, Final

from vinfer.kit.clock import Clock
from vinfer.media import engines
from vinfer.media.happenings import EngineGone, Post, SpeechBegan, SpeechSpoken
from vinfer.media.speech import Sentence, Speech
from vinfer.ports.audio import FRAME_MS, SILENT_FRAME, EngineUnavailable
from vinfer.ports.telephony import Leg
from vinfer.ports.tts import Voice

BEARABLE_S: Final = 0.4  # "Thank you." and a longer silence sound like the end of the turn
HOLD_S: Final = 0.8  # the most that a first sentence waits for the next
QUEUE_FRAMES: Final = 3  # kept waiting in the line: 40 to 60 ms

Spawn = Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]]


class Playout:
    """Speaks one `Speech` at a time into a leg; it can be stopped, resumed and cut at any frame."""

    def __init__(
        self,
        leg: Leg,
        *,
        voice: Voice,
        language: str,
        voice_name: str,
        spawn: Spawn,
        post: Post,
        clock: Clock,
    ) -> None:
        self._leg = leg
        self._voice = voice
        self._language = language
        self._voice_name = voice_name
        self._spawn = spawn
        self._post = post
        self._clock = clock
        self._rendering: asyncio.Task[None] | None = None
        self._in_leg: deque[bytes] = deque()
        self._left: deque[bytes] = deque()
        self._asked_s = 0.0
        self._ready_s = 0.0  # when the first sound of the speech was there
        self._held_s = 0.0  # until when it was held back
        self._number = 0
        self.speech: Speech | None = None
        self.paused = False

    @property
    def audible(self) -> bool:
        """Whether the agent is in the middle of a speech, not paused, and has been heard."""
        return self.speech is not None and self.speech.began and not self.paused

    def say(self, texts: tuple[str, ...]) -> None:
        """Begin a new speech, one text per sentence; what was being said is cut."""
        self.cut()
        self._number += 1
        self.speech = Speech(texts)
        self._asked_s, self._ready_s, self._held_s = self._clock.monotonic(), 0.0, 0.0
        self._rendering = self._spawn(self._render(self.speech, self._number))

    def pause(self) -> None:
        """Fall silent at once, ready to go on."""
        if self.speech is not None and not self.paused:
            self._empty_line(self.speech)
            self.paused = True

    def resume(self) -> None:
        """Go on from the last quiet moment before the pause."""
        if self.speech is not None and self.paused:
            self.speech.rewind()
        self.paused = False

    def cut(self) -> str:
        """Fall silent for good and return the words that were said."""
        speech, self.speech = self.speech, None
        if speech is None:
            return ""
        if self._rendering is not None:
            self._rendering.cancel()
        if not self.paused:
            self._empty_line(speech)
        self.paused = False
        return speech.said

    def current(self, number: int) -> bool:
        """Whether this is the number of the speech now being said."""
        return self.speech is not None and number == self._number

    def tick(self) -> bytes:
        """Keep the line fed for 20 ms and return the frame that has just left it."""
        speech = self.speech
        if speech is not None and not self.paused:
            self._account(speech)
            self._fill(speech)
            if speech.exhausted and not self._in_leg and not speech.over:
                speech.over = True
                self._post(SpeechSpoken(self._number))
        return self._left.popleft() if self._left else SILENT_FRAME

    def _holds(self, speech: Speech) -> bool:
        """Whether the first sentence, which is there, waits a moment for the next."""
        now_s = self._clock.monotonic()
        needed_s = min(speech.gap_s - BEARABLE_S, HOLD_S)
        if speech.began or now_s >= self._ready_s + needed_s:
            return False
        self._held_s = now_s
        return True

    def _fill(self, speech: Speech) -> None:
        if self._ready_s and self._holds(speech):
            return
        while len(self._in_leg) < QUEUE_FRAMES and (frame := speech.take()) is not None:
            if not speech.began:
                speech.began = True
                synthesis_ms = 1000 * (max(self._ready_s, self._held_s) - self._asked_s)
                self._post(SpeechBegan(self._number, self._leg.queued_ms(), synthesis_ms))
            self._leg.write(frame)
            self._in_leg.append(frame)

    def _account(self, speech: Speech) -> None:
        """Move what the line no longer holds from written to spoken."""
        queued = math.ceil(self._leg.queued_ms() / FRAME_MS - 0.01)
        while len(self._in_leg) > queued:
            self._left.append(self._in_leg.popleft())
            speech.played()

    def _empty_line(self, speech: Speech) -> None:
        self._account(speech)
        if self._leg.ended is None:
            self._leg.flush()
        self._in_leg.clear()

    async def _render(self, speech: Speech, number: int) -> None:
        try:
            for sentence in speech.sentences:
                await engines.patiently(
                    functools.partial(self._render_one, sentence),
                    engine="voice",
                    clock=self._clock,
                )
        except EngineUnavailable:
            if self.current(number):
                self._post(EngineGone("voice"))

    async def _render_one(self, sentence: Sentence) -> None:
        """Add the sound of a sentence; after a loss the part already there is passed over."""
        known = sentence.received_bytes
        chunks = self._voice.speak(sentence.text, language=self._language, voice=self._voice_name)
        async for chunk in chunks:
            self._ready_s = self._ready_s or self._clock.monotonic()
            sentence.pcm += chunk[known:]
            known = max(known - len(chunk), 0)
        sentence.complete = True
