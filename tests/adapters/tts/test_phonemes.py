import json
import re
from pathlib import Path

import pytest

from vinfer.adapters.models import ModelStore
from vinfer.adapters.models.catalog import KOKORO, MISAKI
from vinfer.adapters.tts.letters_en import sound_out
from vinfer.adapters.tts.numbers_en import cardinal, spoken
from vinfer.adapters.tts.phonemes_en import EnglishPhonemes
from vinfer.adapters.tts.phonemes_hi import HindiPhonemes, devanagari
from vinfer.adapters.tts.roman_hi import DEVANAGARI_OF, roman_sounds
from vinfer.adapters.tts.sentences import sentences


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ModelStore:
    return ModelStore(tmp_path_factory.mktemp("lexicon"))


@pytest.fixture(scope="module")
def english(store: ModelStore) -> EnglishPhonemes:
    return EnglishPhonemes(store.path(MISAKI, "gold.json"), store.path(MISAKI, "silver.json"))


@pytest.fixture(scope="module")
def hindi(english: EnglishPhonemes) -> HindiPhonemes:
    return HindiPhonemes(english)


@pytest.fixture(scope="module")
def vocabulary(store: ModelStore) -> set[str]:
    return set(json.loads(store.path(KOKORO, "vocab.json").read_bytes())["vocab"])


def test_the_whole_lexicon_is_in_the_voice_s_vocabulary(
    english: EnglishPhonemes, store: ModelStore, vocabulary: set[str]
) -> None:
    words: list[str] = []
    for name in ("gold.json", "silver.json"):
        words += json.loads(Path(store.path(MISAKI, name)).read_bytes())
    for word in words[::7]:
        sounds = english.phonemes(word)
        assert set(sounds) <= vocabulary, (word, sounds)


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("Hello Rahul.", "həlˈO ɹˈɑhʊl."),
        ("the EMI", "ði ˌiˌɛmˈI"),
        ("to Asha", "tʊ ˈɑʃə"),
        ("the bank, to pay", "ðə bˈæŋk, tə pˈA"),
        ("₹5", "ɹupˈiz fˈIv"),
    ],
)
def test_english(english: EnglishPhonemes, text: str, sounds: str) -> None:
    assert english.phonemes(text) == sounds


def test_every_word_gets_a_sound(english: EnglishPhonemes, vocabulary: set[str]) -> None:
    text = (
        "Venkataraman Krishnamurthy, Mukherjee Zerodha PhonePe HDFC NEFT xqz Ayush O'Brien café "
        "21st 4,50,000 0422"
    )
    for word in text.split():
        sounds = english.phonemes(word)
        assert re.search(r"[^\W\d_]", sounds), word
        assert set(sounds) <= vocabulary, (word, sounds)


@pytest.mark.parametrize(
    ("name", "sounds"),
    [("deepak", "dˈipək"), ("sharma", "ʃˈɑɹmə"), ("reddy", "ɹˈɛdi"), ("bajaj", "bəʤˈɑʤ")],
)
def test_indian_names_by_rule(name: str, sounds: str) -> None:
    assert sound_out(name) == sounds


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ("0", "zero"),
        ("5,200", "five thousand two hundred"),
        ("2,50,000", "two lakh fifty thousand"),
        ("3.5", "three point five"),
        ("0422", "zero four two two"),
        ("9876543210", "nine eight seven six five four three two one zero"),
    ],
)
def test_digits_are_said(digits: str, words: str) -> None:
    assert spoken(digits) == words


def test_cardinals_are_indian() -> None:
    assert cardinal(12_345_678) == (
        "one crore twenty three lakh forty five thousand six hundred seventy eight"
    )


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("नमस्ते", "nˈʌməsteː"),
        ("करना", "kˈʌɾnaː"),
        ("समझना", "sˈʌməɟʰnaː"),
        ("आपका", "ˈaːpkaː"),
        ("पाँच", "pˈa\u0303ɲc"),
        ("हूँ", "hˈu\u0303"),
        ("अंक", "ˈʌŋk"),
        ("ज्ञान", "ɡjˈaːn"),
        ("ज़रूर", "zəɾˈuːɾ"),
        ("गाड़ी", "ɡˈaːɽiː"),
        ("बैंक", "bˈɛːŋk"),
    ],
)
def test_hindi_words(word: str, sounds: str) -> None:
    assert devanagari(word) == sounds


def test_hindi_text_mixes_scripts_and_languages(hindi: HindiPhonemes, vocabulary: set[str]) -> None:
    text = "नमस्ते Rahul जी, आपकी EMI ₹5,200 kal due thi। Kripya bhugtaan kar dijiye?"
    sounds = hindi.phonemes(text)
    assert set(sounds) <= vocabulary
    assert "ˌiˌɛmˈI" in sounds
    assert devanagari("कल") in sounds
    assert sounds.endswith("?")


def test_every_devanagari_letter_sounds_within_the_vocabulary(vocabulary: set[str]) -> None:
    letters = [chr(code) for code in range(0x0904, 0x093A)]
    signs = [chr(code) for code in range(0x093E, 0x094D)]
    for letter in letters:
        for sign in ("", *signs, "ं", "ँ", "ः", "़"):
            assert set(devanagari(f"क{letter}{sign}ना")) <= vocabulary


def test_the_roman_table_and_rules_stay_in_the_vocabulary(vocabulary: set[str]) -> None:
    for roman, word in DEVANAGARI_OF.items():
        assert set(devanagari(word)) <= vocabulary, word
        assert set(roman_sounds(roman)) <= vocabulary, roman
    assert roman_sounds("chhuttiyaan") == "cʰʊttɪjaːn"


def test_sentences() -> None:
    assert sentences("Hello Mr. Rao. Can you pay?  Thank you!") == [
        "Hello Mr. Rao.",
        "Can you pay?",
        "Thank you!",
    ]
    assert sentences("नमस्ते।आप कैसे हैं? ठीक।") == ["नमस्ते।", "आप कैसे हैं?", "ठीक।"]
    assert sentences("Pay 3.5 lakh. ") == ["Pay 3.5 lakh."]
    assert sentences("  ") == []


@pytest.mark.parametrize("text", ["word " * 300, "x" * 1000, "clause, " * 100])
def test_no_sentence_is_overlong_and_no_letter_lost(text: str) -> None:
    parts = sentences(text)
    assert max(len(part) for part in parts) <= 180
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")
