"""Intents of a script with two or three phrases a branch: the least a user may write.

Run `python tests/evals/eval_small_script.py`. The lines were written after the engine was fixed and
were not used to change it.
"""

import asyncio
import tempfile
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from vinfer.adapters.models import ModelStore
from vinfer.adapters.nlu.offline import OfflineUnderstanding

DATA = Path(__file__).parent / "data" / "small_script.tsv"
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Kolkata"))
PHRASES = {
    "will_pay": ("yes I will pay", "haan kar dunga", "paying tomorrow"),
    "later": ("call me later", "I am driving", "baad mein call karna"),
    "refuse": ("not interested", "do not want it"),
    "dispute": ("I already paid", "this is not my loan"),
}


async def main() -> None:
    """Print right, unsure (asks again) and wrong."""
    with tempfile.TemporaryDirectory() as folder:
        engine = OfflineUnderstanding(ModelStore(Path(folder)))
    await engine.learn("small", PHRASES)
    outcome = Counter[str]()
    for line in DATA.read_text("utf-8").splitlines():
        wanted, text = line.split("\t")
        reading = await engine.read(text, key="small", labels=tuple(PHRASES), now=NOW)
        fired = [m.label for m in reading.safety if m.label in ("human", "do_not_call")]
        labels = [*fired, *(meaning.label for meaning in reading.meanings), "other"]
        kind = "right" if labels[0] == wanted else "unsure" if labels[0] == "other" else "wrong"
        outcome[kind] += 1
        if kind != "right":
            print(f"  {kind}: {text!r} gave {labels[0]}, wanted {wanted}")
    print(f"{dict(outcome)} of {outcome.total()}")


if __name__ == "__main__":
    asyncio.run(main())
