"""Who answers: the last two digits of the dialled number choose a persona.

The table is part of the product: the demo, the documentation and the tests dial by it.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Expected:
    """What the platform must record when it calls this persona with the demo's script."""

    disposition: str
    end_reason: str


@dataclass(frozen=True, slots=True)
class Rejects:
    """The network or the person refuses the call with a final SIP status, after ringing
    `after_s`.
    """

    status: int
    after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class NeverAnswers:
    """The phone rings until the caller gives up."""


@dataclass(frozen=True, slots=True)
class PicksUp:
    """Somebody answers after ringing `after_s`. With early media the caller hears the ringing as
    audio (183).
    """

    after_s: float = 0.8
    early_media: bool = False


@dataclass(frozen=True, slots=True)
class Speech:
    """What the person says, in order. Every line is a text of the persona's own language.

    `greeting` is said at pick-up, one of `replies` after each turn of the agent, then `tail` in
    turns (at most `TAIL_LINES` lines), then the person hangs up. Empty replies: the person never
    answers the agent. `backchannels` are said while the agent speaks, at so many seconds of the
    agent's first turn.
    """

    greeting: str | None = "Hello?"
    replies: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()
    nudge: str | None = "Hello?"
    backchannels: tuple[tuple[float, str], ...] = ()
    beep_after_greeting: bool = False


@dataclass(frozen=True, slots=True)
class Manners:
    """How the person takes turns.

    `patience_s` of silence ends the agent's turn for them. A polite person falls silent when spoken
    over for a second, and does not greet into the agent's speech.
    """

    polite: bool = True
    patience_s: float = 0.8
    interrupts_after_s: float | None = None
    hangs_up_after_s: float | None = None
    max_call_s: float = 150.0
    background_dbfs: float = -66.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """One simulated phone and the person who holds it. `expected` is None where nobody is a
    customer.
    """

    code: str
    id: str
    about: str
    expected: Expected | None
    pickup: Rejects | NeverAnswers | PicksUp = PicksUp()
    language: str = "en-IN"
    voice: str = "af_heart"
    speech: Speech = Speech(greeting=None)
    manners: Manners = Manners()

    @property
    def lines(self) -> tuple[str, ...]:
        """Every text this persona may say, once."""
        speech = self.speech
        said = (speech.greeting, *speech.replies, *speech.tail, speech.nudge)
        texts = [text for text in said if text] + [text for _, text in speech.backchannels]
        return tuple(dict.fromkeys(texts)) if isinstance(self.pickup, PicksUp) else ()


TAIL_LINES: Final = 4

_RIGHT: Final = "Yes, that is right."
_INTERESTED: Final = Expected("interested", "agent_hangup")


def _unreachable(end_reason: str) -> Expected:
    return Expected("not_reachable", end_reason)


def _pays(first: str, again: str, backchannels: tuple[tuple[float, str], ...] = ()) -> Speech:
    return Speech(replies=(first, _RIGHT), tail=(again, _RIGHT), backchannels=backchannels)


_TOMORROW: Final = _pays("Yes, I will pay tomorrow.", "I will pay tomorrow.")

