"""Faithfulness and content of summaries of hand-made calls: `python tests/evals/eval_summary.py`.

We wrote the calls beside the rules. A sentence is faithful when its quotes, figures and names stand
in the segments it cites. Content: the share of what we expected to be told.
"""

import re
from pathlib import Path

from vinfer.adapters.nlu.offline import english_words
from vinfer.kit import numerals
from vinfer.lens.analysis.results import Insights
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.transcript import Segment, Transcript

DATA = Path(__file__).parent / "data"
NUMBERS = {
    *numerals.ENGLISH_UNITS, *numerals.ENGLISH_TENS, *numerals.HINDI, "thousand", "lakh", "crore",
    *map(str.lower, (*numerals.ENGLISH_WEEKDAYS, *numerals.ENGLISH_MONTHS)),
    *numerals.HINDI_WEEKDAYS, *numerals.ENGLISH_ORDINALS,
} - {"एक", "one", "march", "may"}  # fmt: skip


def conversation(text: str) -> Transcript:
    """A transcript of "agent: … / customer: …" without word times."""
    segments: list[Segment] = []
    for number, part in enumerate(text.split(" / ")):
        speaker, _, said = part.partition(": ")
        segments.append(Segment(speaker, 5.0 * number, 5.0 * number + 4, said, 0.9, "en-IN", ()))
    speakers = tuple(dict.fromkeys(each.speaker for each in segments))
    return Transcript(tuple(segments), speakers, "en-IN", 5.0 * len(segments), damaged=False)


def unfaithful(sentence: str, evidence: str) -> list[str]:
    """Quotes, figures, dates and names of a sentence that its evidence does not hold."""
    quotes = [quote.removesuffix(" …") for quote in re.findall(r'"([^"]+)"', sentence)]
    said = re.findall(r"[\w\u0900-\u0963,.]*\d[\w,.]*|[\w\u0900-\u0963]+", sentence.lower())
    figures = [word for word in said if word in NUMBERS or any(c.isdigit() for c in word)]
    names = re.findall(r"(?:from|called) ((?:[A-Z]\w+ ?)+)", sentence)
    parts = [*quotes, *(word.strip(".,") for word in figures), *(name.strip() for name in names)]
    return [part for part in parts if part.lower() not in evidence.lower()]


def main() -> None:
    """Print every summary, and the figures."""
    insights = Insights(Normaliser(english_words()))
    faithful = sentences = told = expected = well_sized = calls = 0
    for line in (DATA / "summary_calls.tsv").read_text("utf-8").splitlines():
        wanted, text = line.split("\t")
        transcript = conversation(text)
        found = insights.summary(transcript)
        assert found is not None
        print(f"  {found['text']}")
        for each in found["sentences"]:
            evidence = " ".join(transcript.segments[index].text for index in each["evidence"])
            wrong = unfaithful(each["text"], evidence)
            faithful, sentences = faithful + (not wrong), sentences + 1
            if wrong:
                print(f"    not in its evidence: {wrong}")
        missing = [word for word in wanted.split("|") if word.lower() not in found["text"].lower()]
        told, expected = (
            told + len(wanted.split("|")) - len(missing),
            expected + wanted.count("|") + 1,
        )
        calls, well_sized = calls + 1, well_sized + (2 <= len(found["sentences"]) <= 4)
        if missing:
            print(f"    not told: {missing}")
    print(f"faithful sentences {faithful}/{sentences}, expected content {told}/{expected}")
    print(f"two to four sentences: {well_sized}/{calls}")


if __name__ == "__main__":
    main()
