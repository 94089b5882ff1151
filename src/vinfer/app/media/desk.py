"""The calls of one media process, from the claim to the record."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

import structlog

from vinfer.app.media import spool
from vinfer.app.media.identity import Identity
from vinfer.app.media.sink import DatabaseSink, persist
from vinfer.app.settings import Settings
from vinfer.domains.calls import dialing, processes
from vinfer.domains.calls.dialing import ClaimedCall
from vinfer.domains.contacts.numbers import Digests
from vinfer.kit.clock import Clock
from vinfer.kit.db import TRANSIENT, Database, Tx
from vinfer.media import recording
from vinfer.media.call import rehearse, run_call
from vinfer.media.engines import Engines
from vinfer.media.plan import WITHDRAWN, CallResult, NotAnswered
from vinfer.media.ticker import Ticker
from vinfer.ports.storage import Storage
from vinfer.ports.telephony import Failed, Telephony, TrunkLine

log = structlog.get_logger()

TRUNK_WAIT_S: Final = 0.2  # until a trunk that has had its calls of this second is asked again
MOST_LAG_MS: Final = 20.0  # past this the frames of live calls come late: take no more
CLOSE_S: Final = 5.0
REHEARSE_AGAIN_S: Final = 5.0
CLAIM_DOUBT: Final = timedelta(seconds=20)  # a claim this old has arrived, or never will


def _set_event() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@dataclass(slots=True, kw_only=True)
class Desk:
    """Seats of this process and what sits on them."""

    identity: Identity
    db: Database
    telephony: Telephony
    engines: Engines
    storage: Storage
    sink: DatabaseSink
    ticker: Ticker
    clock: Clock
    unseal: Callable[[str, bytes], str]
    digests: Digests
    settings: Settings
    folder: Path
    hangups: dict[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])
    rehearsed: dict[str, date] = field(default_factory=dict[str, date])  # script, last on this day
    put_off: dict[str, float] = field(default_factory=dict[str, float])  # script, until when
    empty: asyncio.Event = field(default_factory=_set_event)
    closing: bool = False
    store_patience_s: float = spool.PATIENCE_S
    _claiming: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def free_seats(self) -> int:
        """How many more calls may be taken now."""
        if not self.identity.held.is_set() or self.ticker.lag_p99_ms() > MOST_LAG_MS:
            return 0
        return self.settings.calls_per_process - len(self.hangups)

    async def rehearse(self) -> None:
        """Learn the next script that calls wait for and render its fixed lines, before any call.

        Once a day it is done again: the days that customers may name have moved on.
        One that cannot be learnt is put off, so that the others get their turn.
        """
        now_s = self.clock.monotonic()
        self.put_off = {key: until_s for key, until_s in self.put_off.items() if until_s > now_s}
        today = self.clock.now().date()
        known = {key for key, day in self.rehearsed.items() if day == today}
        async with self.db.read() as conn:
            demand = await dialing.in_demand(conn, known=known | self.put_off.keys())
        if demand is None:
            return
        try:
            await rehearse(
                demand.body,
                demand.language,
                voice=demand.voice,
                key=":".join(demand.key.split(":")[:2]),
                engines=self.engines,
                today=today,
                ready=lambda: self.rehearsed.update({demand.key: today}),
            )
        except Exception as error:  # the engines are away, or this release cannot read the script
            self.put_off[demand.key] = self.clock.monotonic() + REHEARSE_AGAIN_S
            log.warning("rehearsal_put_off", script=demand.key, error=repr(error))
        else:
            log.info("script_rehearsed", script=demand.key)

    async def take_calls(self, group: asyncio.TaskGroup) -> None:
        """Claim what is due, as far as seats are free, and start to dial it."""
        async with self._claiming:
            if self.closing or not self.rehearsed or (seats := self.free_seats) < 1:
                return
            async with self.db.begin() as tx:
                claimed = await dialing.claim(
                    tx, self.identity.id, seats, self.clock.now(), scripts=self.rehearsed.keys()
                )
            for it in claimed:
                self.hangups[it.call_id] = asyncio.Event()
                self.empty.clear()
                group.create_task(self._see_through(it))

    async def end_asked(self) -> None:
        """Hang up the calls that somebody asked to end."""
        async with self.db.read() as conn:
            asked = await processes.hangups(conn, self.identity.id, list(self.hangups))
        for call_id in asked:
            if call_id in self.hangups:
                self.hangups[call_id].set()

    async def release_unknown(self) -> None:
        """Give back claims whose commit was never confirmed to this process: they never rang.

        No claim may be under way meanwhile: it would be unknown, and old after a long wait.
        """
        async with self._claiming, self.db.begin() as tx:
            now = self.clock.now()
            await processes.release_unknown(
                tx, self.identity.id, list(self.hangups), older_than=now - CLAIM_DOUBT, now=now
            )

    async def recover_recordings(self) -> None:
        """Store what dead processes left on this machine, and this one when the store was away."""
        await spool.recover_folder(
            self.folder, db=self.db, storage=self.storage, live=self.hangups.keys()
        )
        await spool.recover(self.settings.spool, db=self.db, storage=self.storage)

    async def close(self) -> None:
        """Take no more calls. A claim under way is waited for: what it takes must be known."""
        self.closing = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S), self._claiming:
                pass

    async def drain(self, most_s: float) -> None:
        """Let live calls finish for `most_s`, then end them."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(most_s):
                await self.empty.wait()
        for hangup in self.hangups.values():
            hangup.set()

    async def _see_through(self, claimed: ClaimedCall) -> None:
        """Dial one claimed call, talk, and write down what came of it."""
        with structlog.contextvars.bound_contextvars(
            call_id=claimed.call_id, workspace_id=claimed.workspace_id
        ):
            result = await self._talk(claimed)
            try:
                await self._record(claimed, result)
            except Exception as error:
                # It stays among the calls that this process knows: given back, its phone would
                # ring again. The next process finds and closes it.
                log.critical("call_not_recorded", error=type(error).__name__, pii_error=repr(error))
                return
            del self.hangups[claimed.call_id]
            if not self.hangups:
                self.empty.set()

    async def _talk(self, claimed: ClaimedCall) -> CallResult | NotAnswered:
        try:
            trunk = claimed.line(partial(self.unseal, claimed.trunk_id))
        except Exception:  # nothing was dialled, so that this must not use the contact up
            log.exception("trunk_unusable", trunk_id=claimed.trunk_id)
            return NotAnswered(Failed.TRUNK_ERROR, detail="the trunk's password cannot be read")
        try:
            return await self._dial(claimed, trunk)
        except Exception:  # a defect must not lose the call's record, nor make the phone ring again
            log.exception("call_broke")
            return NotAnswered("interrupted")

    async def _dial(self, claimed: ClaimedCall, trunk: TrunkLine) -> CallResult | NotAnswered:
        return await run_call(
            claimed.plan(),
            telephony=self.telephony,
            trunk=trunk,
            caller_id=claimed.caller_id,
            ring_timeout_s=self.settings.ring_timeout_s,
            hearing=self.engines.hearing,
            voice=self.engines.voice,
            understanding=self.engines.understanding,
            sink=self.sink,
            clock=self.clock,
            ticker=self.ticker,
            spool_dir=spool.folder_of(self.folder, claimed.workspace_id),
            may_ring=lambda: self._may_ring(claimed.call_id),
            hangup=self.hangups[claimed.call_id],
        )

    async def _may_ring(self, call_id: str) -> bool:
        """Note that the call rings now, if it still may: a pause may have come meanwhile."""
        while not self.closing:
            try:
                async with self.db.begin() as tx:
                    verdict = await dialing.ring(
                        tx, call_id, self.clock.now(), digests=self.digests
                    )
            except TRANSIENT:
                return False
            if verdict != "wait":
                return verdict == "ring"
            await asyncio.sleep(TRUNK_WAIT_S)
        return False

    async def _record(self, claimed: ClaimedCall, result: CallResult | NotAnswered) -> None:
        """Store the recording, then the outcome; a store that is away gets the recording later."""
        await self.sink.settle()
        path = recording.path_of(self.folder / claimed.workspace_id, claimed.call_id)
        key: str | None = None
        if await asyncio.to_thread(path.exists):
            key = await spool.store(path, storage=self.storage, patience_s=self.store_patience_s)
        ended_at = self.clock.now()
        try:
            await self._write(claimed, result, key, ended_at)
        except Exception as error:
            if not isinstance(result, CallResult):
                raise
            # its outcome, above all a wish not to be called, counts more than its details
            log.error("record_refused", error=type(error).__name__, pii_error=repr(error))
            await self._write(claimed, replace(result, captured={}, turns=()), key, ended_at)
        if key is not None:
            with contextlib.suppress(OSError):
                await asyncio.to_thread(path.unlink)
        log.info("call_ended", end_reason=result.end_reason, attempt=claimed.attempt)

    async def _write(
        self,
        claimed: ClaimedCall,
        result: CallResult | NotAnswered,
        key: str | None,
        ended_at: datetime,
    ) -> None:
        async def write(tx: Tx) -> None:
            if result.end_reason == WITHDRAWN:
                await processes.withdraw(tx, claimed.call_id, ended_at)
                return
            if key is not None:
                await dialing.attach_recording(tx, claimed.call_id, key)
            await dialing.record(tx, claimed.call_id, result, ended_at)

        await persist(self.db, write)
