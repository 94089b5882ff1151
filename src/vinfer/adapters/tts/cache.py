"""Rendered lines, so that a line answers at once: fixed ones on disk, others for minutes."""

import hashlib
import os
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

_PRUNE_EVERY: Final = 500


class PassingLines:
    """Lines with a person's values: in this process's memory alone, and gone after ten minutes.

    They are rendered before a phone rings and spoken once it is answered. Bounded in bytes; what
    was put first goes first. Any thread may use it.
    """

    def __init__(
        self,
        *,
        most_bytes: int = 64 << 20,
        keep_s: float = 600.0,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most_bytes = most_bytes
        self._keep_s = keep_s
        self._now_s = now_s
        self._held_bytes = 0
        self._lines: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, text: str, *, voice: str, language: str) -> bytes | None:
        """The rendered line, or None."""
        with self._lock:
            self._drop()
            found = self._lines.get(_digest(voice, language, text))
        return found[1] if found else None

    def put(self, text: str, pcm: bytes, *, voice: str, language: str) -> None:
        """Keep a rendered line for a while."""
        key = _digest(voice, language, text)
        with self._lock:
            self._forget(key)
            self._lines[key] = (self._now_s() + self._keep_s, pcm)
            self._held_bytes += len(pcm)
            self._drop()

    def _drop(self) -> None:
        now_s = self._now_s()
        while self._lines:
            key, (until_s, _) = next(iter(self._lines.items()))
            if until_s > now_s and self._held_bytes <= self._most_bytes:
                return
            self._forget(key)

    def _forget(self, key: bytes) -> None:
        _, pcm = self._lines.pop(key, (0.0, b""))
        self._held_bytes -= len(pcm)


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode()).digest()


class LineCache:
    """PCM files named by what they say. Writes are atomic; any process may share the folder.

    Only for lines that are the same in every call: nobody's name or figures may lie on a disk.
    """

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
        name = _digest(self._engine, voice, language, text).hex()
        return self._folder / name[:2] / f"{name}.pcm"


def _files(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """Last use, size and path of every line."""
    for path in folder.glob("??/*.pcm"):
        try:
            found = path.stat()
        except FileNotFoundError:  # another process pruned it
            continue
        yield found.st_mtime, found.st_size, path
