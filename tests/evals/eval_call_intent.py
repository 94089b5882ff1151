"""The primary intent of short hand-made calls: `python tests/evals/eval_call_intent.py`.

We wrote the calls beside the rules, and tuned the rules on them: the figures are upper bounds.
The second set was written after the rules and not tuned on. Without and with the sentence model.
"""

import tempfile
from collections import Counter
from pathlib import Path

from vinfer.adapters.models import ModelStore
from vinfer.adapters.nlu.embedder import Embedder
from vinfer.adapters.nlu.offline import english_words
from vinfer.lens.analysis.intent import Intents
from vinfer.lens.analysis.lines import lines_of
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.transcript import Segment, Transcript

DATA = Path(__file__).parent / "data"


def conversation(text: str) -> Transcript:
    """A transcript of "agent: … / customer: …" without word times."""
    segments: list[Segment] = []
    for number, part in enumerate(text.split(" / ")):
        speaker, _, said = part.partition(": ")
        segments.append(Segment(speaker, 5.0 * number, 5.0 * number + 4, said, 0.9, "en-IN", ()))
    speakers = tuple(dict.fromkeys(each.speaker for each in segments))
    return Transcript(tuple(segments), speakers, "en-IN", 5.0 * len(segments), damaged=False)


def main() -> None:
    """Print accuracy, and how often a call without an intent was given one."""
    normaliser = Normaliser(english_words())
    with tempfile.TemporaryDirectory() as folder:
        vectors = Embedder(ModelStore(Path(folder))).vectors
        engines = {"rules": Intents(normaliser), "rules and model": Intents(normaliser, vectors)}
        for file in ("intent_calls.tsv", "intent_second.tsv"):
            for name, intents in engines.items():
                print(f"{file}, {name}: {_figures(intents, normaliser, file)}")


def _figures(intents: Intents, normaliser: Normaliser, file: str) -> str:
    right, invented, seen = 0, 0, Counter[str]()
    for line in (DATA / file).read_text("utf-8").splitlines():
        label, text = line.split("\t")
        got = intents.read(lines_of(conversation(text), normaliser))
        right, seen[label] = right + (got.label == label), seen[label] + 1
        invented += label == "other" != got.label
        if got.label != label:
            print(f"  {got.label} {got.confidence} for {label}: {text}")
    total = seen.total()
    return f"{right}/{total} = {right / total:.1%}, invented {invented}/{seen['other']}"


if __name__ == "__main__":
    main()
