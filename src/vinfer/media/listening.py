"""Keeps an ear on the call, through restarts of the engine behind it."""

import asyncio
import contextlib
import dataclasses
import functools

import structlog

from vinfer.kit.clock import Clock
from vinfer.media import engines
from vinfer.media.exchange import Exchange
from vinfer.media.happenings import EngineGone, Heard, HearingRestored, Post
from vinfer.ports.audio import (
    Ear,
    EngineUnavailable,
    HeardEvent,
    Hearing,
    SpeechEnded,
    SpeechStarted,
    Utterance,
)

log = structlog.get_logger()


async def listen(
    hearing: Hearing, exchange: Exchange, *, language: str, post: Post, clock: Clock
) -> None:
    """Post what is heard until cancelled, or until the engine stays away."""
    open_ear = functools.partial(hearing.open, language=language)
    try:
        await _follow(
            await engines.patiently(open_ear, engine="hearing", clock=clock), exchange, post
        )
        while True:
            await asyncio.sleep(engines.RETRY_S)
            ear = await engines.patiently(open_ear, engine="hearing", clock=clock)
            post(HearingRestored())
            await _follow(ear, exchange, post)
    except EngineUnavailable:
        post(EngineGone("hearing"))


async def _follow(ear: Ear, exchange: Exchange, post: Post) -> None:
    zero_s = exchange.listen(ear)
    try:
        async for event in ear.events():
            post(Heard(_on_call_clock(event, zero_s)))
    except EngineUnavailable as error:
        log.warning("engine_away", engine="hearing", error=repr(error))
    finally:
        exchange.stop_listening()
        with contextlib.suppress(EngineUnavailable):
            await ear.close()


def _on_call_clock(event: HeardEvent, zero_s: float) -> HeardEvent:
    match event:
        case Utterance():
            times = {"start_s": event.start_s + zero_s, "end_s": event.end_s + zero_s}
            return dataclasses.replace(event, **times)
        case SpeechStarted():
            return SpeechStarted(event.at_s + zero_s)
        case SpeechEnded():
            return SpeechEnded(event.at_s + zero_s)
