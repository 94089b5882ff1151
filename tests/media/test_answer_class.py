"""People and machines by their first words."""

import pytest

from vinfer.media import answer_class

HUMANS = [
    "Hello?",
    "haan boliye",
    "Hello, who is this",
    "he is not available",
    "he is not at home right now, call him later",
    "sorry my husband is not available",
    "I am not available right now, call me later",
    "woh ghar pe nahi hai",
    "वह अभी उपलब्ध नहीं हैं",
    "the person you want is not here",
    "I will take a message for him",
    "may I know who is calling",
]
MACHINES = [
    "Please leave your message after the tone",
    "The person you are calling is not available. Please try again later.",
    "The subscriber you have dialed is currently switched off",
    "The number you are calling is busy",
    "You have reached the voicemail of Ravi",
    "Hi this is Ravi, I can't come to the phone right now",
    "your call has been forwarded to an automatic voice message system",
    "jis vyakti ko aap call kar rahe hain vah abhi uplabdh nahi hai",
    "जिस नंबर पर आप कॉल कर रहे हैं वह अभी बंद है",
]


def kind(text: str, *, speech_s: float = 2.0, waited_s: float = 3.0, beep: bool = False) -> str:
    return answer_class.classify(text, speech_s=speech_s, waited_s=waited_s, beep=beep).kind


@pytest.mark.parametrize("text", HUMANS)
def test_people_are_people(text: str) -> None:
    assert kind(text) == "human"


@pytest.mark.parametrize("text", MACHINES)
def test_machines_are_told_by_their_wording(text: str) -> None:
    assert kind(text) == "voicemail"


def test_screening_and_menus() -> None:
    assert kind("Hi, please state your name and the reason for your call") == "screening"
    assert kind("Press one for English") == "ivr"


def test_a_long_uninterrupted_greeting_is_a_machine_unless_it_answers() -> None:
    words = "this is the house of the sharma family we are out on holiday until next monday"
    assert kind(words, speech_s=6.0) == "voicemail"
    assert kind(f"hello yes {words}", speech_s=6.0) == "human"
    assert kind(words, speech_s=2.0) == "human"


def test_a_tone_and_silence() -> None:
    assert kind("", beep=True) == "voicemail"
    assert kind("", speech_s=0, waited_s=1.0) == "undecided"
    assert kind("", speech_s=0, waited_s=5.0) == "silence"
    assert kind("", speech_s=1.0, waited_s=5.0) == "undecided"
