"""Directories for tests."""

import tempfile
from pathlib import Path


def make_data_dir() -> Path:
    """A short path that the account of the server may pass, which pytest's own are not for root."""
    return Path(tempfile.mkdtemp(prefix="vinfer-test-", dir="/tmp"))
