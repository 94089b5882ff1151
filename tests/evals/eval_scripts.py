"""Spoken Hindi in both scripts: `python tests/evals/eval_scripts.py`.

Sentences of calls that we wrote, spoken by two of the product's own Hindi voices over a telephone
line: the errors are the recogniser's, the writer's, and those of synthetic speech together. The
writer was tuned on the first two sets; the third was written before that, and its first run is the
fair figure. Nukta and chandrabindu are not scored. A recital is a line of the recogniser's prompt,
or its words alone, where the sentence has none of it.
"""

import asyncio
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import jiwer

import transcribing
from vinfer.adapters.nlu.offline import english_words
from vinfer.adapters.stt.recital import has_line, only_prompt
from vinfer.lens.analysis.results import Scripts
from vinfer.lens.language.hinglish import Normaliser

DATA = Path(__file__).parent / "data" / "hindi_calls.tsv"
VOICES = ("hf_alpha", "hm_omega")


def plain(text: str) -> str:
    """Words only, spelling marks aside that most people leave out."""
    text = text.replace("़", "").replace("ँ", "ं").lower()
    return " ".join(re.findall(r"[a-z0-9\u0900-\u0963]+", text))


async def written(scripts: Scripts, spoken: str, *, by: str) -> tuple[str, bool, int]:
    """What is heard, in Devanagari where it is; whether anything is; segments the prompt says."""
    _, tracks = await transcribing.dialogue([(by, spoken)], language="hi-IN")
    line = transcribing.telephone(tracks[by], rate_hz=8000)
    found = await transcribing.transcribed(transcribing.wav(line), language="hi-IN")
    both = scripts.read(found)
    shown = [
        each.get("Deva", segment.text) for each, segment in zip(both, found.segments, strict=True)
    ]
    recited = sum(has_line(each.text) or only_prompt(each.text) for each in found.segments)
    return plain(" ".join(shown)), any(both), recited


async def main() -> None:
    """Print word and character error rates of both sets."""
    english = english_words()
    scripts = Scripts(Normaliser(english), english)
    rows = [line.split("\t") for line in DATA.read_text("utf-8").splitlines()]
    for name in ("first", "second", "third"):
        said: list[str] = []
        heard: list[str] = []
        twice = recitals = 0
        for by in VOICES:
            for _, spoken, wanted in (row for row in rows if row[0] == name):
                text, both, recited = await written(scripts, spoken, by=by)
                said.append(plain(wanted))
                heard.append(text)
                twice += both
                recitals += recited
        print(
            f"Hindi to Devanagari, 8 kHz, synthetic, {name} set: WER {jiwer.wer(said, heard):.1%}, "
            f"CER {jiwer.cer(said, heard):.1%}, {twice} of {len(said)} in both scripts, "
            f"{recitals} recitals (n = {sum(len(each.split()) for each in said)} words, "
            f"{len(said)} sentences)"
        )


if __name__ == "__main__":
    asyncio.run(main())
