"""The agent's side of the transcript: what it says, what of that was heard, how fast it came."""

from vinfer.media import latency
from vinfer.media.exchange import Exchange
from vinfer.media.happenings import SpeechBegan
from vinfer.media.plan import Turn
from vinfer.media.playout import Playout
from vinfer.media.transcript import Transcript


class Agent:
    """Speaks replies and writes each down as one turn."""

    def __init__(self, playout: Playout, exchange: Exchange, transcript: Transcript) -> None:
        self._playout = playout
        self._exchange = exchange
        self._transcript = transcript
        self._cause: latency.Cause | None = None
        self._asked_s = self._began_s = self._paused_s = 0.0
        self._begun = False
        self._latency_ms: dict[str, float] | None = None

    @property
    def busy(self) -> bool:
        """Whether a speech is under way: waiting for its sound, sounding, or paused."""
        return self._playout.speech is not None

    @property
    def audible(self) -> bool:
        """Whether the customer hears the agent now."""
        return self._playout.audible

    @property
    def paused(self) -> bool:
        """Whether a speech was stopped that may go on."""
        return self._playout.paused

    @property
    def said_anything(self) -> bool:
        """Whether at least one word of the speech under way was heard."""
        speech = self._playout.speech
        return speech is not None and speech.said != ""

    @property
    def unsaid(self) -> tuple[str, ...]:
        """The sentences of the speech under way of which no word was heard."""
        speech = self._playout.speech
        return () if speech is None else speech.unsaid

    @property
    def remaining_s(self) -> float:
        """How long the speech under way will still take."""
        speech = self._playout.speech
        return 0.0 if speech is None else speech.remaining_s

    @property
    def hears_sound(self) -> bool:
        """Whether the customer makes a sound at this very moment, earlier than the ear can tell."""
        return self._exchange.sounding()

    def say(self, texts: tuple[str, ...], cause: latency.Cause | None = None) -> None:
        """Begin to speak, one sentence per text; `cause` is what it answers."""
        self.stop()
        self._cause, self._asked_s = cause, self._exchange.now_s
        self._playout.say(texts)

    def pause(self) -> None:
        """Fall silent, ready to go on."""
        self._paused_s = self._exchange.now_s
        self._playout.pause()

    def resume(self) -> None:
        """Go on after a false stop."""
        self._playout.resume()

    def began(self, event: SpeechBegan) -> None:
        """Note the first sound."""
        if not self._playout.current(event.number):
            return
        self._began_s = self._exchange.now_s
        self._begun = True
        if self._cause is not None:
            self._latency_ms = latency.split(
                self._cause,
                event,
                replied_s=self._asked_s,
                began_s=self._began_s,
                backlog_ms=self._exchange.backlog_ms,
            )

    def stop(self, *, complete: bool = False) -> None:
        """End the speech under way and write down the words of it that were heard."""
        ended_s = self._paused_s if self.paused else self._exchange.now_s
        said = self._playout.cut()
        begun, self._begun = self._begun, False
        spoken_ms, self._latency_ms = self._latency_ms, None
        if not (begun and said):
            return
        times = (round(self._began_s, 2), round(ended_s, 2))
        self._transcript.add(
            Turn(0, "agent", *times, said, interrupted=not complete, latency_ms=spoken_ms)
        )
