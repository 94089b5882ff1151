"""The primary intent: by what the customer says, with the segments that show it."""

import pytest
from tests.lens.analysis.talking import conversation

from vinfer.lens.analysis.intent import Intention, Intents
from vinfer.lens.analysis.lines import lines_of
from vinfer.lens.language.hinglish import Normaliser

NORMALISER = Normaliser()


def read(*lines: str) -> Intention:
    return Intents(NORMALISER).read(lines_of(conversation(*lines), NORMALISER))


@pytest.mark.parametrize(
    ("lines", "label", "evidence"),
    [
        (["agent: hello", "customer: please stop calling me"], "dnd_request", (1,)),
        (["customer: mujhe dobara call mat karna"], "dnd_request", (0,)),
        (["agent: hello", "customer: I am busy, call me after five"], "callback_requested", (1,)),
        (["customer: शाम को छह बजे फोन कीजिए"], "callback_requested", (0,)),
        (["agent: would you be interested in a loan?", "customer: no"], "not_interested", (1,)),
        (["customer: mujhe nahi chahiye"], "not_interested", (0,)),
        (["customer: you charged me twice for one order"], "complaint", (0,)),
        (["agent: would you like to book a test drive?", "customer: yes sure"], "interested", (1,)),
        (["agent: would you like to renew your loan?", "customer: yes please"],
         "loan_renewal_interest", (1,)),
        (["customer: मुझे लोन रिन्यू करवाना है"], "loan_renewal_interest", (0,)),
        (["customer: connect me to your manager"], "escalation", (0,)),
    ],
)  # fmt: skip
def test_what_the_customer_wants(lines: list[str], label: str, evidence: tuple[int, ...]) -> None:
    found = read(*lines)
    assert (found.label, found.evidence) == (label, evidence)
    assert 0.5 < found.confidence <= 1


@pytest.mark.parametrize(
    "lines",
    [
        [
            "agent: complaints are welcome, call me back any time, are you interested?",
            "customer: hmm",
        ],
        ["agent: I will stop calling you", "customer: what is the rate of interest"],
        ["customer: wrong number, nobody called Ramesh lives here"],
        ["agent: your EMI is due", "customer: okay I will pay on Friday"],
        ["customer: yes speaking"],
        [],
    ],
)
def test_what_shows_nothing_is_other(lines: list[str]) -> None:
    found = read(*lines)
    assert (found.label, found.evidence) == ("other", ())


def test_of_a_yes_and_a_no_the_later_stands() -> None:
    yes, no = "customer: okay I am interested", "customer: no I am not interested"
    assert read(yes, "agent: the fee is 500", no).label == "not_interested"
    assert read(no, "agent: the first year is free", yes).label == "interested"


def test_a_wish_not_to_be_called_outweighs_all_else() -> None:
    assert (
        read("customer: not interested, stop calling me", "customer: not interested").label
        == "dnd_request"
    )


def test_numbered_speakers_count_unless_they_are_the_agent() -> None:
    agent = (
        "speaker_1: Good morning, this is Asha from Sunrise Bank, am I speaking with Mr Rao?"
        " I will call you back"
    )
    assert read(agent, "speaker_2: what is it").label == "other"
    assert read(agent, "speaker_2: stop calling me").label == "dnd_request"
