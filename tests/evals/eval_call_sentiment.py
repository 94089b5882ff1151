"""Sentiment of call segments on hand-made lines: `python tests/evals/eval_call_sentiment.py`.

We wrote the lines beside the words, and tuned the words on them: the figures are upper bounds.
The second set was written after the words and not tuned on; `moods.tsv` is another engine's, and
calls thanks a joy. Without and with the sentence model.
"""

import tempfile
from pathlib import Path

from vinfer.adapters.models import ModelStore
from vinfer.adapters.nlu.embedder import Embedder
from vinfer.adapters.nlu.offline import english_words
from vinfer.lens.analysis.lines import lines_of
from vinfer.lens.analysis.sentiment import Feelings
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.transcript import Segment, Transcript

DATA = Path(__file__).parent / "data"


def rows() -> list[tuple[str, str, str, str]]:
    """Set, speaker, label and text of every line."""
    found: list[tuple[str, str, str, str]] = []
    for name, file in (("calls", "sentiment_calls.tsv"), ("second", "sentiment_second.tsv")):
        for line in (DATA / file).read_text("utf-8").splitlines():
            speaker, label, text = line.split("\t")
            found.append((name, speaker, label, text))
    for line in (DATA / "moods.tsv").read_text("utf-8").splitlines():
        kind, label, text = line.split("\t")
        if kind == "sentiment":
            found.append(("moods", "customer", label, text))
    return found


def main() -> None:
    """Print accuracy of both engines on both sets, and what was missed with the model."""
    normaliser = Normaliser(english_words())
    with tempfile.TemporaryDirectory() as folder:
        vectors = Embedder(ModelStore(Path(folder))).vectors
        engines = {"words": Feelings(normaliser), "words and model": Feelings(normaliser, vectors)}
        for name, feelings in engines.items():
            for wanted in ("calls", "second", "moods"):
                print(f"{name}, {wanted}: {_share(feelings, normaliser, wanted)}")


def _share(feelings: Feelings, normaliser: Normaliser, wanted: str) -> str:
    right = seen = 0
    for name, speaker, label, text in rows():
        if name != wanted:
            continue
        segment = Segment(speaker, 0.0, 3.0, text, 0.9, "en-IN", ())
        transcript = Transcript((segment,), (speaker,), "en-IN", 3.0, damaged=False)
        got = feelings.read(lines_of(transcript, normaliser)).segments[0]
        seen, right = seen + 1, right + (got.label == label)
        if got.label != label:
            print(f"  {got.label} {got.score:+.2f} for {label}: {text}")
    return f"{right}/{seen} = {right / seen:.1%}"


if __name__ == "__main__":
    main()
