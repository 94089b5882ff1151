"""Accuracy of intents on hand-made lines: run `python tests/evals/eval_intents.py`.

The lines were written by the authors of the phrases and rules: the figures are upper bounds.
`intents.tsv` is clean text, `intents_noisy.tsv` imitates a recogniser's spelling and holds lines
out of scope.
"""

import asyncio
import json
import tempfile
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from vinfer.adapters.models import ModelStore
from vinfer.adapters.nlu.offline import OfflineUnderstanding
from vinfer.ports.nlu import Reading

DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Kolkata"))
SAFETY = {"do_not_call": "do_not_call", "human": "human_agent", "wrong_number": "wrong_number"}


def rows(name: str) -> list[list[str]]:
    """The columns of a data file."""
    return [line.split("\t") for line in (DATA / name).read_text("utf-8").splitlines()]


def answer(reading: Reading) -> str:
    """What the dialog would act on."""
    for meaning in reading.safety:
        if meaning.label in SAFETY:
            return SAFETY[meaning.label]
    if reading.meanings:
        return reading.meanings[0].label
    asks = any(meaning.label == "who_is_this" for meaning in reading.safety)
    return "ask_info" if asks else "other"


async def main() -> None:
    """Print accuracy per file and language, and the milliseconds an utterance takes."""
    phrases = json.loads((DATA / "intent_phrases.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        engine = OfflineUnderstanding(ModelStore(Path(folder)))
    await engine.learn("eval", {label: tuple(lines) for label, lines in phrases.items()})
    labels = tuple(phrases)
    await engine.read("warm up", key="eval", labels=labels, now=NOW)
    spent: list[float] = []
    for name in ("intents.tsv", "intents_noisy.tsv"):
        right, seen, wrong = Counter[str](), Counter[str](), 0
        for intent, language, text in rows(name):
            begun = time.process_time()
            reading = await engine.read(text, key="eval", labels=labels, now=NOW)
            spent.append(1000 * (time.process_time() - begun))
            seen[language] += 1
            right[language] += answer(reading) == intent
            wrong += answer(reading) not in (intent, "other")
        parts = ", ".join(f"{k} {right[k]}/{seen[k]}" for k in seen)
        total = f"{right.total()}/{seen.total()} = {right.total() / seen.total():.1%}"
        print(f"{name}: {total} ({parts}); wrong rather than unsure: {wrong}")
    spent.sort()
    p50, p95 = spent[len(spent) // 2], spent[int(0.95 * len(spent))]
    print(
        f"CPU ms per utterance (n={len(spent)}): p50 {p50:.0f}, p95 {p95:.0f}, max {spent[-1]:.0f}"
    )


if __name__ == "__main__":
    asyncio.run(main())
