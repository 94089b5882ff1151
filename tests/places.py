"""Directories for tests."""

import tempfile
from pathlib import Path
from typing import Final

SHARED_CACHE: Final = (
    "TESTS_CACHE_DIR"  # of joined weights and rendered lines, for one run of tests
)


def make_data_dir() -> Path:
    """A short path that the account of the server may pass, which pytest's own are not for root."""
    return Path(tempfile.mkdtemp(prefix="vinfer-test-", dir="/tmp"))
