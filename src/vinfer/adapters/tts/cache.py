"""Rendered lines on disk, so that a fixed line answers at once."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_PRUNE_EVERY: Final = 500


class LineCache:
    """PCM files named by what they say. Writes are atomic; any process may share the folder."""

    def __init__(self, folder: Path, *, engine: str, most_bytes: int = 512 << 20) -> None:
        self._folder = folder
        self._engine = engine
        self._most_bytes = most_bytes
        self._puts = 0

    def get(self, text: str, *, voice: str, language: str) -> bytes | None:
        """The rendered line, or None."""
        path = self._path(text, voice, language)
        try:
            pcm = path.read_bytes()
            os.utime(path)  # what is used stays
        except FileNotFoundError:
            return None
        return pcm

    def put(self, text: str, pcm: bytes, *, voice: str, language: str) -> None:
        """Store a rendered line. Now and then, forget what has not been used for longest."""
        if self._puts % _PRUNE_EVERY == 0:
            self.prune()
        self._puts += 1
        path = self._path(text, voice, language)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            fresh.write_bytes(pcm)
            fresh.chmod(0o600)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)

    def prune(self) -> None:
        """Delete the least recently used lines past the bound."""
        found = sorted(_files(self._folder), reverse=True)
        kept = 0
        for _, size, path in found:
            kept += size
            if kept > self._most_bytes:
                path.unlink(missing_ok=True)

    def _path(self, text: str, voice: str, language: str) -> Path:
        key = "\0".join((self._engine, voice, language, text))
        name = hashlib.sha256(key.encode()).hexdigest()
        return self._folder / name[:2] / f"{name}.pcm"


def _files(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """Last use, size and path of every line."""
    for path in folder.glob("??/*.pcm"):
        try:
            found = path.stat()
        except FileNotFoundError:  # another process pruned it
            continue
        yield found.st_mtime, found.st_size, path
