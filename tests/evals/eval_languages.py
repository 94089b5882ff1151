"""How much of other Indian languages is heard: `python tests/evals/eval_languages.py [code ...]`.

Fifteen sentences of calls that we wrote in each language (the Hindi ones are there to compare with;
no native speaker has read the others), on a telephone line. **All are spoken by the product's Hindi
voice**, which reads them as if they stood in Devanagari: the accent is wrong, the sounds are about
right. espeak-ng, which the product speaks these languages with, is not heard even in Hindi.

The recogniser writes Roman letters, so both sides are brought to a coarse skeleton of sounds before
they are compared: the scripts of India have one order, which makes any of them Devanagari; voice,
breath, the place of t and d, vowel length and every `a` are left out, e is i, o is u. That says how
much of the gist of sounds is there, and is kinder than an error rate of words or letters. What
chance gives is printed beside: each sentence against the next one's.
"""

import asyncio
import re
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

import jiwer
import numpy as np

import speech_models as models
import transcribing
from vinfer.adapters.dsp import from_pcm, resample, to_pcm
from vinfer.adapters.stt.whisper_model import RATE_HZ
from vinfer.lens.language import coarse_sounds

DATA: Final = Path(__file__).parent / "data" / "indian_calls.tsv"
HINDI_VOICE: Final = "hf_alpha"
_DEVANAGARI: Final = 0x0900
_BLOCK: Final = 0x80
_AFTER_DEVANAGARI: Final = range(0x0980, 0x0D80)
_SPELT_OTHERWISE: Final = (  # what only one script has, in letters that all have
    ("ൻ", "ന്"), ("ർ", "ര്"), ("ൽ", "ല്"), ("ൾ", "ള്"), ("ൺ", "ണ്"), ("റ്റ", "ട്ട"), ("ന്റ", "ന്ട"),
    ("ৎ", "ত্"), ("(?<!্)য(?!়)", "জ"), ("ੰ", "ਂ"), ("ੱ", ""), ("(?<!்)ச(?!்)", "ஸ"),
)  # fmt: skip
_NEAREST: Final = str.maketrans("ऱऴऩॆॊऎऒ", "रळनेोएओ")
_COARSE: Final = (
    ("~(?=.)", "n"), ("[~aAhy]", ""), ("[kKgG]", "k"), ("[cCjJ]", "c"), ("[wWxXtTdD]", "t"),
    ("[pfbB]", "p"), ("[sS]", "s"), ("[ie]", "i"), ("[uo]", "u"), (r"(.)\1+", r"\1"),
)  # fmt: skip


_VOICED: Final = {"क": "ग", "च": "ज", "ट": "ड", "त": "द", "प": "ब"}
_SOFT: Final = re.compile(  # Tamil stops between vowels and after nasals
    "(?:(?<=[अ-औा-ौकचटतपयरलवळनणमस])|(?<=[ङञणनम]्))[कचटतप](?!्)"
)


def devanagari(text: str) -> str:
    """Any script of India letter by letter."""
    text = unicodedata.normalize("NFC", text)
    for letters, others in _SPELT_OTHERWISE:
        text = re.sub(letters, others, text)
    moved = (
        chr(_DEVANAGARI + ord(letter) % _BLOCK) if ord(letter) in _AFTER_DEVANAGARI else letter
        for letter in text
    )
    return "".join(moved).translate(_NEAREST)


def gist(text: str) -> str:
    """The coarse sounds of a line, in a script of India or in Roman letters."""
    words = re.findall(r"[a-z]+|[\u0900-\u0963]+", devanagari(text.lower()))
    sounds: list[str] = []
    for word in words:
        roman = word.isascii()
        said = coarse_sounds.of_roman(word) if roman else coarse_sounds.of_devanagari(word)
        for each, coarser in _COARSE:
            said = re.sub(each, coarser, said)
        sounds.append(said)
    return "".join(sounds)


async def spoken(text: str, *, tamil: bool) -> transcribing.Samples:
    """A line by the Hindi voice."""
    written = devanagari(text)
    if tamil:
        written = _SOFT.sub(lambda found: _VOICED[found[0]], written)
    return from_pcm(await models.spoken(written, language="hi-IN", by=HINDI_VOICE))


async def heard(voice: transcribing.Samples, language: str) -> str:
    """What the recogniser of recordings hears on a telephone line, in Roman letters."""
    turn = np.pad(voice, (2000, 4000))
    line = transcribing.telephone(turn, rate_hz=transcribing.LINE_HZ)
    audio = resample(line, from_hz=transcribing.LINE_HZ, to_hz=RATE_HZ)
    found = await transcribing.transcriber().hear(to_pcm(audio), language=language)
    return " ".join(segment.text for segment in found)


async def measured(code: str, lines: Sequence[str], *, show: bool) -> None:
    """Print the error of a language."""
    texts = [await heard(await spoken(line, tamil=code == "ta"), f"{code}-IN") for line in lines]
    if show:
        for said, text in zip(lines, texts, strict=True):
            print(f"  {said} | {text} | {gist(said)} | {gist(text)}")
    said, found = [gist(line) for line in lines], [gist(text) for text in texts]
    chance = jiwer.cer(said, [*found[1:], found[0]])
    nothing = sum(not text for text in texts)
    print(
        f"{code}, Hindi voice, 8 kHz: gist CER {jiwer.cer(said, found):.0%}, by chance "
        f"{chance:.0%}; nothing heard of {nothing} (n = {len(said)} sentences, "
        f"{sum(map(len, said))} sounds)"
    )


async def main() -> None:
    """Print the gist error of each language, of those named where any are."""
    rows = [line.split("\t") for line in DATA.read_text("utf-8").splitlines()]
    chosen = [each for each in sys.argv[1:] if len(each) == len("hi")]
    for code in chosen or dict.fromkeys(code for code, _ in rows):
        await measured(code, [text for of, text in rows if of == code], show=bool(chosen))


if __name__ == "__main__":
    asyncio.run(main())
