"""Opaque, prefixed ids that sort by creation and cannot be guessed."""

import re
import secrets
import time
from datetime import datetime
from typing import Final

_ALPHABET: Final = (
    "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32: sorts like the number it writes
)
_PAIRS: Final = [first + second for first in _ALPHABET for second in _ALPHABET]
_SHIFTS: Final = range(120, -1, -10)
_ID: Final = re.compile(rf"[a-z]{{3}}_[{_ALPHABET}]{{26}}")


def is_id(text: str) -> bool:
    """Whether `new_id` could have made it, whatever the prefix."""
    return _ID.fullmatch(text) is not None


def new_id(prefix: str) -> str:
    """Return `prefix_` + 26 characters: 48 bits of milliseconds, 80 random bits (ULID layout)."""
    return _write(prefix, time.time_ns() // 1_000_000, secrets.randbits(80))


def first_id(prefix: str, at: datetime) -> str:
    """The least id of a moment: ids made before it sort lower."""
    return _write(prefix, int(at.timestamp() * 1000), 0)


def _write(prefix: str, milliseconds: int, rest: int) -> str:
    value = milliseconds << 80 | rest
    return prefix + "_" + "".join([_PAIRS[(value >> shift) & 1023] for shift in _SHIFTS])
