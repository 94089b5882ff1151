"""Triggers: in their order, each by what it looks at, first by itself and then in whole calls."""

from pathlib import Path
from typing import Any

import pytest
from tests import virtual_time
from tests.media.live import Phone, Scene, changed, said

from vinfer.adapters.nlu.fake import FakeUnderstanding
from vinfer.adapters.telephony.fake import FarEnd
from vinfer.media import handover
from vinfer.media.handover import Watch
from vinfer.media.plan import Fired, Trigger
from vinfer.ports.nlu import Meaning, Reading
from vinfer.ports.telephony import Failed

DESK = "+911100000000"


def watch(*stored: dict[str, Any]) -> Watch:
    return Watch(handover.parse(stored))


def reading(
    *, safety: tuple[str, ...] = (), watched: tuple[str, ...] = (), sentiment: float | None = None
) -> Reading:
    return Reading(
        "…",
        safety=tuple(Meaning(label, 0.9, "rule") for label in safety),
        watched=tuple(Meaning(label, 1.0, "rule") for label in watched),
        sentiment=sentiment,
    )


def heard(it: Watch, each: Reading, *, at_s: float = 5.0, settled: bool = False) -> Fired | None:
    return it.heard(each, at_s=at_s, settled=settled)


def test_the_lowest_priority_that_matches_fires() -> None:
    it = watch(
        {"type": "compliance_alert", "priority": 3},
        {"type": "explicit_request", "priority": 2},
        {"type": "keyword", "priority": 1, "phrases": ["court"]},
    )
    assert heard(it, reading(safety=("legal", "human"))) == Fired("explicit_request", 2, "human")
    both = reading(safety=("human",), watched=("=trigger:0:0",))
    assert heard(it, both) == Fired("keyword", 1, "court")
    assert heard(it, reading(safety=("yes",))) is None


def test_equal_priorities_keep_the_order_given() -> None:
    it = watch({"type": "compliance_alert"}, {"type": "explicit_request"})
    fired = heard(it, reading(safety=("human", "threat")))
    assert fired == Fired("compliance_alert", 0, "threat")


@pytest.mark.parametrize("intent", ["abuse", "threat", "legal"])
def test_a_compliance_alert_is_abuse_a_threat_or_a_legal_step(intent: str) -> None:
    fired = heard(watch({"type": "compliance_alert"}), reading(safety=(intent,)))
    assert fired == Fired("compliance_alert", 0, intent)


def test_keywords_are_any_or_all_of_one_utterance() -> None:
    words = {"type": "keyword", "phrases": ["legal", "notice"]}
    one, both = ("=trigger:0:1",), ("=trigger:0:0", "=trigger:0:1")
    assert heard(watch(words), reading(watched=one)) == Fired("keyword", 0, "notice")
    everything = watch(words | {"match": "all"})
    assert heard(everything, reading(watched=one)) is None
    assert heard(everything, reading(watched=both)) == Fired("keyword", 0, "legal, notice")


def test_one_furious_sentence_or_two_annoyed_ones_are_below_the_threshold() -> None:
    rule = {"type": "sentiment", "threshold": -0.5}
    assert heard(watch(rule), reading(sentiment=-0.95)) == Fired("sentiment", 0, -0.57)
    it = watch(rule)
    assert heard(it, reading(sentiment=-0.7)) is None
    assert heard(it, reading()) is None, "a bare yes shows no sentiment"
    assert heard(it, reading(sentiment=-0.7)) == Fired("sentiment", 0, -0.59)
    calmed = watch(rule)
    assert heard(calmed, reading(sentiment=-0.7)) is None
    assert heard(calmed, reading(sentiment=0.5)) is None
    assert heard(calmed, reading(sentiment=-0.7)) is None


def test_a_call_is_too_long_only_while_it_has_no_outcome() -> None:
    it = watch({"type": "max_duration", "seconds": 60, "priority": 4})
    assert heard(it, reading(), at_s=59.9) is None
    assert heard(it, reading(), at_s=61.0, settled=True) is None
    assert heard(it, reading(), at_s=61.0) == Fired("max_duration", 4, 61.0)
    assert it.silence(at_s=60.0, settled=False) == Fired("max_duration", 4, 60.0)


def test_a_rule_that_lacks_its_field_never_fires() -> None:
    it = watch(*({"type": kind} for kind in ("keyword", "sentiment", "max_duration", "custom")))
    furious = reading(safety=("abuse",), sentiment=-1.0)
    for _ in range(9):
        assert heard(it, furious, at_s=3600.0) is None
    assert it.silence(at_s=3600.0, settled=False) is None


def test_a_condition_is_learned_as_examples_beside_the_script() -> None:
    triggers = handover.parse(
        [
            {"type": "custom", "condition": "my father died; pitaji guzar gaye\n", "priority": 2},
            {"type": "keyword", "phrases": ["court", "vakil"], "priority": 1},
        ]
    )
    assert handover.phrases(triggers) == {
        "=trigger:0:0": ("court",),
        "=trigger:0:1": ("vakil",),
        "trigger:1": ("my father died", " pitaji guzar gaye"),
    }
    assert handover.labels(triggers) == ("=trigger:0:0", "=trigger:0:1", "trigger:1")
    fired = heard(Watch(triggers), reading(watched=("trigger:1",)))
    assert fired == Fired("custom", 2, "my father died; pitaji guzar gaye\n")


