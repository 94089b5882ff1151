"""The light step: the audio into the store, encrypted, soon after it was named."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from vinfer.domains.transcription.held import Broken, Shop, lock
from vinfer.domains.transcription.queries import working
from vinfer.domains.transcription.service import audio_key, secret_context, url_context
from vinfer.kit import sealed_file
from vinfer.kit.leases import Again, Held, Lost
from vinfer.ports.fetching import FetchFailed

WITHIN: Final = timedelta(minutes=15)  # of the 202; signed links do not live long
_PAUSES_S: Final = (2.0, 10.0, 60.0)
_LEAST_S: Final = 30.0  # for the attempt of a job that waited too long


async def fetch(held: Held, shop: Shop) -> None:
    """Get a job's audio; a second run gets it again and replaces what the first stored.

    Raises `Broken`, `Again` and `Lost`.
    """
    try:
        await _fetch(held, shop)
    except FetchFailed as failure:
        raise _verdict(failure, held, shop) from failure


async def _fetch(held: Held, shop: Shop) -> None:
    limits = shop.limits
    sealed: bytes = held.row["url_sealed"]
    url = shop.seal.open(sealed, context=url_context(held.id)).decode()
    async with shop.fetcher.open(
        url, most_bytes=limits.most_bytes, timeout_s=_time_left_s(held, shop)
    ) as parts:
        await store(held, parts, shop)


async def store(held: Held, parts: AsyncIterator[bytes], shop: Shop) -> None:
    """Keep audio encrypted under the job's id. Raises `Broken` for none at all, and `Lost`."""
    key, secret = audio_key(held.id), sealed_file.new_key()
    with sealed_file.scratch_file(shop.scratch) as file:
        audio = sealed_file.SealedWriter(file, secret)
        async for part in parts:
            await audio.write(part)
        await audio.finish()
        if audio.size_bytes == 0:
            raise Broken("audio_empty", "the file is empty")
        await _still_held(held, shop)
        await shop.storage.put_file(key, Path(file.name))
    try:
        async with shop.db.begin() as tx:
            await lock(held, tx)
            await working.store_audio(
                tx.conn,
                held.id,
                key=key,
                secret_sealed=shop.seal.seal(secret, context=secret_context(held.id)),
                size=audio.size_bytes,
                now=shop.clock.now(),
            )
    except Lost:
        await _forget(held, key, shop)
        raise


async def _still_held(held: Held, shop: Shop) -> None:
    """Raise `Lost` where another worker may have stored its own, which must not be replaced."""
    async with shop.db.begin() as tx:
        await lock(held, tx)


async def _forget(held: Held, key: str, shop: Shop) -> None:
    """Delete what was stored for a job that is erased; another worker's stays."""
    async with shop.db.read() as conn:
        exists = await working.exists(conn, held.id)
    if not exists:
        await shop.storage.delete(key)


def _time_left_s(held: Held, shop: Shop) -> float:
    left = (_deadline(held) - shop.clock.now()).total_seconds()
    return min(shop.limits.fetch_timeout_s, max(_LEAST_S, left))


def _deadline(held: Held) -> datetime:
    return held.row["created_at"] + WITHIN


def _verdict(failure: FetchFailed, held: Held, shop: Shop) -> Broken | Again:
    """Try again what may pass, a few times and while there is time."""
    attempt: int = held.row["attempts"] - 1
    if failure.again and attempt < len(_PAUSES_S):
        pause_s = _PAUSES_S[attempt]
        if shop.clock.now() + timedelta(seconds=pause_s) < _deadline(held):
            return Again(pause_s, failed=True)
    return Broken(failure.code, str(failure))
