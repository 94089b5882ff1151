"""How much of a speech was said, and where it goes on."""

import numpy as np

from vinfer.media.speech import Speech

LOUD = np.full(160, 5000, dtype="<i2").tobytes()
QUIET = bytes(320)


def speech(*sounds: bytes, texts: tuple[str, ...] = ("one two three four", "five six")) -> Speech:
    made = Speech(texts, gap_frames=0)
    for sentence, sound in zip(made.sentences, sounds, strict=False):
        sentence.pcm += sound
        sentence.complete = True
    return made


def take(made: Speech, frames: int) -> list[bytes]:
    taken = [made.take() for _ in range(frames)]
    for _ in range(frames):
        made.played()
    return [frame for frame in taken if frame is not None]


def test_frames_come_in_order_and_the_last_is_padded() -> None:
    made = speech(LOUD * 2, LOUD + b"\x01\x02")

    assert take(made, 4) == [LOUD, LOUD, LOUD, b"\x01\x02" + bytes(318)]
    assert made.take() is None
    assert made.exhausted


def test_a_sentence_that_is_not_there_yet_is_waited_for() -> None:
    made = speech(LOUD)

    assert take(made, 1) == [LOUD]
    assert made.take() is None
    assert not made.exhausted
    made.sentences[1].pcm += LOUD
    assert made.take() == LOUD


def test_only_whole_words_that_were_reached_count_as_said() -> None:
    made = speech(LOUD * 90, LOUD * 50)

    assert made.said == ""
    take(made, 20)
    assert made.said == "one"
    take(made, 50)
    assert made.said == "one two three"
    take(made, 25)
    assert made.said == "one two three four"
    take(made, 45)
    assert made.said == "one two three four five six"


def test_a_speech_stopped_in_its_first_second_begins_anew() -> None:
    made = speech(LOUD * 90, LOUD * 50)
    take(made, 40)

    made.rewind()

    assert made.played_frames == 0
    assert made.take() == LOUD
    assert made.said == "one two"  # the words were heard all the same


def test_a_speech_stopped_later_goes_on_from_the_last_quiet_moment() -> None:
    made = speech(LOUD * 70 + QUIET + LOUD * 40, LOUD)
    take(made, 95)

    made.rewind()

    assert made.played_frames == 70
    assert made.take() == QUIET


def test_a_stop_early_in_a_sentence_goes_back_to_its_beginning() -> None:
    made = speech(LOUD * 90, LOUD * 50)
    take(made, 100)

    made.rewind()

    assert made.played_frames == 90
    assert made.said == "one two three four"


def test_sentences_are_set_apart() -> None:
    made = Speech(("one", "two"), gap_frames=3)
    for sentence in made.sentences:
        sentence.pcm += LOUD
        sentence.complete = True

    assert take(made, 5) == [LOUD, QUIET, QUIET, QUIET, LOUD]
    assert made.sentences[1].received_bytes == len(LOUD)
