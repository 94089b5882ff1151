"""`vinfer media`: claim, dial, talk, record, until told to stop; then let live calls finish."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Annotated, Final

import structlog
from cyclopts import Parameter

from vinfer.adapters.telephony.guarded import GuardedTelephony
from vinfer.adapters.telephony.sip import EngineDead, SipTelephony
from vinfer.app import front, wiring
from vinfer.app.launch import DataDir, settings_for
from vinfer.app.media import spool
from vinfer.app.media.desk import Desk
from vinfer.app.media.identity import Identity
from vinfer.app.media.sink import DatabaseSink
from vinfer.app.serve import running_dsn
from vinfer.app.settings import Settings
from vinfer.app.supervisor import say_ready, until_signal
from vinfer.domains.contacts.numbers import digester
from vinfer.domains.trunks import service as trunks
from vinfer.kit.clock import SystemClock
from vinfer.kit.db import TRANSIENT
from vinfer.kit.ids import new_id
from vinfer.media.ticker import Ticker

log = structlog.get_logger()

CLAIM_EVERY_S: Final = 0.5
REHEARSE_EVERY_S: Final = 0.5
HANGUPS_EVERY_S: Final = 0.5
UNKNOWN_EVERY_S: Final = 5.0
LEFT_BEHIND_EVERY_S: Final = 60.0


def command(
    *,
    index: Annotated[int, Parameter(help="Which of the machine's media processes.")] = 0,
    data_dir: DataDir = None,
) -> None:
    """Run one media process: it takes due calls, rings, talks and records."""
    asyncio.run(run(settings_for(data_dir=data_dir), index=index))


async def run(settings: Settings, *, index: int) -> None:
    """Place calls until SIGTERM, then let the live ones finish for at most `drain_s`.

    Raises `EngineDead` when the telephone engine stops: only a new process can call again.
    """
    clock = SystemClock()
    dsn = running_dsn(settings)
    identity = Identity(new_id("med"), dsn=dsn, clock=clock)
    seal = wiring.seal(settings)
    async with AsyncExitStack() as stack:
        db = await stack.enter_async_context(wiring.open_database(settings, dsn=dsn))
        engines = await stack.enter_async_context(wiring.engines(settings))
        telephony = SipTelephony(wiring.sip_settings(settings, index=index))
        await telephony.start()
        stack.push_async_callback(telephony.close)
        desk = Desk(
            identity=identity,
            db=db,
            telephony=GuardedTelephony(telephony, front.trunk_reach(settings)),
            engines=engines,
            storage=wiring.storage(settings),
            sink=DatabaseSink(db),
            ticker=Ticker(clock),
            clock=clock,
            unseal=trunks.unsealer(seal),
            digests=digester(seal),
            settings=settings,
            folder=stack.enter_context(spool.own_folder(settings.spool, identity.id)),
        )
        await _work(desk, telephony)


async def _work(desk: Desk, telephony: SipTelephony) -> None:
    async with asyncio.TaskGroup() as group:
        loops = [
            group.create_task(desk.identity.keep()),
            group.create_task(desk.sink.run()),
            group.create_task(desk.ticker.run()),
            group.create_task(_every(REHEARSE_EVERY_S, desk.rehearse)),
            group.create_task(_every(HANGUPS_EVERY_S, desk.end_asked)),
            group.create_task(_every(UNKNOWN_EVERY_S, desk.release_unknown)),
            group.create_task(_every(LEFT_BEHIND_EVERY_S, desk.recover_recordings)),
        ]
        await desk.identity.held.wait()
        async with asyncio.TaskGroup() as calls:
            claiming = calls.create_task(_every(CLAIM_EVERY_S, lambda: desk.take_calls(calls)))
            say_ready()
            await _until_signal_or_death(telephony)
            await desk.close()
            claiming.cancel()
            await desk.drain(desk.settings.drain_s)
        await desk.sink.settle()
        for loop in loops:
            loop.cancel()
    if telephony.died.is_set():  # its calls have ended as lost, and are recorded
        raise EngineDead


async def _until_signal_or_death(telephony: SipTelephony) -> None:
    async with asyncio.TaskGroup() as group:
        waits = [group.create_task(until_signal()), group.create_task(telephony.died.wait())]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()


async def _every(interval_s: float, step: Callable[[], Awaitable[None]]) -> None:
    """Do `step` again and again. Whatever it raises, the live calls go on."""
    while True:
        try:
            await step()
        except TRANSIENT as error:
            log.warning("step_put_off", error=repr(error))
        except Exception:
            log.exception("step_failed")
        await asyncio.sleep(interval_s)
