"""What happens in live calls, written to the database as it happens, without holding the audio."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from vinfer.domains.calls import dialing
from vinfer.kit.db import TRANSIENT, Database, Tx
from vinfer.media.plan import Turn

log = structlog.get_logger()

Write = Callable[[Tx], Awaitable[object]]
RETRY_S = 0.5


class DatabaseSink:
    """A `CallSink`: takes facts at once, writes them in order, waits out a database restart."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._queue: asyncio.Queue[Write] = asyncio.Queue()

    def answered(self, call_id: str, at: datetime) -> None:
        """The call was answered."""
        self._queue.put_nowait(lambda tx: dialing.mark_answered(tx, call_id, at))

    def turn(self, call_id: str, turn: Turn) -> None:
        """A line was spoken."""
        self._queue.put_nowait(lambda tx: dialing.store_turns(tx, call_id, [turn]))

    def do_not_call(self, call_id: str, at: datetime) -> None:
        """The customer wishes never to be called again."""
        self._queue.put_nowait(lambda tx: dialing.forbid(tx, call_id, at))

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            write = await self._queue.get()
            try:
                await persist(self._db, write)
            except Exception as error:  # one fact less: the record at the call's end repeats it
                log.error("write_refused", error=type(error).__name__, pii_error=repr(error))
            finally:
                self._queue.task_done()

    async def settle(self) -> None:
        """Wait until everything taken so far is written."""
        await self._queue.join()


async def persist(db: Database, write: Write) -> None:
    """Run `write` in a transaction of its own, again and again while the database is away.

    `write` must be harmless twice: a lost commit may have happened.
    """
    while True:
        try:
            async with db.begin() as tx:
                await write(tx)
        except TRANSIENT as error:
            log.warning("write_put_off", error=repr(error))
            await asyncio.sleep(RETRY_S)
        else:
            return
