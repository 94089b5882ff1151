"""The dialog, driven by readings written by hand."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from vinfer.media import script as scripts
from vinfer.media.dialog import Dialog, Reply
from vinfer.media.plan import Verdict
from vinfer.ports.nlu import Meaning, Reading

NOW = datetime(2026, 11, 24, 11, 0, tzinfo=ZoneInfo("Asia/Kolkata"))  # a Tuesday
SCRIPT: dict[str, Any] = {
    "name": "EMI",
    "language": "en-IN",
    "company": "Example Bank",
    "agent_persona": "Asha",
    "opening": "Hello {{name}}, this is {{agent}}. You owe {{amount|inr}}. Can you pay?",
    "variables": {"amount": {"type": "number"}},
    "branches": [
        {
            "id": "will_pay",
            "phrases": ["yes I will pay"],
            "say": "Thank you.",
            "capture": ["pay_date"],
            "disposition": "interested",
            "tag": "promise",
            "next": "close",
        },
        {
            "id": "later",
            "phrases": ["call me later"],
            "capture": ["callback_at"],
            "disposition": "callback",
            "next": "close",
        },
        {"id": "refuse", "phrases": ["not interested"], "disposition": "not_interested"},
        {"id": "dispute", "phrases": ["I paid"], "say": "I see.", "handover": True, "tag": "paid"},
        {"id": "details", "phrases": ["tell me more"], "say": "It is due now."},
        {"id": "part", "phrases": ["a part"], "capture": ["amount_now", "note"], "next": "method"},
    ],
    "nodes": {
        "method": {
            "say": "You said {{amount_now|inr}}. By card?",
            "branches": [
                {"id": "card", "phrases": ["yes"], "disposition": "interested", "tag": "card"},
                {"id": "other", "phrases": ["no"], "disposition": "callback", "tag": "other"},
            ],
        }
    },
    "captures": {
        "pay_date": {"type": "date", "ask": "On which date?", "confirm": True},
        "callback_at": {"type": "datetime", "ask": "What time?"},
        "amount_now": {"type": "amount", "ask": "How much?", "confirm": "You pay {{value}}?"},
        "note": {"type": "text", "ask": "Why so?"},
    },
    "objections": [{"phrases": ["who gave you my number"], "say": "You did."}],
    "no_input": {"say": "Are you there?", "max": 2, "disposition": "callback"},
    "no_match": {"say": "Sorry?", "max": 2, "handover": True},
    "closing": "Bye.",
}


def dialog(*, language: str = "en-IN", can_transfer: bool = True, **change: Any) -> Dialog:
    made = Dialog(
        scripts.parse(SCRIPT | change),
        variables={"name": "Ravi", "amount": 5200},
        language=language,
        can_transfer=can_transfer,
        today=NOW.date(),
    )
    made.start()
    return made


def day(ahead: int) -> tuple[datetime, str]:
    return NOW.replace(hour=0) + timedelta(days=ahead), "day"


def hour(at: int, ahead: int = 0) -> tuple[datetime, str]:
    return NOW.replace(hour=at) + timedelta(days=ahead), "hour"


def reading(
    text: str,
    *meant: str,
    score: float = 0.9,
    safety: tuple[str, ...] = (),
    moments: tuple[tuple[datetime, str], ...] = (),
    amounts: tuple[float, ...] = (),
) -> Reading:
    return Reading(
        text=text,
        meanings=tuple(Meaning(label, score, "model") for label in meant),
        safety=tuple(Meaning(label, 0.9, "rule") for label in safety),
        moments=moments,
        amounts=amounts,
    )


YES = reading("yes", safety=("yes", "backchannel"))
NO = reading("no", safety=("no",))
NOTHING = reading("green elephants")


def hear(talk: Dialog, *readings: Reading) -> Reply:
    reply = Reply()
    for index, each in enumerate(readings):
        reply = talk.hear(each, turn=2 * index + 1, now=NOW)
    return reply


def test_opens_with_the_script() -> None:
    talk = dialog()
    opening = talk.start()
    assert opening.text == (
        "Hello Ravi, this is Asha. You owe five thousand two hundred rupees. Can you pay?"
    )
    assert [line.fixed for line in opening.lines] == [False, False, True]
    assert opening.listen
    assert not opening.end
    assert talk.labels == (
        "will_pay", "later", "refuse", "dispute", "details", "part", "objection:0",
    )  # fmt: skip


def test_without_an_outcome_a_call_is_a_callback() -> None:
    assert dialog().verdict == Verdict("callback", None, None, "no_outcome")


def test_asks_reads_back_and_stores_a_date() -> None:
    talk = dialog()
    assert hear(talk, reading("I will pay", "will_pay")).text == "Thank you. On which date?"
    assert talk.verdict == Verdict("interested", "promise", 1, "branch:will_pay")
    reply = hear(talk, reading("friday", moments=(day(3),)))
    assert reply.text == "That is Friday, the twenty seventh of November, right?"
    assert talk.captured == {}
    reply = hear(talk, YES)
    assert (reply.text, reply.end, reply.captured) == ("Bye.", True, {"pay_date": "2026-11-27"})


def test_takes_a_value_given_with_the_answer_without_asking() -> None:
    talk = dialog()
    reply = hear(talk, reading("I will pay tomorrow", "will_pay", moments=(day(1),)))
    assert reply.text == "Thank you. That is Wednesday, the twenty fifth of November, right?"


@pytest.mark.parametrize(
    "correction",
    [
        reading("no on saturday", safety=("no",), moments=(day(4),)),
        reading("saturday", moments=(day(4),)),
    ],
)
def test_a_correction_is_read_back_too(correction: Reading) -> None:
    talk = dialog()
    reply = hear(talk, reading("friday", "will_pay", moments=(day(3),)), correction)
    assert reply.text == "That is Saturday, the twenty eighth of November, right?"
    assert hear(talk, YES).captured == {"pay_date": "2026-11-28"}


def test_a_value_said_again_confirms_it() -> None:
    talk = dialog()
    friday = reading("friday", "will_pay", moments=(day(3),))
    assert hear(talk, friday, reading("friday", moments=(day(3),))).end
    assert talk.captured == {"pay_date": "2026-11-27"}


def test_a_branch_said_again_with_another_value_is_read_back_once() -> None:
    talk = dialog()
    reply = hear(
        talk,
        reading("yes tomorrow", "will_pay", moments=(day(1),)),
        reading("I will pay on friday", "will_pay", moments=(day(3),)),
    )
    assert reply.text == "That is Friday, the twenty seventh of November, right?"
    hear(talk, reading("I will pay on friday", "will_pay", moments=(day(3),)))
    assert talk.captured == {"pay_date": "2026-11-27"}


READ_BACK = "That is Friday, the twenty seventh of November, right?"


@pytest.mark.parametrize(
    "answer", [YES, NO, reading("on friday", moments=(day(3),)), NOTHING, reading("that is right")]
)
def test_a_read_back_that_was_not_heard_is_said_first(answer: Reading) -> None:
    talk = dialog()
    hear(talk, reading("friday", "will_pay", moments=(day(3),)))
    talk.not_heard((READ_BACK,))
    assert hear(talk, answer).text == READ_BACK
    assert talk.captured == {}
    hear(talk, YES)
    assert talk.captured == {"pay_date": "2026-11-27"}


def test_another_value_is_taken_before_the_read_back_was_heard() -> None:
    talk = dialog()
    hear(talk, reading("friday", "will_pay", moments=(day(3),)))
    talk.not_heard((READ_BACK,))
    reply = hear(talk, reading("no, tomorrow", safety=("no",), moments=(day(1),)))
    assert reply.text == "That is Wednesday, the twenty fifth of November, right?"


def test_silence_after_a_read_back_that_was_not_heard_says_it() -> None:
    talk = dialog()
    hear(talk, reading("friday", "will_pay", moments=(day(3),)))
    talk.not_heard((READ_BACK,))
    assert READ_BACK in talk.silence().text


def test_a_yes_to_a_question_that_was_not_heard_is_no_answer_to_it() -> None:
    talk = dialog()
    talk.not_heard(("Can you pay?",))
    assert hear(talk, YES).text == "Can you pay?"
    assert talk.verdict.reason == "no_outcome"
    assert hear(talk, YES).text == "Thank you. On which date?"


def test_a_clear_answer_needs_no_question() -> None:
    talk = dialog()
    talk.not_heard(("Can you pay?",))
    assert hear(talk, reading("I am not interested", "refuse")).end


def test_a_plain_no_asks_again_and_an_unconfirmed_value_is_never_stored() -> None:
    talk = dialog()
    friday = reading("friday", "will_pay", moments=(day(3),))
    assert hear(talk, friday, NO).text == "On which date?"
    assert hear(talk, friday, NO, friday, NO).end
    assert talk.captured == {}
    assert talk.verdict.disposition == "interested"


def test_a_date_in_the_past_is_no_answer() -> None:
    talk = dialog()
    reply = hear(talk, reading("yes", "will_pay"), reading("yesterday", moments=(day(-1),)))
    assert "On which date?" in reply.text


def test_gives_up_asking_after_three_tries() -> None:
    talk = dialog()
    assert hear(talk, reading("ok", "will_pay"), NOTHING, NOTHING, NOTHING).end
    assert talk.captured == {}


def test_a_callback_needs_a_time_and_joins_it_to_the_day() -> None:
    talk = dialog()
    assert hear(talk, reading("tomorrow", "later", moments=(day(1),))).text == "At what time?"
    reply = hear(talk, reading("five pm", moments=(hour(17),)))
    assert reply.captured == {"callback_at": "2026-11-25T17:00:00+05:30"}
    assert talk.verdict.disposition == "callback"


def test_a_day_said_with_the_time_wins() -> None:
    talk = dialog()
    hear(talk, reading("tomorrow", "later", moments=(day(1),)))
    hear(talk, reading("no friday at five", moments=(hour(17, 3),)))
    assert talk.captured == {"callback_at": "2026-11-27T17:00:00+05:30"}


@pytest.mark.parametrize(
    ("hours", "stored"),
    [(5.0, "24T17:00"), (5.5, "24T17:30"), (10.0, "25T10:00"), (12.0, "24T12:00")],
)
def test_a_bare_hour_is_the_next_one_in_calling_hours(hours: float, stored: str) -> None:
    talk = dialog()
    hear(talk, reading("later", "later"), reading("five", amounts=(hours,)))
    assert talk.captured == {"callback_at": f"2026-11-{stored}:00+05:30"}


def test_a_day_without_a_time_is_kept_as_a_day() -> None:
    talk = dialog()
    hear(talk, reading("tomorrow", "later", moments=(day(1),)), NOTHING, NOTHING, NOTHING)
    assert talk.captured == {"callback_at": "2026-11-25"}


def test_several_values_then_another_question() -> None:
    talk = dialog()
    reply = hear(talk, reading("two thousand now", "part", amounts=(2000.0,)))
    assert reply.text == "You pay two thousand rupees?"
    assert hear(talk, YES).text == "Why so?"
    reply = hear(talk, reading("my  salary is late"))
    assert reply.text == "You said two thousand rupees. By card?"
    assert talk.captured == {"amount_now": 2000, "note": "my salary is late"}
    assert talk.labels == ("method.card", "method.other", "objection:0")
    assert hear(talk, NO).text == "Bye."
    assert talk.verdict == Verdict("callback", "other", 1, "branch:method.other")


@pytest.mark.parametrize(
    ("answer", "branch"),
    [(YES, "will_pay"), (NO, "refuse"), (reading("ok", safety=("yes", "backchannel")), "will_pay")],
)
def test_a_bare_yes_or_no_means_what_the_question_asked(answer: Reading, branch: str) -> None:
    talk = dialog()
    hear(talk, answer)
    assert talk.verdict.reason == f"branch:{branch}"


def test_a_yes_means_nothing_to_a_question_without_such_a_branch() -> None:
    talk = dialog(branches=[{"id": "a", "phrases": ["apples"]}, {"id": "b", "phrases": ["pears"]}])
    assert hear(talk, YES).text == "Sorry?"


def test_a_sure_meaning_beats_a_leading_yes() -> None:
    talk = dialog()
    hear(talk, reading("yes not now", "later", safety=("yes",)))
    assert talk.verdict.reason == "branch:later"


def test_answers_an_objection_and_asks_again() -> None:
    talk = dialog()
    assert hear(talk, reading("who gave you", "objection:0")).text == "You did. Can you pay?"
    hear(talk, reading("ok", "will_pay"))
    assert hear(talk, reading("who", "objection:0")).text == "You did. On which date?"


def test_a_branch_that_leads_nowhere_asks_again() -> None:
    talk = dialog()
    assert hear(talk, reading("more", "details")).text == "It is due now. Can you pay?"
    assert talk.verdict.reason == "no_outcome"


@pytest.mark.parametrize(
    "change",
    [
        reading("actually I have paid already", "dispute"),
        reading("I have already paid yesterday", "dispute", score=0.5, moments=(day(-1),)),
    ],
)
def test_a_change_of_mind_leaves_the_open_question(change: Reading) -> None:
    talk = dialog()
    reply = hear(talk, reading("ok", "will_pay"), change)
    assert reply.handover
    assert talk.verdict == Verdict("escalated", "paid", 3, "branch:dispute")


def test_a_value_wins_over_a_weak_meaning() -> None:
    talk = dialog()
    hear(talk, reading("ok", "will_pay"))
    reply = hear(talk, reading("on friday then", "later", score=0.5, moments=(day(3),)))
    assert "twenty seventh" in reply.text


def test_hands_over_or_says_truthfully_that_nobody_is_free() -> None:
    talk = dialog()
    reply = hear(talk, reading("I paid", "dispute"))
    assert (reply.handover, reply.listen, reply.end) == (True, False, False)
    assert reply.text.startswith("I see. I will connect you")
    talk = dialog(can_transfer=False)
    reply = hear(talk, reading("I paid", "dispute"))
    assert (reply.handover, reply.end) == (False, True)
    assert "no colleague is free" in reply.text
    assert talk.verdict.disposition == "escalated"


def test_a_failed_transfer_is_told_and_recorded() -> None:
    talk = dialog()
    hear(talk, reading("a human please", safety=("human",)))
    reply = talk.handover_failed()
    assert reply.end
    assert "could not connect you" in reply.text
    assert talk.verdict == Verdict("callback", None, 1, "handover_failed")


@pytest.mark.parametrize(
    ("intent", "verdict"),
    [
        ("do_not_call", Verdict("dnd", None, 1, "do_not_call")),
        ("human", Verdict("escalated", None, 1, "human")),
        ("wrong_number", Verdict("not_interested", "wrong_number", 1, "wrong_number")),
    ],
)
@pytest.mark.parametrize("language", ["en-IN", "hi-IN"])
def test_built_in_requests_end_the_matter(intent: str, verdict: Verdict, language: str) -> None:
    talk = dialog(language=language)
    reply = hear(talk, reading("…", "will_pay", score=0.4, safety=(intent,)))
    assert not reply.listen
    assert talk.verdict == verdict
    assert (talk.do_not_call, reply.do_not_call) == ((intent == "do_not_call"),) * 2


def test_never_call_again_counts_even_while_saying_goodbye() -> None:
    talk = dialog()
    hear(talk, reading("no", "refuse"))
    hear(talk, reading("and never call again", safety=("do_not_call",)))
    assert talk.do_not_call
    assert talk.verdict.disposition == "dnd"


def test_a_surer_branch_beats_wrong_number() -> None:
    talk = dialog()
    hear(talk, reading("that is not my loan", "dispute", score=0.95, safety=("wrong_number",)))
    assert talk.verdict.reason == "branch:dispute"


def test_abuse_is_borne_once() -> None:
    talk = dialog()
    insult = reading("you idiot", safety=("abuse",))
    assert hear(talk, insult).text == "I understand that you are upset. Can you pay?"
    assert hear(talk, insult).end
    assert talk.verdict.tag == "abuse"


def test_says_who_calls_and_repeats() -> None:
    talk = dialog()
    who = hear(talk, reading("who is this", safety=("who_is_this",)))
    assert who.text == "This is Asha, calling from Example Bank. Can you pay?"
    assert hear(talk, reading("what?", safety=("repeat",))).text == talk.start().text


def test_sounds_of_listening_are_no_answer() -> None:
    talk = dialog()
    assert hear(talk, reading("hmm", safety=("backchannel",))) == Reply()
    assert hear(talk, reading("  ")) == Reply()


def test_asks_twice_into_silence_then_closes() -> None:
    talk = dialog()
    assert talk.silence().text == "Are you there?"
    assert talk.silence().text == "Are you there? Can you pay?"
    last = talk.silence()
    assert (last.text, last.end) == ("Bye.", True)
    assert talk.verdict == Verdict("callback", None, None, "no_input")


def test_a_word_in_between_starts_the_silence_anew() -> None:
    talk = dialog()
    talk.silence()
    hear(talk, NOTHING)
    talk.silence()
    assert not talk.silence().end


def test_silence_keeps_an_outcome_already_reached() -> None:
    talk = dialog()
    hear(talk, reading("ok", "will_pay"))
    for _ in range(3):
        talk.silence()
    assert talk.verdict.tag == "promise"


def test_asks_twice_what_was_meant_then_hands_over() -> None:
    talk = dialog()
    assert hear(talk, NOTHING).text == "Sorry?"
    assert hear(talk, NOTHING).text == "Sorry?"
    assert hear(talk, NOTHING).handover
    assert talk.verdict.reason == "no_match"


def test_what_was_never_understood_closes_politely() -> None:
    talk = dialog(no_match={"max": 0, "disposition": "not_interested"})
    reply = hear(talk, NOTHING)
    assert (reply.text, reply.end) == ("I am sorry, I could not follow that. Bye.", True)
    assert talk.verdict == Verdict("not_interested", None, 1, "no_match")


def test_after_the_end_nothing_changes() -> None:
    talk = dialog()
    hear(talk, reading("no", "refuse"))
    before = talk.verdict
    reply = hear(talk, reading("I will pay", "will_pay"))
    assert (reply.lines, reply.end) == ((), True)
    assert talk.verdict == before
    assert talk.silence().end


def test_a_fork_goes_its_own_way() -> None:
    talk = dialog()
    twin = talk.fork()
    hear(talk, reading("friday", "will_pay", moments=(day(3),)), YES)
    assert talk.captured == {"pay_date": "2026-11-27"}
    assert twin.captured == {}
    assert twin.verdict.reason == "no_outcome"
    assert hear(twin, reading("ok", "will_pay")).text == "Thank you. On which date?"
