"""Opaque, prefixed ids that sort by creation and cannot be guessed."""

import re
import secrets
import time
from datetime import datetime
from typing import Final

_ALPHABET: Final = (
    "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32: sorts like the number it writes
)
_OF_BYTE: Final = (_ALPHABET * 8).encode()  # a random byte as one of 32 letters, each as likely
_RANDOM_LETTERS: Final = 16
_SHIFTS: Final = range(45, -1, -5)
_ID: Final = re.compile(rf"[a-z]{{3}}_[{_ALPHABET}]{{26}}")


def is_id(text: str) -> bool:
    """Whether `new_id` could have made it, whatever the prefix."""
    return _ID.fullmatch(text) is not None


def new_id(prefix: str) -> str:
    """Return `prefix_` + 26 characters: 48 bits of milliseconds, 80 random bits (ULID layout)."""
    return _start(prefix, time.time_ns() // 1_000_000) + _letters(1)


class Series:
    """Ids in the order in which they are taken; none can be guessed from another."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._last_ms = 0

    def take(self, count: int) -> list[str]:
        """As many ids of one moment, which is later than that of those before."""
        self._last_ms = max(time.time_ns() // 1_000_000, self._last_ms + 1)
        start, letters = _start(self._prefix, self._last_ms), _letters(count)
        ends = range(_RANDOM_LETTERS, len(letters) + 1, _RANDOM_LETTERS)
        return sorted([start + letters[end - _RANDOM_LETTERS : end] for end in ends])


def first_id(prefix: str, at: datetime) -> str:
    """The least id of a moment: ids made before it sort lower."""
    return _start(prefix, int(at.timestamp() * 1000)) + _ALPHABET[0] * _RANDOM_LETTERS


def _start(prefix: str, milliseconds: int) -> str:
    return f"{prefix}_" + "".join([_ALPHABET[(milliseconds >> it) & 31] for it in _SHIFTS])


def _letters(ids: int) -> str:
    return secrets.token_bytes(ids * _RANDOM_LETTERS).translate(_OF_BYTE).decode()
