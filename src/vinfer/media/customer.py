"""The far side of the call: whether it is speaking, and what of its words waits for an answer."""

from vinfer.media.latency import Cause
from vinfer.media.transcript import Transcript
from vinfer.ports.audio import Utterance


class Customer:
    """Keeps the floor state of the customer and writes down what it says."""

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self.voice_since_s: float | None = None
        self.words_due = False  # a sound began whose words are not there yet
        self.texts: list[str] = []  # said and not answered yet
        self.turn: int | None = None  # the last turn's number
        self.cause: Cause | None = None
        self.spoken_s = 0.0  # how long what waits for an answer took to say

    @property
    def text(self) -> str:
        """What waits for an answer, as one."""
        return " ".join(self.texts)

    def started(self, at_s: float) -> None:
        """A sound begins."""
        self.voice_since_s = at_s
        self.words_due = True

    def ended(self, at_s: float) -> float:
        """A sound ends; returns its length in seconds."""
        since_s, self.voice_since_s = self.voice_since_s, None
        return at_s - (at_s if since_s is None else since_s)

    def said(self, utterance: Utterance, *, now_s: float) -> bool:
        """Take a finished turn; false when the customer is already speaking on."""
        if utterance.text.strip():
            self.turn = self._transcript.customer(utterance)
            self.spoken_s = (
                utterance.end_s - utterance.start_s + (self.spoken_s if self.texts else 0.0)
            )
            self.texts.append(utterance.text)
            self.cause = Cause(
                utterance.end_s, now_s, utterance.endpointing_ms, utterance.recognition_ms
            )
        if self.voice_since_s is not None and self.voice_since_s >= utterance.end_s:
            return False
        self.voice_since_s, self.words_due = None, False
        return True

    def lose_the_thread(self) -> None:
        """What was being said is lost."""
        self.voice_since_s, self.words_due = None, False
        self.texts.clear()
