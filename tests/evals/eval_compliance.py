"""The ready rules of the page on compliance, on written calls.

The calls were written after the rules. Thresholds and the reach of denials were set on them after a
first run (docs/accuracy.md), so the figures are upper bounds. A violation that is not there is
worse than one that is not found; what is unsure is for people, and counts as neither.
"""

import json
import re
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from vinfer.adapters.models import ModelStore
from vinfer.adapters.nlu.embedder import Embedder
from vinfer.adapters.nlu.offline import english_words
from vinfer.domains.compliance.conditions import rule_of
from vinfer.domains.compliance.schemas import RuleBody
from vinfer.kit import schema
from vinfer.lens.compliance.engine import Compliance
from vinfer.lens.compliance.rules import CallRecord, Rule
from vinfer.lens.language.hinglish import Normaliser
from vinfer.lens.transcript import Segment, Transcript

DATA = Path(__file__).parent / "data" / "compliance_calls.txt"
PAGE = Path(__file__).parents[2] / "docs" / "howto" / "compliance.md"
CODES = {
    "R": "Recording notice",
    "A": "AI disclosure",
    "I": "Identification",
    "T": "No threats",
    "D": "No talk of the debt to others",
    "S": "No secrets",
    "W": "Do not call",
}
RECORD = CallRecord(listed_before=False, listed_after=False)


def rules() -> list[Rule]:
    """The page's rules that are judged by words."""
    found: list[Rule] = []
    page = PAGE.read_text("utf-8")
    for text in re.findall(r"/compliance/rules -d '(\{.*?\})'\n", page, re.DOTALL):
        body = schema.decode_body(text.encode(), RuleBody)
        made = rule_of("crl_1", 1, json.loads(text) | {"within_seconds": body.within_seconds})
        if made.name in CODES.values():
            found.append(made)
    return found


def transcript(lines: list[str]) -> Transcript:
    """Five seconds a line, in a call of two minutes."""
    names = {"a": "agent", "c": "customer"}
    segments = tuple(
        Segment(names[line[0]], 5.0 * at, 5.0 * at + 4, line[3:], 0.9, "en-IN", ())
        for at, line in enumerate(lines)
    )
    return Transcript(segments, ("agent", "customer"), "en-IN", 120.0, damaged=False)


@dataclass
class Figures:
    """Verdicts by what they should have been: (violated there?, outcome)."""

    seen: Counter[tuple[bool, str]] = field(default_factory=Counter[tuple[bool, str]])

    def line(self) -> str:
        """How many of each."""
        broken = sum(n for (real, _), n in self.seen.items() if real)
        kept = sum(n for (real, _), n in self.seen.items() if not real)
        unsure = sum(n for (_, outcome), n in self.seen.items() if outcome == "unsure")
        found, invented = self.seen[True, "violated"], self.seen[False, "violated"]
        given = broken + kept - unsure
        right = found + sum(
            n for (real, o), n in self.seen.items() if not real and o not in ("violated", "unsure")
        )
        return (
            f"violations found {found}/{broken}, left to people {self.seen[True, 'unsure']},"
            f" invented {invented}/{kept}; verdicts given right {right}/{given} ="
            f" {right / given:.1%}, unsure {unsure}/{broken + kept} ="
            f" {unsure / (broken + kept):.1%}"
        )


def main() -> None:
    """Print how many violations are found, invented, and left to people."""
    normaliser = Normaliser(english_words())
    with tempfile.TemporaryDirectory() as folder:
        vectors = Embedder(ModelStore(Path(folder))).vectors
        engines = {
            "rules": Compliance(normaliser),
            "rules and model": Compliance(normaliser, vectors),
        }
        for name, engine in engines.items():
            print(f"{name}: {_figures(engine, talkative=name != 'rules').line()}")


def _figures(engine: Compliance, *, talkative: bool) -> Figures:
    figures = Figures()
    blocks = re.split(r"\n\n+", DATA.read_text("utf-8").strip())[1:]
    for block in blocks:
        head, *lines = block.splitlines()
        id, *codes = head.lstrip("# ").split()
        for check in engine.check(rules(), transcript(lines), RECORD):
            real = any(CODES[code] == check.rule.name for code in codes)
            figures.seen[real, check.outcome] += 1
            wrong = real != (check.outcome == "violated")
            if talkative and wrong:
                quotes = [each.quote for each in check.doubts[:2]]
                quotes += [each.evidence.quote for each in check.violations if each.evidence]
                print(f"  {id} {check.rule.name}: {check.outcome}, is {real}: {quotes}")
    return figures


if __name__ == "__main__":
    main()
