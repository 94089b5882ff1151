"""What may name an object."""

import re
from typing import Final

_KEY: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")


def check_key(key: str) -> str:
    """Return `key`; raises `ValueError` unless it is a plain relative path without hidden parts."""
    if len(key) > 512 or not _KEY.fullmatch(key):
        raise ValueError(f"not a storage key: {key!r}")
    return key
