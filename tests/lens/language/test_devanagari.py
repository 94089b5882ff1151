"""Romanised Hindi in Devanagari: by table, by sound, by rule; English stays as it is."""

import pytest

from vinfer.lens.language import coarse_sounds
from vinfer.lens.language.devanagari import DevanagariWriter
from vinfer.lens.language.spelling_rules import written

WRITER = DevanagariWriter(frozenset(("approved", "there", "no", "source", "this", "is", "wrong")))


@pytest.mark.parametrize(
    ("roman", "deva"),
    [
        ("Mujhe kisi admi se baat karni hai.", "मुझे किसी आदमी से बात करनी है।"),
        ("Meri tanakvaha abhi nahi aayi", "मेरी तनख्वाह अभी नहीं आई"),
        ("Aap ka bhoot dhanyavaad, kal phon ki jee.", "आपका बहुत धन्यवाद, कल phone कीजिए।"),
        ("madkarna", "मत करना"),
        ("Mein kal paise bhej doonga?", "मैं कल पैसे भेज दूँगा?"),
        ("Aapka loan approved hai", "आपका loan approved है"),
        ("Mera card [CARD] hai, 5000 rupaye.", "मेरा card [CARD] है, 5000 रुपये।"),
    ],
)
def test_hindi_is_written_in_its_own_letters(roman: str, deva: str) -> None:
    assert WRITER.write(roman) == deva


@pytest.mark.parametrize(
    "text", ["This is wrong, there is no source.", "", "...", "मैं कल दूँगा", "[CARD]"]
)
def test_what_is_no_roman_hindi_has_no_second_script(text: str) -> None:
    assert WRITER.write(text) is None


@pytest.mark.parametrize(
    ("roman", "deva"), [("pratibha", "प्रतिभा"), ("sundar", "सुंदर"), ("vinod", "विनोद"), ("o'", "ओ")]
)
def test_names_are_spelt_by_rule(roman: str, deva: str) -> None:
    assert written(roman) == deva


def test_silent_vowels_are_no_sounds() -> None:
    assert coarse_sounds.of_devanagari("करना") == "kArna"
    assert coarse_sounds.of_devanagari("ज़रूर") == "jArur"
    alike = coarse_sounds.distance(coarse_sounds.of_roman("zarur"), "jArur")
    assert alike < coarse_sounds.distance("jArur", "kArna")


def test_a_long_line_takes_no_long_time() -> None:
    assert WRITER.write(" ".join(["hai" * 40] * 50)) is not None
