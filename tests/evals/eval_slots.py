"""Accuracy of dates, times and amounts: run `python tests/evals/eval_slots.py`.

The rules were written with these lines in view: the figures show regressions, not quality on new
data.
"""

from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from vinfer.adapters.nlu.moments import Moments
from vinfer.lens.language.amounts import amounts
from vinfer.lens.language.dates import canonical
from vinfer.lens.language.hinglish import Normaliser

DATA = Path(__file__).parent / "data" / "slots.tsv"
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Kolkata"))
SHAPES = {"date": "%Y-%m-%d", "time": "%H:%M"}


def main() -> None:
    """Print accuracy per kind; the first value found counts."""
    normaliser, moments = Normaliser(), Moments()
    right, seen = Counter[str](), Counter[str]()
    for line in DATA.read_text("utf-8").splitlines():
        kind, _, text, wanted = line.split("\t")
        normal = normaliser.normalise(text)
        if kind == "amount":
            found = [f"{value:g}" for value in amounts(normal)]
            wanted = f"{float(wanted):g}"
        else:
            found = [f"{at:{SHAPES[kind]}}" for at, _ in moments.find(canonical(normal), NOW)]
        seen[kind] += 1
        right[kind] += found[:1] == [wanted]
        if found[:1] != [wanted]:
            print(f"  {kind}: {text!r} gave {found}, wanted {wanted}")
    print(", ".join(f"{kind} {right[kind]}/{seen[kind]}" for kind in seen))


if __name__ == "__main__":
    main()
