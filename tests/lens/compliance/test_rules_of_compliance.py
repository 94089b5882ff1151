"""Every rule type on small transcripts: what is a violation, what is doubt, what is neither."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from vinfer.lens.analysis.lines import Line
from vinfer.lens.compliance.engine import Compliance
from vinfer.lens.compliance.rules import CallRecord, Check, Hours, Rule, RuleType
from vinfer.lens.language.head import Matrix
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.scoring.judging import Judgement
from vinfer.lens.scoring.scorecard import Parameter
from vinfer.lens.transcript import Segment, Transcript
from vinfer.ports.stt import Word

BY_WORDS = Compliance(Normaliser(frozenset({"call", "the", "is", "loan", "record"})))
NAMES = {"A": "agent", "C": "customer", "1": "speaker_1", "2": "speaker_2"}


def call(*said: tuple[float, str], ends_s: float = 120.0, damaged: bool = False) -> Transcript:
    """`A: words` at a second; each segment lasts two."""
    segments = tuple(
        Segment(NAMES[text[0]], at, at + 2, text[3:], 0.9, "en", ()) for at, text in said
    )
    return Transcript(segments, (), "en", ends_s, damaged)


def rule(kind: RuleType, **fields: Any) -> Rule:
    return Rule(id="crl_1", version=1, name="R", type=kind, severity="high", **fields)


def judged(
    given: Rule,
    transcript: Transcript,
    record: CallRecord | None = None,
    engine: Compliance = BY_WORDS,
) -> Check:
    (check,) = engine.check([given], transcript, record or CallRecord())
    return check


RECORDING = rule(
    "required_disclosure", phrases=("call is recorded",), match="literal", within_s=20.0
)


def test_a_disclosure_in_time_counts_from_the_agent_s_first_word() -> None:
    check = judged(
        RECORDING, call((0, "C: hello?"), (40, "A: Hello."), (55, "A: This call is recorded."))
    )
    assert (check.outcome, check.violations) == ("passed", ())


def test_a_late_disclosure_is_quoted_with_its_time() -> None:
    check = judged(RECORDING, call((1, "A: Hello."), (30, "A: Now, this call is recorded.")))
    (found,) = check.violations
    assert found.proof == "words"
    assert "29.0 s" in found.reason
    assert found.evidence is not None
    assert (found.evidence.segment, found.evidence.start_s) == (1, 30)


def test_the_words_times_say_when_a_disclosure_begins() -> None:
    words = [("um", 1.0), ("well", 15.0), ("call", 25.0), ("is", 25.2), ("recorded", 25.5)]
    spoken = tuple(Word(text, at, at + 0.1, 0.9) for text, at in words)
    transcript = call((1, "A: um well call is recorded"))
    segment = replace(transcript.segments[0], words=spoken)
    check = judged(RECORDING, replace(transcript, segments=(segment,)))
    assert check.outcome == "violated"
    assert "24.0 s" in check.reason


def test_a_disclosure_that_was_never_made() -> None:
    check = judged(RECORDING, call((1, "A: Hello."), (2, "C: this call is recorded")))
    (found,) = check.violations
    assert (found.proof, found.evidence) == ("absence", None)


def test_a_sentence_may_be_spread_over_two_lines() -> None:
    assert judged(RECORDING, call((1, "A: Hello, this call"), (4, "A: is recorded."))).outcome == (
        "passed"
    )


@pytest.mark.parametrize(
    ("transcript", "outcome"),
    [
        (call((1, "C: hello?")), "not_applicable"),
        (call((1, "A: Hello."), ends_s=15), "not_applicable"),
        (call((1, "A: Hello."), damaged=True), "unsure"),
        (call((1, "A: Hello, nobody said this call is recorded.")), "unsure"),
        (call((1, "1: Hello."), (3, "2: Who is it?")), "violated"),
        (call((1, "1: Hello."), (3, "2: The call is recorded.")), "passed"),
    ],
)
def test_disclosures_that_nobody_can_blame_an_agent_for(
    transcript: Transcript, outcome: str
) -> None:
    assert judged(RECORDING, transcript).outcome == outcome


def test_without_a_model_a_paraphrase_may_have_been_said() -> None:
    assert judged(replace(RECORDING, match="semantic"), call((1, "A: Hi."))).outcome == "unsure"


THREATS = rule(
    "prohibited_language",
    phrases=("we will * arrest you", "police ghar aayegi", "पुलिस घर आएगी", "guarantee"),
    counters=("no guarantee", "no one will arrest you"),
    match="literal",
)


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("A: We will come and arrest you tomorrow.", "violated"),
        ("A: Kal police ghar aayegi, samjhe?", "violated"),
        ("A: कल पुलिस घर आएगी।", "violated"),
        ("A: We will not arrest you.", "unsure"),
        ("A: If you do not pay today we will come and arrest you.", "violated"),
        ("A: If you pay today then we will not arrest you.", "unsure"),
        ("A: Paisa nahi diya to police ghar aayegi.", "violated"),
        ("A: Nahi nahi, police ghar aayegi nahi.", "unsure"),
        ("A: आज पैसा नहीं दिया तो पुलिस घर आएगी।", "violated"),
        ("A: There is no guarantee of that.", "passed"),
        ("A: There is no guarantee of that. But I guarantee the rate.", "violated"),
        ("A: Please pay by Friday.", "passed"),
        ("C: will we... we will come and arrest you", "passed"),
    ],
)
def test_prohibited_words(line: str, outcome: str) -> None:
    check = judged(THREATS, call((1, "A: Hello."), (5, line)))
    assert check.outcome == outcome
    quoted = check.violations or check.doubts
    assert len(quoted) == (outcome in ("violated", "unsure"))
    if check.violations:
        assert check.violations[0].evidence is not None
        assert check.violations[0].evidence.quote == line[3:]


def test_customers_may_be_what_a_rule_is_about() -> None:
    abuse = replace(THREATS, speaker="customer", phrases=("idiot",))
    assert judged(abuse, call((1, "A: idiot"), (3, "C: hm"))).outcome == "passed"
    assert judged(abuse, call((3, "C: you idiot"))).outcome == "violated"


def test_each_line_is_a_violation_and_there_is_an_end_to_them() -> None:
    check = judged(THREATS, call(*((at, "A: I guarantee it.") for at in range(0, 90, 3))))
    assert (len(check.violations), check.detail) == (20, {"not_shown": 10})


def vectors(texts: Sequence[str]) -> Matrix:
    """Likeness by hand: what threatens, what nearly does, everything else."""
    rows = {
        "lock you up": (1.0, 0.0, 0.0),
        "jail": (1.0, 0.0, 0.0),
        "trouble": (0.88, 0.443, 0.172),
    }
    found = [next((row for key, row in rows.items() if key in text), None) for text in texts]
    return np.array([row or (0.869, 0.0, 0.495) for row in found], np.float32)


UNDERSTANDING = Compliance(Normaliser(frozenset({"will", "you", "be"})), vectors)


def test_meaning_alone_breaks_a_policy_and_no_ban_on_words() -> None:
    meant = call((1, "A: They will lock you up."), (4, "A: Something else."))
    fields: dict[str, Any] = {"phrases": ("you go to jail",), "examples": ("you go to jail",)}
    ban = judged(rule("prohibited_language", **fields), meant, engine=UNDERSTANDING)
    assert (ban.outcome, len(ban.doubts)) == ("unsure", 1)
    assert ban.doubts[0].segment == 0
    broken = judged(rule("policy_deviation", **fields), meant, engine=UNDERSTANDING)
    (found,) = broken.violations
    assert (found.proof, found.confidence < 1) == ("meaning", True)
    literal = rule("policy_deviation", **fields, match="literal")
    assert judged(literal, meant, engine=UNDERSTANDING).outcome == "passed"


def test_what_is_nearly_meant_or_denied_is_doubt() -> None:
    fields: dict[str, Any] = {"phrases": ("you go to jail",), "examples": ("you go to jail",)}
    policy = rule("policy_deviation", **fields)
    for line in ("A: There will be trouble.", "A: Nobody will lock you up, never."):
        check = judged(policy, call((1, line)), engine=UNDERSTANDING)
        assert (check.outcome, check.violations) == ("unsure", ()), line


SCRIPT = (
    "Hello {{name}}, this is {{agent}} from {{company}}. This call is recorded for quality."
    " Your EMI of {{amount|inr}} was due on {{due_date|date}}.",
    "Thank you for your time.",
)
ADHERENCE = rule("script_adherence", minimum_percent=80.0)
SAID = (
    (0.0, "A: Hello Ravi Kumar this is Asha from Example Bank"),
    (3.0, "A: this call is recorded for quality"),
    (6.0, "A: your EMI of five thousand rupees was due on the fifth"),
)


def test_a_script_s_lines_are_found_around_their_values() -> None:
    record = CallRecord(script=SCRIPT)
    whole = judged(ADHERENCE, call(*SAID, (60.0, "A: Thank you for your time, bye.")), record)
    assert (whole.outcome, whole.percent, whole.detail["skipped"]) == ("passed", 100.0, [])
    part = judged(ADHERENCE, call(*SAID), record)
    assert (part.outcome, part.percent) == ("violated", 75.0)
    assert part.detail["skipped"] == ["Thank you for your time"]
    assert judged(replace(ADHERENCE, minimum_percent=75.0), call(*SAID), record).outcome == "passed"


def test_a_line_that_was_half_said_counts_neither_way() -> None:
    lines = ("Please keep your card and papers ready", "Goodbye and take care then")
    strict = rule("script_adherence", lines=lines, minimum_percent=100.0)
    said = call((1, "A: Goodbye and take care then"), (3, "A: keep your card ready"))
    check = judged(strict, said)
    assert (check.outcome, check.percent) == ("unsure", 100.0)
    assert check.detail["unsure"] == [lines[0]]


def test_a_call_without_a_script_is_not_compared() -> None:
    assert judged(ADHERENCE, call(*SAID)).outcome == "not_applicable"


DNC = rule("dnc")
WISH = (5.0, "C: Please stop calling me, remove my number.")


@pytest.mark.parametrize(
    ("record", "said", "outcome", "violations"),
    [
        (CallRecord(listed_before=True, listed_after=True), (), "violated", 1),
        (CallRecord(listed_before=False, listed_after=False), (), "passed", 0),
        (CallRecord(listed_before=False, listed_after=False), (WISH,), "violated", 1),
        (CallRecord(listed_before=False, listed_after=True), (WISH,), "passed", 0),
        (CallRecord(listed_before=True, listed_after=False), (WISH,), "violated", 2),
        (CallRecord(), (WISH,), "unsure", 0),
        (CallRecord(), (), "not_applicable", 0),
    ],
)
def test_do_not_call(
    record: CallRecord, said: Sequence[tuple[float, str]], outcome: str, violations: int
) -> None:
    check = judged(DNC, call((0, "A: Hello."), *said), record)
    assert (check.outcome, len(check.violations)) == (outcome, violations)


def test_do_not_call_may_look_at_one_thing_alone() -> None:
    record = CallRecord(listed_before=True, listed_after=False)
    for checks in (("listed",), ("wish",)):
        found = judged(replace(DNC, checks=checks), call((0, "A: Hi."), WISH), record).violations
        assert [each.proof for each in found] == ["record" if checks == ("listed",) else "words"]


HOURS = rule(
    "policy_deviation",
    hours=Hours(start_minute=480, end_minute=1140, days=frozenset(range(1, 7))),
)


@pytest.mark.parametrize(
    ("at", "outcome"),
    [
        ("2026-03-04T08:00", "passed"),
        ("2026-03-04T18:59", "passed"),
        ("2026-03-04T19:00", "violated"),
        ("2026-03-04T07:59", "violated"),
        ("2026-03-08T12:00", "violated"),
    ],
)
def test_hours(at: str, outcome: str) -> None:
    started = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo("Asia/Kolkata"))
    assert judged(HOURS, call((0, "A: Hi.")), CallRecord(started=started)).outcome == outcome
    assert judged(HOURS, call((0, "A: Hi."))).outcome == "not_applicable"


def test_hours_of_another_zone() -> None:
    assert HOURS.hours is not None
    there = replace(HOURS, hours=replace(HOURS.hours, timezone="America/New_York"))
    started = datetime(2026, 3, 4, 12, 0, tzinfo=ZoneInfo("Asia/Kolkata"))
    check = judged(there, call((0, "A: Hi.")), CallRecord(started=started))
    assert (check.outcome, "01:30" in check.reason) == ("violated", True)


class Oracle:
    def __init__(self, judgement: Judgement | None) -> None:
        self.judgement = judgement

    def judge(self, parameter: Parameter, lines: Sequence[Line]) -> Judgement | None:
        assert "Offer a receipt." in parameter.description
        return self.judgement


@pytest.mark.parametrize(
    ("judgement", "outcome"),
    [
        (Judgement(1.0, 0.9, "It does.", ()), "passed"),
        (Judgement(0.0, 0.9, "It does not.", (0,)), "violated"),
        (Judgement(0.0, 0.9, "It does not.", ()), "unsure"),
        (Judgement(0.0, 0.9, "It does not.", (7,)), "unsure"),
        (Judgement(None, 0.0, "Who knows.", ()), "unsure"),
        (None, "unsure"),
    ],
)
def test_a_policy_in_plain_words(judgement: Judgement | None, outcome: str) -> None:
    policy = rule("policy_deviation", policy="Offer a receipt.")
    engine = Compliance(Normaliser(), judge=Oracle(judgement))
    check = judged(policy, call((0, "A: Hi.")), engine=engine)
    assert (check.outcome, len(check.violations)) == (outcome, int(outcome == "violated"))


def test_a_policy_in_plain_words_is_not_made_up_without_a_model() -> None:
    check = judged(rule("policy_deviation", policy="Offer a receipt."), call((0, "A: Hi.")))
    assert (check.outcome, "language model" in check.reason) == ("unsure", True)