_TABLE: Final = (
    Persona(
        code="00",
        id="pays",
        about="answers and promises to pay tomorrow",
        expected=_INTERESTED,
        speech=_TOMORROW,
    ),
    Persona(
        code="01",
        id="busy",
        about="the line is busy (486)",
        expected=_unreachable("busy"),
        pickup=Rejects(486),
    ),
    Persona(
        code="02",
        id="declines",
        about="sees the number and declines the call (603)",
        expected=_unreachable("declined"),
        pickup=Rejects(603, after_s=1.0),
    ),
    Persona(
        code="03",
        id="no_answer",
        about="lets it ring until the caller gives up",
        expected=_unreachable("no_answer"),
        pickup=NeverAnswers(),
    ),
    Persona(
        code="04",
        id="invalid",
        about="the number is not in service (404)",
        expected=_unreachable("invalid_number"),
        pickup=Rejects(404),
    ),
    Persona(
        code="05",
        id="later",
        about="is driving and asks to be called tomorrow at five in the evening",
        expected=Expected("callback", "agent_hangup"),
        voice="am_michael",
        speech=Speech(
            replies=("I am driving, call me tomorrow at five in the evening.", _RIGHT),
            tail=("Tomorrow at five in the evening.", _RIGHT),
        ),
    ),
    Persona(
        code="06",
        id="refuses",
        about="is not interested",
        expected=Expected("not_interested", "agent_hangup"),
        voice="bf_emma",
        speech=Speech(
            replies=("No, I am not interested. I do not want it.",),
            tail=("I am not interested, thank you.",),
        ),
    ),
    Persona(
        code="07",
        id="voicemail",
        about="a mailbox: a long greeting, a beep, then silence",
        expected=_unreachable("voicemail"),
        voice="bf_emma",
        speech=Speech(
            greeting=(
                "The person you are calling is not available right now. "
                "Please leave a message after the tone, and we will get back to you."
            ),
            nudge=None,
            beep_after_greeting=True,
        ),
        manners=Manners(polite=False, max_call_s=60.0),
    ),
    Persona(
        code="08",
        id="trunk_error",
        about="the network fails the call (503)",
        expected=_unreachable("trunk_error"),
        pickup=Rejects(503),
    ),
    Persona(
        code="09",
        id="asks_human",
        about="asks to talk to a human",
        expected=Expected("escalated", "transferred"),
        voice="am_michael",
        speech=Speech(
            replies=("I want to talk to a human, please.",),
            tail=("Please connect me to a real person.",),
        ),
    ),
    Persona(
        code="10",
        id="do_not_call",
        about="asks never to be called again",
        expected=Expected("dnd", "agent_hangup"),
        voice="bf_emma",
        speech=Speech(
            replies=("Stop calling me. Remove my number from your list.",),
            tail=("Do not call me again.",),
        ),
    ),
    Persona(
        code="11",
        id="hinglish",
        about="answers an English agent in Hindi and promises five thousand rupees tomorrow",
        expected=_INTERESTED,
        language="hi-IN",
        voice="hm_psi",
        speech=Speech(
            greeting="हेलो?",
            replies=(
                "हाँ जी, कल पाँच हज़ार रुपये दे दूँगा।",
                "कल दे दूँगा।",
                "हाँ, बिल्कुल सही।",
            ),
            tail=("कल दे दूँगा।", "हाँ, बिल्कुल सही।"),
            nudge="हेलो?",
        ),
    ),
    Persona(
        code="12",
        id="interrupts",
        about="speaks over the agent after two seconds and promises to pay on Friday",
        expected=_INTERESTED,
        speech=Speech(
            replies=("Yes yes, I will pay on Friday.", "Yes, on Friday."),
            tail=("I will pay on Friday.", _RIGHT),
        ),
        manners=Manners(polite=False, interrupts_after_s=2.0),
    ),
    Persona(
        code="13",
        id="silent",
        about="picks up and says nothing",
        expected=Expected("callback", "agent_hangup"),
        speech=Speech(greeting=None, nudge=None),
    ),
    Persona(
        code="14",
        id="hangs_up",
        about="says hello and hangs up three seconds into the agent's opening",
        expected=Expected("callback", "customer_hangup"),
        voice="am_michael",
        speech=Speech(),
        manners=Manners(hangs_up_after_s=3.0),
    ),
    Persona(
        code="15",
        id="noisy",
        about="promises to pay tomorrow from a noisy street",
        expected=_INTERESTED,
        voice="am_michael",
        speech=_TOMORROW,
        manners=Manners(background_dbfs=-38.0),
    ),
    Persona(
        code="16",
        id="wrong_number",
        about="is somebody else",
        expected=Expected("not_interested", "agent_hangup"),
        voice="hf_beta",
        speech=Speech(
            replies=("Sorry, you have the wrong number.",),
            tail=("This is the wrong number.",),
        ),
    ),
    Persona(
        code="17",
        id="backchannels",
        about="says okay while the agent speaks, then promises to pay tomorrow",
        expected=_INTERESTED,
        voice="bf_emma",
        speech=_pays(
            "Yes, I will pay tomorrow.",
            "I will pay tomorrow.",
            ((1.5, "Okay."), (4.5, "Okay, okay.")),
        ),
    ),
    Persona(
        code="18",
        id="early_media",
        about="the network plays the ringing (183), then answers and promises to pay tomorrow",
        expected=_INTERESTED,
        pickup=PicksUp(after_s=2.5, early_media=True),
        speech=_TOMORROW,
    ),
    Persona(
        code="19",
        id="unavailable",
        about="the phone is switched off (480)",
        expected=_unreachable("no_answer"),
        pickup=Rejects(480, after_s=0.5),
    ),
    Persona(
        code="20",
        id="desk",
        about="a colleague at the company's desk who takes calls that the agent hands over",
        expected=None,
        voice="hf_beta",
        speech=Speech(
            greeting="Support desk, how can I help?",
            replies=("Thank you, please connect them.",),
            tail=("Yes, go ahead.",),
        ),
    ),
)

PERSONAS: Final = {persona.code: persona for persona in _TABLE}


def persona_for(number: str) -> Persona:
    """Return the persona of a dialled number; a number outside the table is answered by the one
    who pays.
    """
    return PERSONAS.get(number[-2:], PERSONAS["00"])
