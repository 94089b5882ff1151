"""Pauses, breaker and shares: pure arithmetic."""

from datetime import UTC, datetime, timedelta

import pytest

from vinfer.domains.webhooks import pacing
from vinfer.domains.webhooks.pacing import Health, Want

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def worsened(before: Health, failures: int = 1, wish_s: float = 0.0) -> Health:
    return pacing.worsened(before, failures=failures, wish_s=wish_s, started_at=NOW, now=NOW)


def rest_s(health: Health) -> float:
    return (health.resume_at - NOW).total_seconds() if health.resume_at else 0.0


def test_pauses_grow_from_seconds_to_a_day_with_jitter() -> None:
    planned = (5, 10, 20, *pacing.SLOW_PAUSES_S)
    for failed, pause_s in enumerate(planned, start=1):
        found = [pacing.pause_s(failed, wish_s=0) for _ in range(50)]
        assert all(0.8 * pause_s <= it <= 1.2 * pause_s for it in found)
        assert len(set(found)) > 1


def test_a_receivers_wish_only_lengthens_a_pause_and_is_bounded() -> None:
    assert pacing.pause_s(1, wish_s=100) == 100
    assert pacing.pause_s(1, wish_s=1e9) == pacing.LONGEST_WISH_S
    assert pacing.pause_s(4, wish_s=1) >= 240
    assert pacing.pause_s(4, wish_s=1e9) == 86_400


def test_the_breaker_opens_once_and_then_pauses_longer_and_longer() -> None:
    health = worsened(Health(), failures=9)
    assert (health.failures, rest_s(health)) == (9, 0)
    health = worsened(health, failures=40)
    assert health.failures == pacing.BREAK_AFTER
    for planned_s in (10, 20, 40, 80, 160, 320, 640, 900, 900):
        assert 0.8 * planned_s <= rest_s(health) <= 1.2 * planned_s
        health = worsened(Health(health.failures, health.failing_since))


def test_a_wish_makes_an_endpoint_rest_before_the_breaker_does() -> None:
    assert rest_s(worsened(Health(), wish_s=30)) == 30
    assert rest_s(worsened(Health(resume_at=NOW + timedelta(hours=1)), wish_s=30)) == 3600


def test_an_endpoint_is_lost_after_a_schedule_of_failures_alone() -> None:
    since = NOW - pacing.SCHEDULE
    almost = since + timedelta(seconds=1)
    assert pacing.is_lost(Health(pacing.BREAK_AFTER, since), NOW, exhausted=False)
    assert not pacing.is_lost(Health(pacing.BREAK_AFTER, almost), NOW, exhausted=False)
    assert not pacing.is_lost(Health(1, since), NOW, exhausted=False)
    assert pacing.is_lost(Health(1, almost), NOW, exhausted=True)
    assert not pacing.is_lost(Health(99, NOW - timedelta(days=1)), NOW, exhausted=True)


def test_refusals_count_when_nothing_is_taken_for_minutes() -> None:
    statuses = [400, 404, 429, 500, None]
    assert pacing.failures_of(Health(), statuses, NOW) == 3
    long = Health(1, NOW - pacing.REFUSAL_PATIENCE)
    assert pacing.failures_of(long, statuses, NOW) == 5
    refused = worsened(worsened(Health(), failures=0), failures=0)
    assert (refused.failures, refused.failing_since, rest_s(refused)) == (1, NOW, 0)


def test_events_that_failed_before_leave_half_to_new_ones() -> None:
    assert [pacing.room_for_due(grant, failures=0) for grant in (1, 2, 16)] == [1, 1, 8]
    assert [pacing.room_for_due(grant, failures=11) for grant in (1, 2, 16)] == [0, 1, 8]


def test_slots_are_shared_in_rounds_and_the_last_are_for_idle_endpoints() -> None:
    few = [Want("a", 0, 10), Want("b", 3, 10), Want("c", 0, 1)]
    assert pacing.share(few, free=100, reserved=20) == {"a": 10, "b": 7, "c": 1}
    assert pacing.share(few, free=9, reserved=0) == {"a": 5, "b": 3, "c": 1}
    assert pacing.share(few, free=4, reserved=4) == {"a": 1, "b": 0, "c": 1}
    assert pacing.share(few, free=1, reserved=0) == {"a": 1, "b": 0, "c": 0}
    assert pacing.share([], free=9, reserved=0) == {}


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0),
        ("120", 120),
        ("-5", 0),
        ("inf", 0),
        ("soon", 0),
        ("Wed, 01 Jan 2020 00:00:00 GMT", 0),
        ("Wed, 04 Mar 2026 12:01:00 GMT", 60),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 0),
    ],
)
def test_retry_after_forms(header: str | None, seconds: float) -> None:
    assert pacing.retry_after_s(header, NOW) == seconds


def test_the_last_slots_are_for_workspaces_that_have_none() -> None:
    many = [Want(f"many-{n}", 0, 16) for n in range(50)]
    other = [Want("other", 0, 16, first=True)]
    shared = pacing.share([*many, *other], free=4, reserved=8)
    assert shared["other"] == 1
    assert sum(shared.values()) == 1
    assert sum(pacing.share([*many, *other], free=20, reserved=8).values()) == 16
