"""The custom tag of a call, and what proves that it was handed over."""

from dataclasses import replace

import pytest
from tests.domains.campaigning import answered, claim, record, running
from tests.domains.worlds import World

from vinfer.domains.calls import outcomes
from vinfer.domains.calls.outcomes import Outcome
from vinfer.media.plan import CallResult, Fired, Verdict


def call(disposition: str, reason: str, tag: str | None = None) -> Outcome:
    evidence = {"turn": 1, "reason": reason}
    return Outcome("completed", disposition, "agent_hangup", tag=tag, evidence=evidence)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outcome", "tag"),
    [
        (call("interested", "branch:will_pay", tag="promise"), "promise"),
        (call("interested", "branch:will_pay", tag="unlisted"), "unlisted"),
        (call("not_interested", "branch:paid"), "paid"),
        (call("not_interested", "branch:method.paid"), "paid"),
        (call("callback", "branch:later"), "callback"),
        (call("interested", "branch:other"), None),
        (call("callback", "no_input"), "callback"),
        (outcomes.INTERRUPTED, "not_reachable"),
    ],
)
def test_a_tag_is_the_branchs_else_what_the_agent_lists(outcome: Outcome, tag: str | None) -> None:
    listed = ["paid", "callback", "not_reachable", "promise"]
    assert outcomes.tagged(outcome, listed).tag == tag
    assert outcomes.tagged(outcome, []).tag == outcome.tag


def escalated(end_reason: str, fired: Fired | None) -> CallResult:
    verdict = Verdict("escalated", None, 1, "trigger:keyword", fired)
    return replace(answered(), end_reason=end_reason, verdict=verdict)


async def test_an_escalated_call_shows_what_fired_and_how_it_was_handed_over(world: World) -> None:
    await running(world, 1, fallback={"transfer_to": "+912261550009", "mode": "warm"})
    (one,) = await claim(world)
    fired = Fired("keyword", 2, "consumer forum")
    await record(world, one.call_id, escalated("transferred", fired))
    (event,) = await world.rows("select data from events where name = 'call.escalated'")
    assert event["data"]["evidence"] == {
        "turn": 1,
        "reason": "trigger:keyword",
        "trigger": {"type": "keyword", "priority": 2, "matched": "consumer forum"},
        "mode": "cold",
    }
    assert event["data"]["agent_id"] == "+912261550009"


def test_a_call_that_was_not_handed_over_has_no_mode() -> None:
    evidence = outcomes.of(escalated("customer_hangup", None)).evidence
    assert evidence == {"turn": 1, "reason": "trigger:keyword"}
    assert (outcomes.of(escalated("handover_failed", None)).evidence or {})["mode"] == "cold"
