"""Words become segments; what nobody said is left out."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from vinfer.lens.assembly import assemble
from vinfer.lens.listening import HeardPiece
from vinfer.lens.survey import Piece, Survey
from vinfer.lens.transcript import Segment
from vinfer.ports.decoding import AudioInfo
from vinfer.ports.stt import HeardSegment, Word
from vinfer.ports.voices import Span, Voiceprints

INFO = AudioInfo("wav", "pcm_s16le", 8000, 2, 60.0)


def spans(*pairs: tuple[float, float]) -> tuple[Span, ...]:
    return tuple(Span(*pair) for pair in pairs)


def words(text: str, *times: float, confidence: float = 0.9) -> tuple[Word, ...]:
    """Words that begin at `times` and take 0.3 s."""
    return tuple(
        Word(word, at, at + 0.3, confidence) for word, at in zip(text.split(), times, strict=True)
    )


def segment(said: Sequence[Word], *, language: str = "en-IN") -> HeardSegment:
    return HeardSegment(" ".join(word.text for word in said), language, 0.9, tuple(said))


def segments_of(
    *tracks: tuple[tuple[Span, ...], tuple[HeardSegment, ...]], roles: Sequence[str] = ()
) -> tuple[Segment, ...]:
    """Assemble one piece for each track."""
    pieces = tuple(Piece(at, at, Span(0.0, 28.0), track[0], ()) for at, track in enumerate(tracks))
    found = Survey(INFO, 60.0, False, tuple((at,) for at in range(len(tracks))), pieces, False)
    heard = [HeardPiece(at, track[1], Voiceprints()) for at, track in enumerate(tracks)]
    return assemble(found, heard, most_speakers=2, channel_roles=roles).segments


def test_pauses_and_sentences_break_segments() -> None:
    said = words("So yes. But no five", 1.0, 1.4, 2.5, 3.0, 5.5)
    found = segments_of((spans((1.0, 5.8)), (segment(said),)))
    assert [each.text for each in found] == ["So yes.", "But no", "five"]


def test_overlapping_speech_is_kept_on_both_sides() -> None:
    one = segment(words("well I think that", 1.0, 1.5, 2.0, 2.5))
    two = segment(words("sorry", 1.8))
    found = segments_of(
        (spans((1.0, 2.8)), (one,)), (spans((1.8, 2.1)), (two,)), roles=("customer", "agent")
    )
    assert [(each.speaker, each.text) for each in found] == [
        ("customer", "well I think that"),
        ("agent", "sorry"),
    ]
    assert found[0].end_s > found[1].start_s


def test_words_are_moved_to_where_there_is_voice() -> None:
    said = (Word("Hello", 0.2, 2.4, 0.9), Word("there.", 2.4, 2.6, 0.9))
    (found,) = segments_of((spans((2.0, 2.9)), (segment(said),)))
    assert (found.words[0].start_s, found.words[0].end_s) == (2.0, 2.4)
    assert found.words[1].end_s == 2.9


def test_a_word_that_attention_leaves_in_a_pause_goes_to_its_sentence() -> None:
    said = (
        Word("Bank.", 1.0, 1.5, 0.9), Word("Your", 2.6, 3.0, 0.9), Word("loan", 7.0, 7.4, 0.9),
        Word("is", 7.4, 7.6, 0.9), Word("due.", 9.5, 9.9, 0.9),
    )  # fmt: skip
    voiced = spans((1.0, 1.5), (7.0, 8.0), (14.0, 14.5))
    found = segments_of((voiced, (segment(said),)))
    assert [(each.text, each.start_s, each.end_s) for each in found] == [
        ("Bank.", 1.0, 1.5),
        ("Your loan is due.", 7.0, 8.0),
    ]
    starts = [word.start_s for word in found[1].words]
    assert starts == sorted(starts)


def test_a_word_beside_a_voice_does_not_reach_over_the_pause() -> None:
    said = (Word("Bank.", 1.0, 1.5, 0.9), Word("Your", 2.0, 6.9, 0.9), Word("loan", 7.0, 7.4, 0.9))
    found = segments_of((spans((1.0, 1.5), (7.0, 7.4)), (segment(said),)))
    assert [each.start_s for each in found] == [1.0, pytest.approx(6.7)]


def test_unsure_words_in_silence_were_never_said() -> None:
    said = (*words("Yes.", 1.0), *words("Thanks watching", 6.0, 6.5, confidence=0.3))
    (found,) = segments_of((spans((1.0, 1.3)), (segment(said),)))
    assert found.text == "Yes."


def test_low_confidence_is_shown_not_hidden() -> None:
    (found,) = segments_of((spans((1.0, 1.6)), (segment(words("mumble", 1.0, confidence=0.2)),)))
    assert found.confidence == pytest.approx(0.2)


def test_numbers_keep_their_times() -> None:
    said = (Word("5,200", 1.0, 1.9, 0.8), Word("rupees.", 1.9, 2.3, 0.9))
    (found,) = segments_of((spans((1.0, 2.3)), (segment(said),)))
    assert [(word.text, word.start_s, word.end_s) for word in found.words] == [
        ("5,200", 1.0, 1.9),
        ("rupees.", 1.9, 2.3),
    ]


def test_an_engine_without_words_still_gives_segments() -> None:
    bare = HeardSegment("Good morning.", "en-IN", 0.7, ())
    (found,) = segments_of((spans((1.0, 2.0)), (bare,)))
    assert (found.text, found.words, found.confidence) == ("Good morning.", (), 0.7)


def test_a_change_of_language_is_a_new_segment() -> None:
    said = (
        segment(words("I will pay.", 1.0, 1.3, 1.6)),
        segment(words("kal pakka", 2.0, 2.3), language="hi-IN"),
    )
    found = segments_of((spans((1.0, 2.6)), said))
    assert [each.language for each in found] == ["en-IN", "hi-IN"]


def test_engines_that_tell_no_words_keep_their_times() -> None:
    said = (
        HeardSegment("नमस्ते जी", "hi-IN", None, (), span=(1.0, 2.0)),
        HeardSegment("कल आना", "hi-IN", None, (), span=(9.0, 10.5)),
        HeardSegment("somewhere", "en-IN", None, ()),
    )
    first, second, third = segments_of((spans((1.0, 2.0), (9.0, 10.5)), said))
    assert (first.text, first.start_s, first.end_s, first.words) == ("somewhere", 0.0, 28.0, ())
    assert (second.text, second.start_s, second.end_s) == ("नमस्ते जी", 1.0, 2.0)
    assert (third.start_s, third.end_s, third.confidence) == (9.0, 10.5, None)


def test_doubt_that_is_not_told_of_words_is_that_of_their_segment() -> None:
    said = tuple(Word(text, at, at + 0.3, None) for text, at in (("five", 1.0), ("lakh", 1.4)))
    imagined = Word("bye", 20.0, 20.3, None)
    heard = HeardSegment("five lakh bye", "en-IN", 0.7, (*said, imagined))
    (found,) = segments_of((spans((1.0, 1.7)), (heard,)))
    assert (found.text, found.confidence) == ("five lakh", 0.7)
    assert [word.confidence for word in found.words] == [None, None]


def test_what_another_engine_heard_is_a_segment_of_its_own() -> None:
    one = replace(segment(words("will you", 1.0, 1.4)), engine="a")
    two = replace(segment(words("pay today", 1.8, 2.2)), engine="b")
    found = segments_of((spans((1.0, 2.5)), (one, two)))
    assert [(each.text, each.engine) for each in found] == [("will you", "a"), ("pay today", "b")]


def test_words_without_times_never_hide_among_those_with_times() -> None:
    """Redaction silences a phrase whose words are not all of it, and must know that."""
    one = segment(words("will you", 1.0, 1.4))
    two = HeardSegment("pay today", "en-IN", 0.9, (), span=(1.8, 2.5))
    found = segments_of((spans((1.0, 2.5)), (one, two)))
    assert [(each.text, len(each.words)) for each in found] == [("will you", 2), ("pay today", 0)]
