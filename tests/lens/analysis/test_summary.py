"""Every sentence of a summary stands on segments, and quotes them."""

import re

import pytest
from tests.lens.analysis.talking import conversation

from vinfer.lens.analysis.results import Insights
from vinfer.lens.language.hinglish import Normaliser

INSIGHTS = Insights(Normaliser())
CALLS = (
    (
        "agent: Good morning, this is Asha calling from Sunrise Bank about your personal loan.",
        "customer: Yes, speaking.",
        "agent: Your EMI of five thousand rupees was due on the tenth.",
        "customer: I will pay 3,000 this Friday and the rest on 12 December.",
        "agent: I have noted it. Thank you.",
    ),
    (
        "agent: Thank you for calling Metro Telecom, how may I help you?",
        "customer: You charged me twice for the recharge of 299 rupees.",
        "agent: I have raised a refund, you will get the money in 5 days.",
    ),
    (
        "agent: Namaste, main Sunrise Bank se bol rahi hoon, aapki kist 3500 rupaye baaki hai.",
        "customer: haan main kal tak bhar dunga",
        "agent: theek hai, main kal phone karungi",
    ),
    (
        "agent: नमस्ते, आपकी किस्त तीन हज़ार रुपये दस तारीख को थी।",
        "customer: मैं सोमवार को पैसे भर दूँगा।",
    ),
    ("agent: Would you like to renew your loan of 2 lakh?", "customer: Yes please."),
    ("speaker_1: the weather is 42 degrees today", "speaker_2: then let us stay at home"),
    ("customer: " + "so I went there and waited for 40 minutes and then " * 12,),
)


@pytest.mark.parametrize("lines", CALLS)
def test_figures_and_quotes_stand_in_the_evidence(lines: tuple[str, ...]) -> None:
    transcript = conversation(*lines)
    found = INSIGHTS.summary(transcript)
    assert found is not None
    for sentence in found["sentences"]:
        assert sentence["evidence"]
        evidence = " ".join(transcript.segments[index].text for index in sentence["evidence"])
        for figure in re.findall(r"\d[\d,]*", sentence["text"]):
            assert figure in evidence
        for quote in re.findall(r'"([^"]+)"', sentence["text"]):
            assert quote.removesuffix(" …") in evidence
    assert found["text"] == " ".join(each["text"] for each in found["sentences"])
    assert found["evidence"] == sorted({i for each in found["sentences"] for i in each["evidence"]})
    assert len(found["sentences"]) <= 4
    if len(lines) > 1:
        assert len(found["sentences"]) >= 2


def test_it_tells_who_called_what_was_wanted_and_what_comes_next() -> None:
    found = INSIGHTS.summary(conversation(*CALLS[0]))
    assert found is not None
    assert found["text"] == (
        'The agent called from Sunrise Bank about "your personal loan".'
        ' The customer promised to pay: "I will pay 3,000 this Friday and the rest on 12 December".'
        ' The agent said: "Your EMI of five thousand rupees was due on the tenth".'
        ' Next step, by the agent: "I have noted it. Thank you".'
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("I will not pay for this", "refused to pay"),
        ("I can't pay, I lost my job", "spoke of a difficulty to pay"),
        ("I already paid it yesterday", "said that it is paid"),
        ("haan kal tak bhar dunga", "promised to pay"),
    ],
)
def test_paying_is_told_apart_from_not_paying(said: str, told: str) -> None:
    found = INSIGHTS.summary(
        conversation("agent: your bill of 900 rupees is due", f"customer: {said}")
    )
    assert found is not None
    assert f'{told}: "{said}"' in found["text"]


def test_an_empty_transcript_has_no_summary() -> None:
    assert INSIGHTS.summary(conversation()) == {"text": "", "evidence": [], "sentences": []}


def test_a_quotation_mark_in_speech_does_not_end_a_quote() -> None:
    found = INSIGHTS.summary(
        conversation('customer: he said "pay or else" to my mother', "agent: oh")
    )
    assert found is not None
    assert "'pay or else'" in found["text"]
