"""The few stack calls that need care: losing no event, finishing what was begun, closing the door.

This is the only module that touches names the package does not promise; the version is pinned
and `tests/adapters/telephony/test_sip_stack.py` fails when they change.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TypeVar

import baresip
from baresip._native import lib  # pyright: ignore[reportUnknownVariableType]  # compiled

T = TypeVar("T")
Listener = Callable[[baresip.StackEvent], None]

_REFUSE_INCOMING = int(lib.BP_CMD_SET_DRAIN)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]  # compiled
_UNREGISTER = int(lib.BP_CMD_UA_UNREGISTER)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]  # compiled


async def safe_dial(
    agent: baresip.UserAgent, uri: str, headers: dict[str, str], *, listener: Listener
) -> baresip.Call:
    """Send the INVITE and return its call, every event of which reaches `listener`.

    The package subscribes a call's own listener only after the INVITE is out, so a quick answer
    is lost without this: what came in between is collected and replayed. Nothing runs between
    the call's birth and the replay, so nothing comes twice. Raises `baresip.BaresipError`.
    """
    early: list[baresip.StackEvent] = []
    collect = early.append
    agent.on(collect)
    try:
        call = await agent.dial(uri, headers)
    finally:
        agent.off(collect)
    call.on(listener)
    for event in early:
        if event.call == call.handle:
            call._on_stack_event(event)  # pyright: ignore[reportPrivateUsage]  # pinned by a test
    return call


async def refuse_incoming(runtime: baresip.Runtime) -> None:
    """Have the stack's own thread answer every incoming call 486, for good.

    The package offers this only as part of `drain`, which also stops our own dialling.
    """
    await runtime.cmd(_REFUSE_INCOMING)


async def stop_registering(runtime: baresip.Runtime, agent: baresip.UserAgent) -> None:
    """Have the stack withdraw a registration, and give up one that failed.

    The package withdraws only what was registered; the stack would try the other for ever.
    """
    await runtime.cmd(_UNREGISTER, args=str(agent.handle))


async def to_the_end(
    work: Coroutine[None, None, T], *, undo: Callable[[T], Coroutine[None, None, None]]
) -> T:
    """Await `work` even when cancelled meanwhile; then `undo` its result and be cancelled.

    For a step that cannot be left half done. `work` and `undo` must be short and bounded.
    """
    step = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(step)
    except asyncio.CancelledError:
        await _settled(step)
        if not step.cancelled() and step.exception() is None:
            await finish(undo(step.result()))
        raise


async def finish(work: Coroutine[None, None, None]) -> None:
    """Await `work` to its end however often we are cancelled meanwhile. It must be bounded."""
    await _settled(asyncio.ensure_future(work))


async def _settled(step: asyncio.Future[T]) -> None:
    """Wait for a step to end, whatever its outcome and however often we are cancelled."""
    while not step.done():
        try:
            await asyncio.wait([step])
        except asyncio.CancelledError:
            continue
