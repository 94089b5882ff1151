"""Ids: their form, their order, and that nothing of one is told by another."""

from datetime import UTC, datetime, timedelta

import pytest

from vinfer.kit import ids


def test_an_id_has_its_prefix_and_a_known_form():
    made = ids.new_id("cal")
    assert made.startswith("cal_")
    assert ids.is_id(made)
    assert not ids.is_id(made[:-1])


def test_ids_sort_by_their_moment():
    at = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
    first, later = ids.first_id("cal", at), ids.first_id("cal", at + timedelta(milliseconds=1))
    assert ids.is_id(first)
    assert first < later
    now = datetime.now(UTC)
    made = ids.new_id("cal")
    assert ids.first_id("cal", now) <= made < ids.first_id("cal", now + timedelta(seconds=5))


def test_the_moment_is_written_as_in_a_ulid():
    at = datetime.fromtimestamp(1469918176.385, UTC)
    assert ids.first_id("x", at) == "x_01ARYZ6S41" + "0" * 16  # the example of the ULID's spec


@pytest.mark.parametrize("count", [0, 1, 1000])
def test_many_ids_are_in_order_and_share_only_their_moment(count: int):
    made = ids.Series("ctc").take(count)
    assert len(set(made)) == count
    assert made == sorted(made)
    assert all(map(ids.is_id, made))
    assert len({it[:14] for it in made}) == min(count, 1)
    assert len({it[14:18] for it in made}) >= count * 0.99  # 20 random bits already differ


def test_what_is_taken_later_sorts_later():
    series = ids.Series("ctc")
    made = [id for _ in range(50) for id in series.take(3)]
    assert made == sorted(set(made))
