"""What a call has done elsewhere while it goes on; each errand ends with one happening."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog

from vinfer.kit.clock import Clock
from vinfer.media import engines
from vinfer.media.happenings import EngineGone, HangupRequested, Post, Transferred, Understood
from vinfer.ports.audio import EngineUnavailable
from vinfer.ports.nlu import Reading, Understanding
from vinfer.ports.telephony import Leg, TransferFailed

READING_S: Final = 5.0
TRANSFER_S: Final = 30.0

log = structlog.get_logger()


async def understand(
    understanding: Understanding,
    text: str,
    *,
    number: int,
    key: str,
    labels: tuple[str, ...],
    watch: tuple[str, ...],
    wall: Callable[[], datetime],
    post: Post,
    clock: Clock,
) -> None:
    """Have one utterance read: `Understood` under `number`, or `EngineGone`."""

    async def read() -> Reading:
        return await understanding.read(text, key=key, labels=labels, now=wall(), watch=watch)

    try:
        reading = await engines.patiently(
            read, engine="understanding", clock=clock, answer_s=READING_S
        )
    except EngineUnavailable:
        post(EngineGone("understanding"))
    else:
        post(Understood(number, reading))


async def transfer(leg: Leg, target: str, *, post: Post) -> None:
    """Hand the call to `target`: `Transferred`, accepted or not."""
    accepted = False
    try:
        async with asyncio.timeout(TRANSFER_S):
            await leg.transfer(target)
        accepted = True
    except TransferFailed as failure:
        log.warning("transfer_refused", sip_status=failure.sip_status)
    except TimeoutError:
        log.warning("transfer_unanswered")
    post(Transferred(accepted))


async def watch(hangup: asyncio.Event, *, post: Post) -> None:
    """Wait for the wish to end the call: `HangupRequested`."""
    await hangup.wait()
    post(HangupRequested())
