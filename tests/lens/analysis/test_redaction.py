"""Private data goes out of text, words and audio, and what cannot be told exactly goes whole."""

import random
from dataclasses import replace

import pytest
from tests.lens.analysis.talking import WORD_S, conversation

from vinfer.lens.analysis.redaction import redact
from vinfer.ports.stt import Word

UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
HINGLISH = ("zero", "ek", "do", "teen", "char", "paanch", "chhe", "saat", "aath", "nau")
HINDI = ("शून्य", "एक", "दो", "तीन", "चार", "पाँच", "छह", "सात", "आठ", "नौ")


def card(rng: random.Random) -> str:
    """A number with its check digit, of 13 to 19 digits."""
    body = rng.choice("3456") + "".join(
        rng.choice("0123456789") for _ in range(rng.randint(11, 17))
    )
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def said(digits: str, rng: random.Random) -> list[str]:
    """The digits as somebody might say them: words of one tongue, groups, doubles."""
    tongue = rng.choice((UNITS, HINGLISH, HINDI, None))
    words: list[str] = []
    at = 0
    while at < len(digits):
        size = 1 if tongue is not None else rng.randint(1, 6)
        group = digits[at : at + size]
        if tongue is UNITS and digits[at : at + 2] == digits[at] * 2 and rng.random() < 0.5:
            words += ["double", UNITS[int(digits[at])]]
            at += 2
            continue
        words.append(group if tongue is None else tongue[int(group)])
        at += size
    return words


def test_no_card_number_survives_however_it_is_said() -> None:
    rng = random.Random(7)
    for _ in range(300):
        number = card(rng)
        words = said(number, rng)
        parts = sorted(rng.sample(range(1, len(words)), k=min(len(words) - 1, rng.randint(0, 3))))
        lines = [
            " ".join(words[a:b]) for a, b in zip([0, *parts], [*parts, len(words)], strict=True)
        ]
        talk = [line for part in lines for line in (f"customer: {part}", "agent: okay")]
        made = redact(conversation(*talk))
        left = " ".join(
            each.text for each in made.transcript.segments if each.speaker == "customer"
        )
        assert {each[0] for each in left.split()} == {"["}, (number, talk, left)
        assert "[CARD]" in left.split()
        spoken = [word for each in made.transcript.segments for word in each.words]
        assert all(word.text == "okay" or word.text[0] == "[" for word in spoken)


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        (["customer: my cvv is 123 okay"], "my cvv is [CVV] okay"),
        (["customer: the otp is four five double seven nine one"], "the otp is [OTP]"),
        (["customer: mera pan ABCPE1234F hai"], "mera pan [PAN] hai"),
        (["customer: ifsc HDFC0001234"], "ifsc [IFSC]"),
        (["customer: aadhaar 2345 6789 0124"], "aadhaar [AADHAAR]"),
        (["customer: write to ramesh.k@gmail.com"], "write to [EMAIL]"),
        (["customer: ramesh dot kumar at gmail dot com please"], "[EMAIL] please"),
        (["customer: upi is ravi@okhdfc"], "upi is [UPI]"),
        (["customer: mera number nau aath saat chhe paanch char teen do ek shunya hai"],
         "mera number [PHONE] hai"),
        (["customer: मेरा मोबाइल नंबर ९८७६५ ४३२१० है"], "मेरा मोबाइल नंबर [PHONE] है"),
        (["customer: C.V.V. is 123"], "C.V.V. is [CVV]"),
        (["customer: I got G-482913 as verification code"], "I got [OTP] as verification code"),
        (["customer: forty-one eleven eleven eleven eleven eleven eleven eleven"], "[CARD]"),
        (["customer: password is Tiger@2024"], "password is [PIN]"),
        (["customer: my number is five double-five five one two three four five six"],
         "my number is [PHONE]"),
        (["customer: 202, Lotus Apartments, Bandra West, Mumbai 400050"], "[ADDRESS]"),
        (["customer: four one one one let me see 1111 hold on 1111 then it says 1111"],
         "[CARD] let me see [CARD] hold on [CARD] then it says [CARD]"),
    ],
)  # fmt: skip
def test_each_kind_goes_and_the_rest_stays(lines: list[str], left: str) -> None:
    assert redact(conversation(*lines)).transcript.text == left


@pytest.mark.parametrize(
    "line",
    [
        "customer: I will pay 4500 rupees in two or three days",
        "customer: ek do din mein de dunga",
        "agent: your emi of 12,500 rupees was due on the 10th of november",
        "customer: call me at five thirty in the evening",
        "customer: मैं दो दिन में पाँच हज़ार रुपये दे दूँगा",
        "agent: your complaint number is 448120 and it takes 7 days",
    ],
)
def test_amounts_and_times_stay(line: str) -> None:
    made = redact(conversation(line))
    assert made.transcript == conversation(line)
    assert made.silence == ()


def test_a_bare_answer_is_what_was_asked_for() -> None:
    asked = redact(conversation("agent: what is your cvv", "customer: three two one"))
    assert asked.transcript.segments[1].text == "[CVV]"
    unasked = redact(conversation("agent: how many rooms", "customer: three two one"))
    assert unasked.transcript.segments[1].text == "three two one"


def test_times_are_those_of_the_words() -> None:
    made = redact(conversation("customer: my cvv is 123 okay"))
    (span,) = made.silence
    assert span.start_s == pytest.approx(3 * WORD_S, abs=0.15)
    assert span.end_s == pytest.approx(4 * WORD_S, abs=0.15)
    assert span.start_s <= 3 * WORD_S
    assert span.end_s >= 4 * WORD_S
    assert made.hidden[0].exact
    words = made.transcript.segments[0].words
    assert [word.text for word in words] == ["my", "cvv", "is", "[CVV]", "okay"]


def test_without_word_times_the_whole_segment_is_silenced() -> None:
    made = redact(conversation("agent: hello", "customer: my cvv is 123 okay", timed=False))
    segment = made.transcript.segments[1]
    assert segment.text == "my cvv is [CVV] okay"
    (span,) = made.silence
    assert span.start_s <= segment.start_s
    assert span.end_s >= segment.end_s
    assert not made.hidden[0].exact


@pytest.mark.parametrize("broken", ["other words", "no length", "far away"])
def test_words_that_cannot_be_trusted_silence_the_segment(broken: str) -> None:
    plain = conversation("customer: my cvv is 123 okay")
    (segment,) = plain.segments
    words = list(segment.words)
    if broken == "other words":
        words[3] = replace(words[3], text="hundred twenty three")
    elif broken == "no length":
        words[3] = replace(words[3], end_s=words[3].start_s)
    else:
        words[3] = Word("123", 90.0, 90.4, 0.9)
    made = redact(replace(plain, segments=(replace(segment, words=tuple(words)),)))
    assert made.silence[0].start_s == 0.0
    assert made.silence[-1].end_s >= segment.end_s
    assert not any("123" in w.text or "twenty" in w.text for w in made.transcript.segments[0].words)
    assert made.transcript.text == "my cvv is [CVV] okay"


def test_nothing_said_is_nothing_redacted() -> None:
    made = redact(conversation())
    assert (made.transcript, made.hidden, made.silence) == (conversation(), (), ())
