"""Names that a JSON object gives twice: which of the values counts differs between readers."""

import json
from collections.abc import Sequence
from typing import Any, cast

import msgspec


class _Repeat:
    """Stands for a value in which a name is given twice: where, dotted."""

    def __init__(self, path: str) -> None:
        self.path = path


def find_repeat(body: bytes, decoded: Any) -> str | None:
    """The dotted path of a name that `body`, which decodes to `decoded`, gives twice.

    Raises `RecursionError` where it is nested too deep.
    """
    colons = msgspec.json.encode(decoded).count(b":")
    if body.count(b":") == colons and b"\\u003a" not in body and b"\\u003A" not in body:
        return None  # every colon is still there, and none was written as an escape
    reader = json.JSONDecoder(
        object_pairs_hook=_judge, parse_int=len, parse_float=len, strict=False
    )
    found: Any = reader.decode(body.decode())
    return found.path if isinstance(found, _Repeat) else None


def _judge(pairs: Sequence[tuple[str, Any]]) -> Any:
    names: set[str] = set()
    for name, value in pairs:
        if name in names:
            return _Repeat(name[:64])
        names.add(name)
        inner = _inside(value)
        if inner is not None:
            return _Repeat(name[:64] + inner)
    return 0


def _inside(value: Any) -> str | None:
    if isinstance(value, _Repeat):
        return f".{value.path}"
    if isinstance(value, list):
        for index, item in enumerate(cast("list[Any]", value)):
            inner = _inside(item)
            if inner is not None:
                return f"[{index}]{inner}"
    return None
