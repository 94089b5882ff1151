"""Recall and precision of redaction on hand-made lines: `python tests/evals/eval_redaction.py`.

We wrote the lines beside the rules, and tuned the rules on them: the figures are upper bounds.
`redaction_second.tsv` was written after the rules; of what it showed the gravest was mended. A line
is leak-free when none of its private words is left; a false alarm is a line without any that
lost something.
"""

import re
from collections import Counter
from pathlib import Path

from vinfer.lens.analysis.redaction import redact
from vinfer.lens.transcript import Segment, Transcript
from vinfer.ports.stt import Word

DATA = Path(__file__).parent / "data"
WORD_S = 0.4


def conversation(text: str) -> Transcript:
    """A transcript of "agent: … / customer: …", a word every 0.4 s."""
    segments: list[Segment] = []
    at_s = 0.0
    for part in text.split(" / "):
        speaker, _, said = part.partition(": ")
        words = tuple(
            Word(word, at_s + number * WORD_S, at_s + (number + 1) * WORD_S, 0.9)
            for number, word in enumerate(said.split())
        )
        end_s = words[-1].end_s
        segments.append(Segment(speaker, at_s, end_s, said, 0.9, "en-IN", words))
        at_s = end_s + 0.5
    speakers = tuple(dict.fromkeys(each.speaker for each in segments))
    return Transcript(tuple(segments), speakers, "en-IN", at_s, damaged=False)


def leaks(text: str, private: list[str]) -> list[str]:
    """Private words that are left in a customer's words."""
    said = re.findall(r"[^\s,;:?!]+", text.lower())
    return [word for word in private if word.lower() in said]


def main() -> None:
    """Print what leaked, what was taken by mistake, and the figures of both sets."""
    for name in ("redaction.tsv", "redaction_second.tsv"):
        print(name)
        _evaluate(name)


def _evaluate(name: str) -> None:
    lines, clean, right, alarms, spared = (Counter[str]() for _ in range(5))
    for line in (DATA / name).read_text("utf-8").splitlines():
        text, kinds, private, language = line.split("\t")
        made = redact(conversation(text))
        if not kinds:
            spared[language] += 1
            alarms[language] += bool(made.hidden)
            if made.hidden:
                print(f"  false alarm: {made.transcript.text}")
            continue
        customer = " ".join(
            each.text for each in made.transcript.segments if each.speaker == "customer"
        )
        lines[language] += 1
        left = leaks(customer, private.split("|"))
        clean[language] += not left
        same = set(kinds.split()) == {each.kind for each in made.hidden}
        right[language] += same
        if left or not same:
            print(
                f"  {'LEAK ' + str(left) if left else 'kind'}: {made.transcript.text!r} for {kinds}"
            )
    for language in lines:
        _report(language, lines[language], clean[language], right[language])
        print(f"  false alarms {alarms[language]}/{spared[language]}")
    _report("all", lines.total(), clean.total(), right.total())
    print(f"  false alarms {alarms.total()}/{spared.total()}")


def _report(name: str, lines: int, clean: int, right: int) -> None:
    print(f"{name}: nothing leaked {clean}/{lines}, kinds as labelled {right}/{lines}")


if __name__ == "__main__":
    main()
