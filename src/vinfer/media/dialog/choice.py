"""Which branch a reading means, and what a bare yes or no means to a question."""

import re
from collections.abc import Iterable
from typing import Final

from vinfer.kit.words import words
from vinfer.media import script as scripts
from vinfer.ports.nlu import Meaning, Reading

SURE: Final = 0.7  # a meaning this strong may leave a question that is still open
_BARE_WORDS: Final = 3
_FIRST: Final = re.compile(r"[\w']+")
_YES: Final = frozenset(
    words("yes yeah yep yup sure ok okay haan han haa ha ji हाँ हां जी ठीक theek thik bilkul बिल्कुल")
)
_NO: Final = frozenset(words("no nope nah nahi nahin nai na नहीं नही ना"))
_NOT: Final = frozenset(words("not don't dont cannot can't cant won't wont never मत mat"))


def safety(reading: Reading, name: str) -> Meaning | None:
    """The built-in intent of this name, if it fired."""
    return next((meaning for meaning in reading.safety if meaning.label == name), None)


def best(reading: Reading, labels: Iterable[str]) -> Meaning | None:
    """The strongest meaning among the labels on offer."""
    offered = set(labels)
    return next((meaning for meaning in reading.meanings if meaning.label in offered), None)


def only_listens(reading: Reading) -> bool:
    """Whether it was but a sound of listening ("hmm"), not an answer to anything."""
    return safety(reading, "backchannel") is not None and safety(reading, "yes") is None


def is_bare(reading: Reading) -> bool:
    """Whether a yes or no stands alone: few words and no value."""
    return len(reading.text.split()) <= _BARE_WORDS and not reading.moments and not reading.amounts


def affirmative(node: scripts.Node) -> scripts.Branch | None:
    """The branch a bare yes means: the first with an example that is, or begins with, a yes."""
    return _starting(node, _YES)


def negative(node: scripts.Node) -> scripts.Branch | None:
    """The branch a bare no means: its example begins with a no, else it alone begins with a not."""
    said_no = _starting(node, _NO)
    if said_no is not None:
        return said_no
    refusing = [b for b in node.branches if _opens(b, _NOT) and not _opens(b, _YES)]
    return refusing[0] if len(refusing) == 1 else None


def _starting(node: scripts.Node, heads: frozenset[str]) -> scripts.Branch | None:
    exact = [b for b in node.branches if any(p.lower().strip(" .!") in heads for p in _flat(b))]
    return next(iter(exact), None) or next((b for b in node.branches if _opens(b, heads)), None)


def _opens(branch: scripts.Branch, heads: frozenset[str]) -> bool:
    first = (_FIRST.match(_joined(phrase)) for phrase in _flat(branch))
    return any(head is not None and head[0] in heads for head in first)


def _joined(phrase: str) -> str:
    return phrase.lower().strip().replace("’", "'").replace("do not", "don't")


def _flat(branch: scripts.Branch) -> tuple[str, ...]:
    return scripts.flat(branch.phrases)
