"""Who is the agent: only what is said tells."""

import pytest

from vinfer.lens.roles import agent_of, names

SALES = [
    ("a", 0.0, "Hello?"),
    ("b", 1.0, "Good morning, this is Asha from Sunrise Bank. Am I speaking with Mr. Kumar?"),
    ("a", 6.0, "Yes, speaking. Who is this?"),
    ("b", 8.0, "I am calling about your loan. Your EMI was due on the fifteenth."),
    ("a", 15.0, "I already paid it."),
]
SUPPORT = [
    ("a", 0.0, "Thank you for calling Metro Telecom, how may I help you?"),
    ("b", 4.0, "I want to cancel my order."),
]
HINDI = [
    ("a", 0.0, "Namaste, main Sunrise Bank se bol rahi hoon, meri baat Ramesh ji se ho rahi hai?"),
    ("b", 5.0, "Haan, aap kaun bol rahe hain?"),
]  # fmt: skip
BILL = [
    ("a", 0.0, "नमस्ते, सिटी हॉस्पिटल से मीना बोल रही हूँ। आपके बिल के बारे में बात करनी थी।"),
    ("b", 5.0, "जी, मेरी तनख्वाह अभी नहीं आई।"),
]
WRONG_NUMBER = [
    ("a", 0.0, "Kaun? Galat number hai, mujhe call mat karo."),
    ("b", 5.0, "Accha maaf kijiye sir, aapka samay dene ke liye dhanyavaad."),
]
FAMILY = [
    ("a", 0.0, "Main kal bank se paise nikaal lunga, tum bazaar se sabzi le aana."),
    ("b", 5.0, "Theek hai, dawai bhi leni hai kya?"),
]
FRIENDS = [
    ("a", 0.0, "Hey, are you coming tonight?"),
    ("b", 2.0, "I think so, what time is the film?"),
    ("a", 4.0, "At eight. Bring your sister."),
]


@pytest.mark.parametrize(
    ("lines", "agent"),
    [(SALES, "b"), (SUPPORT, "a"), (HINDI, "a"), (BILL, "a"), (WRONG_NUMBER, "b")],
)
def test_the_agent_shows(lines: list[tuple[str, float, str]], agent: str) -> None:
    customer = "b" if agent == "a" else "a"
    assert agent_of(lines) == agent
    assert names(lines, speakers=["a", "b"]) == {agent: "agent", customer: "customer"}


def test_doubt_gives_numbers() -> None:
    assert agent_of(FRIENDS) is None
    assert agent_of(FAMILY) is None
    assert names(FRIENDS, speakers=["a", "b"]) == {"a": "speaker_1", "b": "speaker_2"}


def test_a_conference_has_numbers() -> None:
    lines = [*SALES, ("c", 20.0, "Can we move on?")]
    assert set(names(lines, speakers=["a", "b", "c"]).values()) == {
        "speaker_1",
        "speaker_2",
        "speaker_3",
    }


def test_a_message_left_by_an_agent() -> None:
    assert names(SALES[1:2], speakers=["b"])["b"] == "agent"
    assert names([("b", 0.0, "Please leave a message.")], speakers=["b"]) == {"b": "speaker_1"}
    assert names([], speakers=[]) == {}
