"""Documents as the data that the template shows."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from vinfer.kit.ids import is_id
from vinfer.ports.documents import Chart, Document, Figures, Part, Section, Table, Text

LONGEST_RUN: Final = 18  # characters without a space that fit the narrowest column
_BREAK: Final = "\N{ZERO WIDTH SPACE}"
_JOINERS: Final = "\u200c\u200d"
_KEPT: Final = _JOINERS + "\n"
_SPACES: Final = re.compile(r"([ \n])")
_VIRAMA: Final = 9  # the combining class of signs that join what stands around them
_DIRECTIONS: Final = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_NAMES: Final[dict[type[Part], str]] = {
    Figures: "figures",
    Chart: "chart",
    Table: "table",
    Text: "text",
}


def encode(document: Document) -> bytes:
    """The document as JSON; every text of it is printable and may be broken into lines."""
    made = msgspec.to_builtins(document)
    made["sections"] = [_section(section) for section in document.sections]
    return msgspec.json.encode(_printable(made))


def _section(section: Section) -> dict[str, Any]:
    parts = [{"part": _NAMES[type(part)], **msgspec.to_builtins(part)} for part in section.parts]
    return {"title": section.title, "parts": parts}


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return breakable(value)
    if isinstance(value, list | tuple):
        return [_printable(item) for item in value]  # pyright: ignore[reportUnknownVariableType]  # JSON
    if isinstance(value, dict):
        return {name: _printable(item) for name, item in value.items()}  # pyright: ignore[reportUnknownVariableType]  # JSON
    return value


def breakable(text: str) -> str:
    """Text without control characters, whose long runs may be broken between any two letters.

    What shaping joins stays whole: marks, and consonants around a virama.
    """
    clean = "".join(c if c.isprintable() or c in _KEPT else " " for c in text)
    clean = "".join(c for c in clean if c not in _DIRECTIONS)
    return "".join(_broken(part) if _is_long(part) else part for part in _SPACES.split(clean))


def _is_long(word: str) -> bool:
    """Ids stay whole, so that they can be copied from a page; tables write them smaller."""
    return len(word) > LONGEST_RUN and not is_id(word)


def _broken(word: str) -> str:
    return "".join(_with_breaks(word))


def _with_breaks(word: str) -> Iterator[str]:
    before = ""
    for letter in word:
        if before and not _joined(before, letter):
            yield _BREAK
        yield letter
        before = letter


def _joined(before: str, letter: str) -> bool:
    return (
        unicodedata.category(letter).startswith("M")
        or letter in _JOINERS
        or before in _JOINERS
        or unicodedata.combining(before) == _VIRAMA
    )
