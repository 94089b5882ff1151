"""Verdicts of QA scoring on written calls: `python tests/evals/eval_qa.py [--words]`.

We wrote the calls. The first and second sets were tuned on; the third was written before the
library was widened for the second, and not tuned on. `--words` leaves the sentence model away.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import speech_models as models
from vinfer.adapters.nlu.embedder import Embedder
from vinfer.adapters.nlu.offline import english_words
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.scoring.engine import Scoring
from vinfer.lens.scoring.library import LIBRARY
from vinfer.lens.scoring.scorecard import Parameter
from vinfer.lens.transcript import Segment, Transcript

DATA = Path(__file__).parent / "data"
SETS = ("qa_calls.txt", "qa_second.txt", "qa_third.txt")
LETTERS = {
    "G": "greeting",
    "I": "identification",
    "P": "purpose",
    "R": "recording_notice",
    "V": "verification",
    "E": "empathy",
    "X": "pressure",
    "O": "options",
    "N": "next_step",
    "C": "closing",
}
_CALL = re.compile(r"^# ([a-z]{2}-\d\d)((?: [A-Z])*)\n((?:[ac]: .*\n)+)", re.MULTILINE)
_SPEAKERS = {"a": "agent", "c": "customer"}


@dataclass(frozen=True)
class Written:
    """A call, and the criteria that are observed in it."""

    id: str
    seen: frozenset[str]
    transcript: Transcript


def calls(name: str) -> Iterator[Written]:
    """The calls of a file."""
    text = (DATA / name).read_text("utf-8")
    for id, letters, body in _CALL.findall(text):
        said = [line.split(": ", 1) for line in body.splitlines()]
        segments = tuple(
            Segment(_SPEAKERS[by], 5.0 * at, 5.0 * at + 4, words, 0.9, "en-IN", ())
            for at, (by, words) in enumerate(said)
        )
        transcript = Transcript(segments, ("agent", "customer"), "en-IN", 100.0, damaged=False)
        yield Written(id, frozenset(LETTERS[letter] for letter in letters.split()), transcript)


def card() -> list[Parameter]:
    """Ten criteria of the library."""
    return [
        Parameter(
            name=id, method="binary", library_id=id, confirmed=True, expect=LIBRARY[id].expect
        )
        for id in LETTERS.values()
    ]


def measure(name: str, scoring: Scoring) -> None:
    """Print what is wrong or unsure, and the figures."""
    parameters = card()
    outcomes: Counter[str] = Counter()
    by_criterion: dict[str, Counter[str]] = {each.name: Counter() for each in parameters}
    by_language: dict[str, Counter[str]] = {}
    for call in calls(name):
        for parameter, verdict in zip(
            parameters, scoring.score(parameters, call.transcript), strict=True
        ):
            wanted = (parameter.name in call.seen) == (parameter.expect == "present")
            given = "right" if verdict.fraction == wanted else "wrong"
            outcome = "unsure" if verdict.abstained else given
            for counts in (
                outcomes,
                by_criterion[parameter.name],
                by_language.setdefault(call.id[:2], Counter()),
            ):
                counts[outcome] += 1
            if outcome != "right":
                quotes = [each.quote for each in verdict.evidence]
                print(f"  {outcome} {call.id} {parameter.name}: {verdict.explanation} {quotes}")
    for title, counts in [*by_criterion.items(), *by_language.items(), (name, outcomes)]:
        print(title, figures(counts))


def figures(counts: Counter[str]) -> str:
    """Accuracy of the verdicts that were given, and the share of those that were not."""
    given = counts["right"] + counts["wrong"]
    total = given + counts["unsure"]
    return (
        f"right {counts['right']}/{given} = {100 * counts['right'] / max(1, given):.1f} %,"
        f" abstained {counts['unsure']}/{total} = {100 * counts['unsure'] / total:.1f} %"
    )


def main() -> None:
    """Every set."""
    vectors = None if "--words" in sys.argv else Embedder(models.store()).vectors
    scoring = Scoring(Normaliser(english_words()), vectors)
    names = [arg for arg in sys.argv[1:] if arg.endswith(".txt")]
    for name in names or SETS:
        began = process_time()
        measure(name, scoring)
        print(f"{process_time() - began:.1f} s of CPU")


if __name__ == "__main__":
    main()
