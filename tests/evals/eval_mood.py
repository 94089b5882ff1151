"""Sentiment, alerts and conditions on hand-made lines: run `python tests/evals/eval_mood.py`.

Written by the authors of the examples and rules, though not before they were tuned on other lines:
the figures are upper bounds. False alarms are counted on the lines of `eval_intents`.
"""

import asyncio
import json
import tempfile
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from vinfer.adapters.models import ModelStore
from vinfer.adapters.nlu.offline import OfflineUnderstanding
from vinfer.ports.nlu import Reading

DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Kolkata"))
SURE = 0.3
CONDITIONS = {
    "death": ("my father passed away", "the account holder has died", "pitaji guzar gaye"),
    "fraud": ("my account was hacked", "someone used my card without my knowledge"),
    "restructure": ("I want a loan restructuring",),
}


def rows(name: str) -> list[list[str]]:
    """The columns of a data file."""
    return [line.split("\t") for line in (DATA / name).read_text("utf-8").splitlines()]


def found(reading: Reading) -> str:
    """The kind of a line as the triggers would see it."""
    sentiment = reading.sentiment or 0.0
    return "negative" if sentiment < -SURE else "positive" if sentiment > SURE else "neutral"


async def main() -> None:
    """Print accuracy of sentiment, recall of alerts and conditions, and false alarms."""
    phrases = json.loads((DATA / "intent_phrases.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        engine = OfflineUnderstanding(ModelStore(Path(folder)))
    learned = {label: tuple(lines) for label, lines in phrases.items()}
    await engine.learn("eval", learned | CONDITIONS)

    async def read(text: str) -> Reading:
        labels, watch = tuple(phrases), tuple(CONDITIONS)
        return await engine.read(text, key="eval", labels=labels, now=NOW, watch=watch)

    right, seen = Counter[str](), Counter[str]()
    for kind, wanted, text in rows("moods.tsv"):
        reading = await read(text)
        fired = {meaning.label for meaning in (*reading.watched, *reading.safety)}
        seen[kind] += 1
        hit = found(reading) == wanted if kind == "sentiment" else wanted in fired
        right[kind] += hit
        if not hit:
            print(f"  missed {kind} {wanted} ({reading.sentiment}): {text}")
    for kind in seen:
        print(f"{kind}: {right[kind]}/{seen[kind]} = {right[kind] / seen[kind]:.1%}")
    alarms, lines = Counter[str](), [*rows("intents.tsv"), *rows("intents_noisy.tsv")]
    for *_, text in lines:
        reading = await read(text)
        alarms["condition"] += bool(reading.watched)
        alarms["alert"] += bool({"legal", "threat"} & {it.label for it in reading.safety})
        alarms["sentiment below -0.8"] += (reading.sentiment or 0.0) < -0.8
    print(f"alarms on {len(lines)} everyday lines: {dict(alarms)}")


if __name__ == "__main__":
    asyncio.run(main())
