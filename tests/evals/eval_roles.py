"""Who is the agent, by what is said: `python tests/evals/eval_roles.py`.

The calls were written for QA scoring, by others and not for this; the second set was never tuned
on. Each is read as a recording without channels: speakers have numbers, and every line takes a
second for each three words. Whoever is not surely the agent keeps a number, which is no error.
"""

import re
from collections import Counter
from pathlib import Path

from vinfer.lens.roles import Line, agent_of

DATA = Path(__file__).parent / "data"


def calls(file: str) -> list[tuple[str, list[Line]]]:
    """Language and lines (`a` is the agent) of every call."""
    found: list[tuple[str, list[Line]]] = []
    for line in (DATA / file).read_text("utf-8").splitlines():
        head = re.match(r"# ([a-z]+)-\d+ ", line)
        if head:
            found.append((head[1], []))
        elif found and line[:3] in ("a: ", "c: "):
            lines = found[-1][1]
            at_s = lines[-1][1] + len(lines[-1][2].split()) / 3 if lines else 0.0
            lines.append((line[0], at_s, line[3:]))
    return [(language, lines) for language, lines in found if len({who for who, _, _ in lines}) > 1]


def main() -> None:
    """Print how often the agent is found, left open and mistaken, by language."""
    for file in ("qa_calls.txt", "qa_second.txt"):
        counts: dict[str, Counter[str]] = {}
        for language, lines in calls(file):
            found = agent_of(lines)
            verdict = {"a": "right", "c": "WRONG", None: "open"}[found]
            counts.setdefault(language, Counter())[verdict] += 1
        for language, count in sorted(counts.items()):
            total = count.total()
            print(
                f"{file}, {language}: agent found {count['right']}/{total}, "
                f"left open {count['open']}, mistaken {count['WRONG']}"
            )


if __name__ == "__main__":
    main()
