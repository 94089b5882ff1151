"""Threats and legal steps by rule, in three spellings."""

import pytest

from vinfer.lens.language import safety
from vinfer.lens.language.hinglish import Normaliser

NORMALISER = Normaliser()


def fired(text: str) -> set[str]:
    return set(safety.rules(text, NORMALISER.normalise(text))) & {"legal", "threat"}


@pytest.mark.parametrize(
    "text",
    [
        "I will take legal action against your bank",
        "you will get a legal notice",
        "I am going to sue you",
        "see you in court",
        "I will go to the consumer forum",
        "my lawyer will call you",
        "I want to file a complaint",
        "I will complain to the RBI",
        "I'll report this to the ombudsman",
        "I am going to the police",
        "I will post this on Twitter",
        "main consumer court jaunga",
        "mera vakil se baat kijiye",
        "aap par case kar dunga",
        "police mein complaint karunga",
        "main RBI mein shikayat karunga",
        "मैं कोर्ट जाऊँगा",
        "आपके ऊपर केस कर दूँगा",
        "मेरे वकील से बात कीजिए",
        "पुलिस में शिकायत करूँगा",
        "उपभोक्ता फोरम में जाऊँगा",
    ],
)
def test_a_step_through_law_or_press_is_heard(text: str) -> None:
    assert fired(text) == {"legal"}


@pytest.mark.parametrize(
    "text",
    [
        "I will kill you",
        "I'm going to hurt you",
        "I will break your legs",
        "I feel like ending it, I want to die",
        "I will commit suicide because of you",
        "jaan se maar dunga",
        "tumhe dekh lunga main",
        "haath pair tod dunga tumhare",
        "main aatmahatya kar lunga",
        "मैं तुम्हें देख लूँगा",
        "जान से मार दूँगा",
        "मैं आत्महत्या कर लूँगा",
    ],
)
def test_a_threat_is_heard(text: str) -> None:
    assert fired(text) == {"threat"}


@pytest.mark.parametrize(
    "text",
    [
        "I will pay tomorrow",
        "I live near the high court",
        "I work in the police department",
        "is this call legal",
        "my brother is an advocate by profession",
        "I saw it in the media",
        "I killed the engine",
        "main dekh lunga aur bata dunga",
        "phir se boliye",
        "fir kabhi baat karte hain",
        "haan bolo",
        "मैं देख लूँगा",
        "वकील साहब घर पर नहीं हैं",
        "I have a court date with tennis",
        "what is the report of my account",
    ],
)
def test_a_mention_is_no_alert(text: str) -> None:
    assert fired(text) == set()
