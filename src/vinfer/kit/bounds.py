"""How large and deep JSON may be, and which text it may hold: judged before its fields are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, cast

MAX_DEPTH: Final = 32
MAX_TEXT: Final = 100_000
MAX_ITEMS: Final = 100_000
MAX_VALUES: Final = 1_000_000  # in one body: to decode and judge so many takes about a second
MAX_PROBLEMS: Final = 100
UNSPEAKABLE: Final = re.compile("[\0\ud800-\udfff]")  # PostgreSQL holds neither
_UNSPEAKABLE_ESCAPE: Final = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")  # the only way into JSON
_Trail = tuple[Any, str | int]
"""The way to a value: the way to what holds it, and its key or index. Written out when needed."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong value."""

    field: str
    provided: Any
    expected: str
    rule: str

    @property
    def message(self) -> str:
        """The sentence for people."""
        return f"The '{self.field}' field {self.rule}."


def too_many(body: bytes) -> Problem | None:
    """What is wrong with JSON of more than `MAX_VALUES` values, told before it is decoded."""
    if _opened(body) + body.count(b",") > MAX_VALUES:  # no less than there are values
        return _too_much(None, None, f"at most {MAX_VALUES} values")
    return None


def count_names(raw: Any, body: bytes) -> int | None:
    """How many names the objects in `raw` have in all; None if anything is too large or too deep.

    `body` is what it was decoded from: once as many objects and lists are found as it can hold,
    none is looked for further in.
    """
    opened = _opened(body)
    pairs = found = 0
    level: list[Any] = [raw]
    for _ in range(MAX_DEPTH):
        if max(map(len, level)) > MAX_ITEMS:
            return None
        pairs += sum([len(cast("dict[str, Any]", it)) for it in level if isinstance(it, dict)])
        found += len(level)
        level = [] if found >= opened else [it for items in level for it in _inside(items)]
        if not level:
            return pairs
    return None


def _opened(body: bytes) -> int:
    return body.count(b"[") + body.count(b"{")


def _inside(items: Any) -> list[Any]:
    values = cast("dict[str, Any]", items).values() if isinstance(items, dict) else items
    return [it for it in values if isinstance(it, (dict, list))]


def holds_fit_text(raw: Any, body: bytes) -> bool:
    """Whether each text in `raw`, which `body` was decoded into, can be stored and is no longer
    than `MAX_TEXT`; False where only `problems_of` can tell."""
    if _UNSPEAKABLE_ESCAPE.search(body):
        return False
    return not (_may_hold_long_text(body) and _holds_long_text(raw))


def _may_hold_long_text(body: bytes) -> bool:
    """Whether a text in `body` may be too long: not if quotes are nowhere far from each other."""
    half = MAX_TEXT // 2
    if len(body) > MAX_TEXT and b'\\"' in body:
        return True
    return any(body.find(b'"', at, at + half) < 0 for at in range(0, len(body) - half, half))


def _holds_long_text(raw: Any) -> bool:
    waiting: list[Any] = [raw]
    while waiting:
        items = waiting.pop()
        if isinstance(items, dict):
            waiting.append(list(cast("dict[str, Any]", items)))
            items = cast("dict[str, Any]", items).values()
        for it in items:
            if isinstance(it, (dict, list)):
                waiting.append(it)
            elif isinstance(it, str) and len(it) > MAX_TEXT:
                return True
    return False


def problems_of(raw: Any) -> list[Problem]:
    """Problems of size and of characters that cannot be stored: `MAX_PROBLEMS` and one more."""
    return list(islice(_bounds(raw), MAX_PROBLEMS + 1))


def _bounds(raw: Any) -> Iterator[Problem]:
    """Problems of size and of characters that cannot be stored, anywhere in the value."""
    waiting: list[tuple[Any, Any, int]] = [(None, raw, 0)]
    while waiting:
        trail, value, depth = waiting.pop()
        if isinstance(value, str):
            if len(value) > MAX_TEXT or UNSPEAKABLE.search(value):
                yield from _text_bounds(trail, value)
        elif isinstance(value, (dict, list)):
            items = cast("dict[str, Any] | list[Any]", value)
            if depth >= MAX_DEPTH or len(items) > MAX_ITEMS:
                yield _too_much(trail, items, f"at most {MAX_DEPTH} levels and {MAX_ITEMS} items")
            elif isinstance(items, dict):
                for key in items:
                    yield from _text_bounds(trail, key)
                waiting += [((trail, key), it, depth + 1) for key, it in items.items()]
            else:
                waiting += [((trail, at), it, depth + 1) for at, it in enumerate(items)]


def _too_much(trail: _Trail | None, value: Any, expected: str) -> Problem:
    return Problem(_path(trail), value, expected, f"must have {expected}")


def _text_bounds(trail: _Trail | None, text: str) -> Iterator[Problem]:
    if len(text) > MAX_TEXT:
        expected = f"at most {MAX_TEXT} characters"
        yield Problem(_path(trail), text, expected, "is too long")
    elif UNSPEAKABLE.search(text):
        expected = "text without NUL or lone surrogates"
        yield Problem(_path(trail), text, expected, "holds a NUL or surrogate")


def _path(trail: _Trail | None) -> str:
    steps: list[str | int] = []
    while trail is not None:
        trail, step = trail
        steps.append(step)
    path = ""
    for step in reversed(steps):
        path = f"{path}[{step}]" if isinstance(step, int) else dotted(path, step[:64])
    return path or "body"


def dotted(path: str, name: str) -> str:
    """The path of a field inside another."""
    return f"{path}.{name}" if path else name
