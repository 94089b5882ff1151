"""Rendered lines on disk, so that a fixed line answers at once."""

import hashlib
import secrets
from pathlib import Path


class LineCache:
    """PCM files named by what they say. Writes are atomic; any process may share the folder."""

    def __init__(self, folder: Path, *, engine: str) -> None:
        self._folder = folder
        self._engine = engine

    def get(self, text: str, *, voice: str, language: str) -> bytes | None:
        """The rendered line, or None."""
        try:
            return self._path(text, voice, language).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, text: str, pcm: bytes, *, voice: str, language: str) -> None:
        """Store a rendered line."""
        path = self._path(text, voice, language)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            fresh.write_bytes(pcm)
            fresh.chmod(0o600)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)

    def _path(self, text: str, voice: str, language: str) -> Path:
        key = "\0".join((self._engine, voice, language, text))
        name = hashlib.sha256(key.encode()).hexdigest()
        return self._folder / name[:2] / f"{name}.pcm"
