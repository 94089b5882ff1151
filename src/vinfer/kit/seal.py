"""Secrets at rest: sealed under a key file that only the service's account can read."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class SealError(Exception):
    """The key file is unsafe or malformed, or a sealed value does not belong here."""


class Seal:
    """Seals with the first key, opens with any: keys are rotated by putting a new one on top."""

    def __init__(self, keys: list[str]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise SealError("The key file holds a malformed key.") from error
        self._digest_keys = [hmac.digest(key.encode(), b"digest", hashlib.sha256) for key in keys]

    def seal(self, value: bytes, *, context: str) -> bytes:
        """Encrypt and authenticate `value`, bound to `context` (its row, e.g. `trunk:trk_…`)."""
        return self._fernet.encrypt(context.encode() + b"\0" + value)

    def open(self, sealed: bytes, *, context: str) -> bytes:
        """Decrypt what `seal` made with the same `context`; raises `SealError` otherwise."""
        try:
            found, _, value = self._fernet.decrypt(sealed).partition(b"\0")
        except InvalidToken as error:
            raise SealError("The value cannot be opened with these keys.") from error
        if found != context.encode():
            raise SealError("The value was sealed for something else.")
        return value

    def digest(self, value: str, *, context: str) -> bytes:
        """32 bytes that stand for `value`, and tell it to nobody without the key file."""
        return self.digests(value, context=context)[0]

    def digests(self, value: str, *, context: str) -> list[bytes]:
        """The digest under every key, newest first: stored ones may be older than the newest."""
        text = context.encode() + b"\0" + value.encode()
        return [hmac.digest(key, text, hashlib.sha256) for key in self._digest_keys]


def open_seal(path: Path) -> Seal:
    """Read the key file, one key a line, newest first; make it (mode 0600) when it is missing.

    Raises `SealError` when others may read the file.
    """
    if not path.exists():
        _create(path)
    if path.stat().st_mode & 0o077:
        raise SealError(f"{path} must be readable by its owner only (chmod 600).")
    keys = path.read_text().split()
    if not keys:
        raise SealError(f"{path} holds no key.")
    return Seal(keys)


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(Fernet.generate_key() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # whole or not at all, and never over another process's key
    except FileExistsError:
        pass
    finally:
        draft.unlink()
