"""The first seconds: is it a machine that picked up?"""

from typing import Final

from vinfer.kit.words import words
from vinfer.media import answer_class
from vinfer.ports.audio import Utterance
from vinfer.ports.nlu import Reading

WINDOW_S: Final = 20.0
_GREETING: Final = frozenset(
    words("hello hallo hi hey haan ha ji yes yeah speaking namaste हेलो हैलो हाँ हां जी नमस्ते")
)


class Answering:
    """Looks for a machine until the customer has taken part in the conversation.

    A tone or a machine's wording count; a person who talks long does not, once the agent has begun.
    """

    def __init__(self) -> None:
        self._engaged = False
        self._texts: list[str] = []

    def engage(self, reading: Reading) -> None:
        """The customer's words had a meaning for the dialog: nobody but a person does that."""
        self._engaged |= bool(reading.meanings)

    def beeped(self, *, now_s: float) -> bool:
        """Whether a recording tone at this moment means a machine."""
        return not self._engaged and now_s <= WINDOW_S

    def hears_machine(self, said: Utterance, *, now_s: float, opened: bool) -> bool:
        """Judge the first utterances."""
        if self._engaged or said.start_s > WINDOW_S:
            return False
        self._texts.append(said.text)
        length_s = 0.0 if opened else said.end_s - said.start_s
        answer = answer_class.classify(" ".join(self._texts), speech_s=length_s, waited_s=now_s)
        return answer.kind in ("voicemail", "ivr")


def is_greeting(text: str) -> bool:
    """Whether these words only pick up the phone."""
    said = [word.strip(".,!?।-") for word in text.lower().split()]
    return bool(said) and len(said) <= 4 and all(word in _GREETING for word in said)
