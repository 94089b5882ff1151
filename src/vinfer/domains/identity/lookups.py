"""Look-ups of tokens: all that wait in one query, and those of strangers not often."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from vinfer.kit.db import Row

STRANGERS_PACE_S: Final = 0.1
"""A flood of made-up tokens costs ten queries a second, however large."""
BATCH: Final = 1000

_Answer = asyncio.Future[Row | Exception | None]
LookUp = Callable[[Sequence[bytes]], Awaitable[Mapping[bytes, Row]]]


class Lookups:
    """Looks up digests, all that wait in one query, at most every `pace_s`.

    One that comes alone is looked up at once. `look_up` gives the rows it finds by digest.
    """

    def __init__(self, look_up: LookUp, *, pace_s: float = 0.0) -> None:
        self._look_up = look_up
        self._pace_s = pace_s
        self._waiting: list[tuple[bytes, _Answer]] = []
        self._lock = asyncio.Lock()
        self._next = 0.0

    async def find(self, digest: bytes) -> Row | None:
        """The row of a digest, from a query that began after this call; raises what that raised."""
        answer: _Answer = asyncio.get_running_loop().create_future()
        self._waiting.append((digest, answer))
        while not answer.done():
            async with self._lock:
                if not answer.done():
                    await self._answer_some()
        found = answer.result()
        if isinstance(found, Exception):
            raise found
        return found

    async def _answer_some(self) -> None:
        """Answer those who have waited longest; when cancelled, leave them to the next."""
        time = asyncio.get_running_loop().time
        await asyncio.sleep(max(0.0, self._next - time()))
        asked, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
        self._next = time() + self._pace_s
        found: Mapping[bytes, Row] | Exception
        try:
            found = await self._look_up(list({digest for digest, _ in asked}))
        except Exception as error:  # each of them raises it
            found = error
        except asyncio.CancelledError:
            self._waiting[:0] = asked
            raise
        for digest, answer in asked:
            answer.set_result(found if isinstance(found, Exception) else found.get(digest))
