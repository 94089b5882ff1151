"""Turn taking in virtual time: scripted voice probabilities, no engines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vinfer.adapters.hearing.turns import (
    WINDOW_S,
    Cut,
    Finished,
    Move,
    Paused,
    Started,
    TurnRules,
    TurnTaker,
)


def hear(taker: TurnTaker, *spans: tuple[float, float]) -> list[Move]:
    """Feed (probability, seconds) spans."""
    return [
        move
        for probability, seconds in spans
        for _ in range(round(seconds / WINDOW_S))
        for move in taker.hear(probability)
    ]


def kinds(moves: list[Move]) -> list[str]:
    return [type(move).__name__ for move in moves]


def pause_of(moves: list[Move]) -> Paused:
    return next(move for move in reversed(moves) if isinstance(move, Paused))


def test_voice_starts_speech_after_a_tenth_of_a_second() -> None:
    taker = TurnTaker()
    assert hear(taker, (0.0, 0.512), (0.9, 0.064)) == []
    (started,) = hear(taker, (0.9, 0.032))
    assert isinstance(started, Started)
    assert started.at_s == pytest.approx(0.512)


def test_a_click_is_not_speech() -> None:
    assert hear(TurnTaker(), (0.0, 1.0), (0.95, 0.064), (0.0, 1.0), (0.95, 0.064)) == []


def test_a_pause_is_seen_after_a_fifth_of_a_second_with_preroll() -> None:
    moves = hear(TurnTaker(), (0.0, 0.96), (0.9, 0.96), (0.0, 0.224))
    assert kinds(moves) == ["Started", "Paused"]
    paused = pause_of(moves)
    assert paused.start_s == pytest.approx(0.96 - 0.3)
    assert paused.voice_end_s == pytest.approx(1.92)
    assert 0.2 <= paused.end_s - paused.voice_end_s <= 0.2 + WINDOW_S


def test_a_complete_turn_ends_at_the_verdict() -> None:
    taker = TurnTaker()
    pause = pause_of(hear(taker, (0.9, 0.96), (0.0, 0.224))).pause
    (finished,) = taker.judged(pause, complete=0.8, open_ended=False)
    assert isinstance(finished, Finished)
    assert finished.by == "verdict"
    assert hear(taker, (0.0, 3.0)) == []


def test_an_incomplete_turn_waits_for_a_second_of_silence() -> None:
    taker = TurnTaker()
    pause = pause_of(hear(taker, (0.9, 0.96), (0.0, 0.224))).pause
    assert taker.judged(pause, complete=0.2, open_ended=False) == []
    (finished,) = hear(taker, (0.0, 2.0))
    assert isinstance(finished, Finished)
    assert finished.by == "silence"
    assert 1.0 <= finished.decided_s - finished.voice_end_s <= 1.0 + WINDOW_S


def test_an_open_ended_text_waits_longer_even_when_the_model_is_sure() -> None:
    taker = TurnTaker()
    pause = pause_of(hear(taker, (0.9, 0.96), (0.0, 0.224))).pause
    assert taker.judged(pause, complete=0.99, open_ended=True) == []
    (finished,) = hear(taker, (0.0, 3.0))
    assert isinstance(finished, Finished)
    assert finished.decided_s - finished.voice_end_s >= 1.6


def test_speech_after_a_pause_is_the_same_turn_and_old_verdicts_are_void() -> None:
    taker = TurnTaker()
    first = pause_of(hear(taker, (0.9, 0.96), (0.0, 0.256)))
    resumed = hear(taker, (0.9, 0.96))
    assert kinds(resumed) == ["Started"]
    assert taker.judged(first.pause, complete=0.99, open_ended=False) == []
    second = pause_of(hear(taker, (0.0, 0.224)))
    assert second.start_s == first.start_s
    (finished,) = taker.judged(second.pause, complete=0.99, open_ended=False)
    assert isinstance(finished, Finished)
    assert finished.start_s == pytest.approx(0.0)


def test_a_missing_verdict_does_not_hang_the_turn() -> None:
    assert kinds(hear(TurnTaker(), (0.9, 0.96), (0.0, 2.0))) == ["Started", "Paused", "Finished"]


def test_wavering_probabilities_do_not_hang_the_turn() -> None:
    assert kinds(hear(TurnTaker(), (0.9, 0.96), (0.42, 2.0)))[-1] == "Finished"


def test_the_next_turn_does_not_hear_the_last_one() -> None:
    taker = TurnTaker()
    moves = hear(taker, (0.9, 0.96), (0.0, 0.224))
    taker.judged(pause_of(moves).pause, complete=0.9, open_ended=False)
    second = pause_of(hear(taker, (0.9, 0.96), (0.0, 0.224)))
    assert second.start_s >= pause_of(moves).voice_end_s


def test_long_speech_is_cut_at_its_quietest_without_gaps() -> None:
    moves = hear(TurnTaker(), (0.9, 13.0), (0.6, 0.064), (0.9, 4.0), (0.0, 0.224))
    cut = next(move for move in moves if isinstance(move, Cut))
    assert cut.end_s == pytest.approx(13.03, abs=0.08)
    assert pause_of(moves).start_s == cut.end_s


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 90)), max_size=40))
def test_any_sound_gives_an_orderly_story(spans: list[tuple[float, int]]) -> None:
    """Starts and pauses alternate, parts join without gap or overlap, no part is too long."""
    rules = TurnRules()
    taker = TurnTaker(rules)
    moves = hear(taker, *((chance, count * WINDOW_S) for chance, count in spans), (0.0, 3.0))
    speaking = False
    floor_s = 0.0
    for move in moves:
        match move:
            case Started():
                assert not speaking
                speaking = True
            case Paused():
                assert speaking
                speaking = False
                assert move.start_s >= floor_s
                assert move.voice_end_s <= move.end_s
            case Cut():
                assert speaking
                assert move.start_s >= floor_s
                assert move.start_s < move.end_s <= move.start_s + rules.longest_s + WINDOW_S
                floor_s = move.end_s
            case Finished():
                assert not speaking
                floor_s = move.voice_end_s
    assert not speaking
    assert not moves or isinstance(moves[-1], Finished)