def test_only_what_is_listened_for_makes_a_classifier_of_its_own() -> None:
    plain = handover.parse([{"type": "explicit_request"}])
    assert handover.key_of("scr_1:1", plain) == "scr_1:1"
    keys = {
        handover.key_of("scr_1:1", handover.parse([each]))
        for each in (
            {"type": "keyword", "phrases": ["court"]},
            {"type": "keyword", "phrases": ["press"]},
            {"type": "custom", "condition": "court"},
        )
    }
    assert len(keys) == 3
    assert all(key.startswith("scr_1:1:") for key in keys)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path, transfer_to=DESK)


def says(*texts: str) -> Any:
    async def customer(phone: Phone) -> None:
        for text in texts:
            await phone.listen()
            await phone.say(text)

    return customer


class Noting(FakeUnderstanding):
    """Notes every text that it reads, and what it watches for meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    async def read(self, text: str, **asked: Any) -> Reading:
        self.asked.append((text, asked["watch"]))
        return await super().read(text, **asked)


def test_the_classifier_is_fitted_before_the_phone_rings(scene: Scene) -> None:
    """Else the customer's first answer would wait for it."""
    scene.understanding, scene.far = Noting(), FarEnd(failed=Failed.BUSY)
    scene.triggers = rules({"type": "keyword", "phrases": ["court"]})

    virtual_time.run(scene.call_without_answer())

    assert scene.understanding.asked == [("hello", ("=trigger:0:0",))]


def rules(*stored: dict[str, Any]) -> tuple[Trigger, ...]:
    return handover.parse(stored)


@pytest.mark.parametrize(
    ("rule", "words", "matched"),
    [
        ({"type": "explicit_request"}, "let me speak to your manager", "human"),
        ({"type": "keyword", "phrases": ["vakil"]}, "mera vakeel aapse milega", "vakil"),
        ({"type": "keyword", "phrases": ["ombudsman"]}, "I know the Ombudsman.", "ombudsman"),
        ({"type": "sentiment", "threshold": -0.5}, "this is the worst, pathetic bank", -0.6),
        ({"type": "compliance_alert"}, "you will get a legal notice from me", "legal"),
        ({"type": "custom", "condition": "my father died"}, "my father died", "my father died"),
    ],
)
def test_a_trigger_hands_the_call_over(
    scene: Scene, rule: dict[str, Any], words: str, matched: str | float
) -> None:
    scene.triggers = rules(rule | {"priority": 7})

    result = scene.play(says(words))

    assert result.end_reason == "transferred"
    assert scene.leg is not None
    assert scene.leg.transferred_to == DESK
    assert result.verdict.disposition == "escalated"
    assert result.verdict.reason == f"trigger:{rule['type']}"
    assert result.verdict.trigger == Fired(rule["type"], 7, matched)
    assert result.verdict.evidence_turn is not None
    assert result.turns[result.verdict.evidence_turn].text == words


def test_other_words_leave_the_call_with_the_script(scene: Scene) -> None:
    scene.triggers = rules(
        {"type": "keyword", "phrases": ["court"]},
        {"type": "sentiment", "threshold": -0.5},
        {"type": "compliance_alert"},
        {"type": "custom", "condition": "my father died"},
        {"type": "max_duration", "seconds": 300},
    )

    result = scene.play(says("not interested"))

    assert (result.verdict.disposition, result.verdict.trigger) == ("not_interested", None)


def test_a_trigger_is_stronger_than_a_branch(scene: Scene) -> None:
    scene.script = changed(
        branches=[
            {"id": "sue", "phrases": ["I will sue you"], "disposition": "callback", "next": "close"}
        ]
    )
    scene.triggers = rules({"type": "compliance_alert"})

    assert scene.play(says("I will sue you")).end_reason == "transferred"


def test_never_to_be_called_again_is_stronger_than_any_trigger(scene: Scene) -> None:
    scene.triggers = rules({"type": "compliance_alert"}, {"type": "explicit_request"})

    result = scene.play(says("never call me again or I go to the police"))

    assert (result.verdict.disposition, result.do_not_call) == ("dnd", True)
    assert result.end_reason == "agent_hangup"


def test_a_silent_customer_is_handed_over_when_time_is_up(scene: Scene) -> None:
    scene.triggers = rules({"type": "max_duration", "seconds": 15})

    result = scene.play(says("green elephants"))

    assert result.end_reason == "transferred"
    assert result.verdict.trigger is not None
    assert result.verdict.trigger.type == "max_duration"
    assert 15 <= float(result.verdict.trigger.matched) < 21
    assert result.verdict.evidence_turn == 1


def test_a_reply_that_is_taken_back_takes_its_mood_with_it(scene: Scene) -> None:
    """The customer goes on before the agent's reply is heard: it was one utterance, not two."""
    scene.triggers = rules({"type": "sentiment", "threshold": -0.65})

    async def customer(phone: Phone) -> None:
        await phone.listen()
        await phone.say("useless people")
        await phone.say("green elephants")
        await phone.listen()
        await phone.say("not interested")

    result = scene.play(customer)

    assert ("customer", "green elephants") in said(result)
    assert result.verdict.disposition == "not_interested"


def test_a_refused_handover_keeps_what_had_asked_for_it(scene: Scene) -> None:
    scene.triggers = rules({"type": "keyword", "phrases": ["ombudsman"]})
    scene.far = FarEnd(transfer_status=603)

    result = scene.play(says("I will write to the ombudsman"))

    assert (result.end_reason, result.verdict.disposition) == ("handover_failed", "callback")
    assert result.verdict.trigger == Fired("keyword", 0, "ombudsman")
