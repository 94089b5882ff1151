"""What a recogniser passed over is found, and put where it was said."""

from vinfer.lens.missed import passed_over, woven
from vinfer.ports.stt import HeardSegment, Word
from vinfer.ports.voices import Span


def segment(*words: tuple[str, float, float]) -> HeardSegment:
    said = tuple(Word(text, start_s, end_s, 0.9) for text, start_s, end_s in words)
    return HeardSegment(" ".join(word.text for word in said), "en-IN", 0.9, said)


BOTH_ENDS = segment(("Good", 0.4, 0.8), ("morning.", 0.8, 1.4), ("Goodbye.", 8.2, 9.0))


def test_voice_without_words_is_found_before_between_and_behind() -> None:
    voiced = [Span(0.3, 1.5), Span(4, 6.5), Span(8, 12)]
    assert passed_over(voiced, [BOTH_ENDS]) == [Span(4, 6.5), Span(9.4, 12)]
    assert passed_over([Span(0, 9)], [segment(("late", 5, 5.5))]) == [Span(0, 4.6), Span(5.9, 9)]


def test_short_sounds_and_pauses_inside_words_are_nothing() -> None:
    assert not passed_over([Span(0.3, 2.3), Span(3, 3.9), Span(7.6, 9.9)], [BOTH_ENDS])
    overlong = segment(("one", 0, 4), ("two", 1, 1.2), ("three", 4.2, 4.5))
    assert not passed_over([Span(0, 5)], [overlong])


def test_nothing_is_sought_where_nothing_was_heard_or_words_have_no_times() -> None:
    assert not passed_over([Span(0, 5)], [])
    assert not passed_over([Span(0, 5)], [BOTH_ENDS, HeardSegment("Yes.", "en-IN", 0.9, ())])


def test_what_is_found_stands_between_what_was_said() -> None:
    found = [segment(("How", 4.1, 4.4), ("are", 4.4, 4.6), ("you?", 4.6, 5.0))]
    texts = [each.text for each in woven([BOTH_ENDS], found)]
    assert texts == ["Good morning.", "How are you?", "Goodbye."]
    assert woven([BOTH_ENDS], []) == (BOTH_ENDS,)
