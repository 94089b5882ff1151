"""The calls of one media process, from the claim to the record."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

import structlog

from vinfer.app.media import spool
from vinfer.app.media.identity import Identity
from vinfer.app.media.sink import DatabaseSink, persist
from vinfer.app.settings import Settings
from vinfer.domains.calls import dialing, processes
from vinfer.domains.calls.dialing import ClaimedCall
from vinfer.kit.clock import Clock
from vinfer.kit.db import CONNECTION_LOST, Database, Tx
from vinfer.media import recording
from vinfer.media.call import rehearse, run_call
from vinfer.media.engines import Engines
from vinfer.media.plan import WITHDRAWN, CallResult, NotAnswered
from vinfer.media.ticker import Ticker
from vinfer.ports.audio import EngineUnavailable
from vinfer.ports.storage import Storage
from vinfer.ports.telephony import Telephony

log = structlog.get_logger()

MOST_LAG_MS: Final = 20.0  # past this the frames of live calls come late: take no more
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
    unseal: Callable[[bytes], str]
    settings: Settings
    folder: Path
    hangups: dict[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])
    rehearsed: set[str] = field(default_factory=set[str])
    empty: asyncio.Event = field(default_factory=_set_event)

    @property
    def free_seats(self) -> int:
        """How many more calls may be taken now."""
        if not self.identity.held.is_set() or self.ticker.lag_p99_ms() > MOST_LAG_MS:
            return 0
        return self.settings.calls_per_process - len(self.hangups)

    async def rehearse(self) -> None:
        """Learn the next script that calls wait for and render its fixed lines, before any call."""
        async with self.db.read() as conn:
            demand = await dialing.in_demand(conn, known=self.rehearsed)
        if demand is None:
            return
        try:
            await rehearse(
                demand.body,
                demand.language,
                key=demand.key,
                engines=self.engines,
                ready=lambda: self.rehearsed.add(demand.key),
            )
        except EngineUnavailable as error:
            log.warning("rehearsal_put_off", script=demand.key, error=repr(error))
        else:
            log.info("script_rehearsed", script=demand.key)

    async def take_calls(self, group: asyncio.TaskGroup) -> None:
        """Claim what is due, as far as seats are free, and start to dial it."""
        if not self.rehearsed or (seats := self.free_seats) < 1:
            return
        async with self.db.begin() as tx:
            claimed = await dialing.claim(
                tx, self.identity.id, seats, self.clock.now(), scripts=self.rehearsed
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
        """Give back claims whose commit was never confirmed to this process: they never rang."""
        now = self.clock.now()
        async with self.db.begin() as tx:
            await processes.release_unknown(
                tx, self.identity.id, list(self.hangups), older_than=now - CLAIM_DOUBT, now=now
            )

    async def recover_recordings(self) -> None:
        """Store the recordings that dead processes of this machine left behind."""
        await spool.recover(self.settings.spool, db=self.db, storage=self.storage)

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
            try:
                await self._record(claimed, await self._talk(claimed))
            finally:
                del self.hangups[claimed.call_id]
                if not self.hangups:
                    self.empty.set()

    async def _talk(self, claimed: ClaimedCall) -> CallResult | NotAnswered:
        try:
            return await run_call(
                claimed.plan(),
                telephony=self.telephony,
                trunk=claimed.line(self.unseal),
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
        except Exception:  # a defect must not lose the call's record, nor make the phone ring again
            log.exception("call_broke")
            return NotAnswered("interrupted")

    async def _may_ring(self, call_id: str) -> bool:
        """Ask once more just before dialling: a pause may have come while the opening was made."""
        try:
            async with self.db.read() as conn:
                return await dialing.still_due(conn, call_id, self.clock.now())
        except CONNECTION_LOST:
            return False

    async def _record(self, claimed: ClaimedCall, result: CallResult | NotAnswered) -> None:
        """Store the recording, then the outcome, in this order: a final call has its recording."""
        await self.sink.settle()
        folder = spool.folder_of(self.folder, claimed.workspace_id)
        path = recording.path_of(folder, claimed.call_id)
        key: str | None = None
        if await asyncio.to_thread(path.exists):
            key = await spool.store(path, storage=self.storage)
        ended_at = self.clock.now()

        async def write(tx: Tx) -> None:
            if result.end_reason == WITHDRAWN:
                await processes.withdraw(tx, claimed.call_id, ended_at)
                return
            if key is not None:
                await dialing.attach_recording(tx, claimed.call_id, key)
            await dialing.record(tx, claimed.call_id, result, ended_at)

        await persist(self.db, write)
        await asyncio.to_thread(path.unlink, missing_ok=True)
        log.info("call_ended", end_reason=result.end_reason, attempt=claimed.attempt)
