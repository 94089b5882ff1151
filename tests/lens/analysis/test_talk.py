"""Topics, shares of talk, interruptions, silence and languages."""

import json
from dataclasses import replace

import pytest
from tests.lens.analysis.talking import conversation

from vinfer.lens.analysis.languages import languages_of
from vinfer.lens.analysis.lines import lines_of
from vinfer.lens.analysis.redaction import redact
from vinfer.lens.analysis.results import Insights, redaction
from vinfer.lens.analysis.talk import Talk, talk_of
from vinfer.lens.analysis.topics import topics_of
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.transcript import Segment, Transcript

NORMALISER = Normaliser()


def talk(*said: tuple[str, float, float, str], duration_s: float = 20.0) -> Talk:
    segments = tuple(Segment(who, a, b, text, 0.9, "en-IN", ()) for who, a, b, text in said)
    speakers = tuple(dict.fromkeys(each.speaker for each in segments))
    transcript = Transcript(segments, speakers, "en-IN", duration_s, damaged=False)
    return talk_of(transcript, lines_of(transcript, NORMALISER))


def test_shares_silence_and_the_longest_monologue() -> None:
    found = talk(
        ("agent", 0.0, 4.0, "this is one"), ("agent", 5.0, 8.0, "and two"),
        ("customer", 9.0, 11.0, "so what now"),
    )  # fmt: skip
    assert {name: part.share for name, part in found.speakers.items()} == {
        "agent": pytest.approx(7 / 9, abs=1e-3),
        "customer": pytest.approx(2 / 9, abs=1e-3),
    }
    agent, customer = found.speakers["agent"], found.speakers["customer"]
    assert (agent.seconds, agent.words, agent.words_per_minute) == (7.0, 5, 43)
    assert (customer.words, customer.words_per_minute) == (3, None)
    assert (found.longest_monologue_s, found.longest_by) == (8.0, "agent")
    assert found.silence == pytest.approx(11 / 20)


def test_breaking_in_is_an_interruption_and_listening_is_not() -> None:
    agent = ("agent", 0.0, 6.0, "let me explain the plan to you in full")

    def counted(*customer: float, text: str) -> list[int]:
        start_s, end_s = customer
        found = talk(agent, ("customer", start_s, end_s, text)).speakers
        return [found[name].interruptions for name in ("agent", "customer")]

    assert counted(3.0, 5.0, text="no wait listen to me") == [0, 1]
    assert counted(3.0, 3.5, text="okay haan ji") == [0, 0]
    assert counted(5.9, 8.0, text="no wait listen to me") == [0, 0]


def test_nobody_talks() -> None:
    found = talk()
    assert (found.speakers, found.longest_by, found.silence) == ({}, None, 1.0)


def test_topics_come_with_where_they_are_spoken_of() -> None:
    lines = lines_of(
        conversation(
            "agent: your EMI of the loan is overdue",
            "customer: my order was not delivered",
            "agent: the EMI first",
        ),
        NORMALISER,
    )
    found = {topic.name: topic.evidence for topic in topics_of(lines)}
    assert found["repayment"] == (0, 2)
    assert found["delivery"] == (1,)


def test_languages_by_script_and_words() -> None:
    mixed = conversation(
        "customer: I will pay tomorrow", "customer: haan main kal de dunga", "customer: मैं कल दूँगा"
    )
    assert languages_of(mixed, NORMALISER) == ("en", "hi-Latn", "hi")
    tamil = conversation("customer: நாளை", language="ta-IN")
    assert languages_of(tamil, NORMALISER) == ("ta-IN",)


def test_results_are_plain_json_and_hold_nothing_private() -> None:
    insights = Insights(NORMALISER)
    private = conversation(
        "agent: your card number please", "customer: 4111 1111 1111 1111, I am angry"
    )
    found = redact(private)
    whole, segments = insights.sentiment(found.transcript)
    everything = [
        redaction(found), whole, segments, insights.intent(found.transcript),
        insights.summary(found.transcript), insights.talk(found.transcript),
        insights.topics(found.transcript),
    ]  # fmt: skip
    written = json.dumps(everything)
    assert "4111" not in written
    assert len(segments) == 2
    assert json.loads(written)[0]["counts"] == {"CARD": 1}
    assert json.loads(written)[0]["spans"] == [{"kind": "CARD", "segment": 1, "exact": True}]


def test_the_same_transcript_gives_the_same_results() -> None:
    transcript = conversation(
        "agent: this is Asha from Sunrise Bank", "customer: call me back tomorrow"
    )
    one, other = Insights(NORMALISER), Insights(NORMALISER)
    assert one.summary(transcript) == other.summary(replace(transcript))
    assert one.intent(transcript) == other.intent(transcript)
