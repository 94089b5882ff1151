"""Signed links to stored files. The token is sealed: it tells neither the key nor the time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec

from vinfer.domains.recordings.errors import LinkInvalid
from vinfer.kit.clock import Clock
from vinfer.kit.seal import Seal, SealError

LIFETIME: Final = timedelta(hours=1)
_CONTEXT: Final = "link:file"  # a token sealed for anything else is none of these
_MAX_TOKEN: Final = 2000


class _Grant(msgspec.Struct, array_like=True, frozen=True):
    key: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class FileLinks:
    """Makes and opens links under `public_url`."""

    seal: Seal
    clock: Clock
    public_url: str

    def link(self, key: str, *, lifetime: timedelta = LIFETIME) -> str:
        """A URL that serves the stored file `key` until `lifetime` has passed."""
        grant = _Grant(key, self.clock.now() + lifetime)
        token = self.seal.seal(msgspec.msgpack.encode(grant), context=_CONTEXT)
        return f"{self.public_url.rstrip('/')}/files/{token.decode().rstrip('=')}"

    def open(self, token: str) -> str:
        """The key behind a token; raises `LinkInvalid`."""
        if len(token) > _MAX_TOKEN or not token.isascii():
            raise LinkInvalid
        padded = token.encode() + b"=" * (-len(token) % 4)
        try:
            grant = msgspec.msgpack.decode(self.seal.open(padded, context=_CONTEXT), type=_Grant)
        except (SealError, msgspec.MsgspecError) as error:
            raise LinkInvalid from error
        if grant.expires_at <= self.clock.now():
            raise LinkInvalid
        return grant.key
