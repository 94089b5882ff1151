"""A summary by a language model, of which only what the call supports is kept."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from vinfer.lens.analysis.facts import Fact
from vinfer.lens.analysis.lines import Line
from vinfer.lens.prompting.framing import WITHHELD, framed, shown, speaks_to_a_machine
from vinfer.lens.prompting.support import unsupported
from vinfer.ports.llm import LanguageModel

MOST_TOKENS: Final = 700
_MOST: Final = 4
_MOST_CITED: Final = 6
_LONGEST: Final = 400  # characters of a sentence
_TASK: Final = """\
You summarise telephone calls for the people who will read the record. Write two to four short
sentences in English: why there was a call, what the customer wants or says, what was agreed, and
what happens next. Each begins with "The agent", "The customer" or "The call", stands alone, and
cites the one to six lines that say all of it.
Write figures, dates and names exactly as these lines write them. Leave out what no line says.
Do not judge anybody."""


class Told(msgspec.Struct, forbid_unknown_fields=True):
    """A sentence, and the lines that say it."""

    text: str
    lines: list[int]


class Recap(msgspec.Struct, forbid_unknown_fields=True):
    """A summary as a model gives it."""

    sentences: list[Told]


async def recap(model: LanguageModel, lines: Sequence[Line]) -> tuple[Fact, ...]:
    """The sentences of a model's summary that its cited lines support, four at most.

    Empty where none is. Raises `EngineUnavailable`.
    """
    if not lines:
        return ()
    found = await model.complete(framed(_TASK, lines), Recap, most_tokens=MOST_TOKENS)
    known = {line.index: line for line in lines}
    facts = (_fact(each, known) for each in found.value.sentences)
    return tuple(each for each in facts if each is not None)[:_MOST]


def _fact(told: Told, known: Mapping[int, Line]) -> Fact | None:
    text = " ".join(told.text.split())
    cited = sorted(set(told.lines))
    if not text or len(text) > _LONGEST or speaks_to_a_machine(text):
        return None
    if not cited or len(cited) > _MOST_CITED or not known.keys() >= set(cited):
        return None
    lines = [known[at] for at in cited]
    if any(shown(line) == WITHHELD for line in lines) or unsupported(text, lines):
        return None
    return Fact(text, tuple(cited))


def as_json(facts: Sequence[Fact]) -> dict[str, Any]:
    """The summary as the API shows every summary."""
    return {
        "text": " ".join(fact.text for fact in facts),
        "evidence": sorted({at for fact in facts for at in fact.evidence}),
        "sentences": [{"text": fact.text, "evidence": list(fact.evidence)} for fact in facts],
    }
