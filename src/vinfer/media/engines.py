"""Speech engines may restart under a live call: wait for them, but not for ever."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import structlog

from vinfer.kit.clock import Clock
from vinfer.media.happenings import EngineName
from vinfer.ports.audio import EngineUnavailable, Hearing
from vinfer.ports.nlu import Understanding
from vinfer.ports.tts import Voice

PATIENCE_S: Final = 12.0  # a speech process is back with its models in about nine
RETRY_S: Final = 0.5
ANSWER_S: Final = 20.0  # an engine that says nothing for so long is as good as gone

log = structlog.get_logger()
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Engines:
    """What the call hears, speaks and understands with."""

    hearing: Hearing
    voice: Voice
    understanding: Understanding


async def patiently(
    attempt: Callable[[], Awaitable[T]],
    *,
    engine: EngineName,
    clock: Clock,
    answer_s: float = ANSWER_S,
) -> T:
    """Await `attempt()`, again and again while its engine is away or silent for `answer_s`.

    Raises `EngineUnavailable` when it stayed away for `PATIENCE_S`.
    """
    give_up_s = clock.monotonic() + PATIENCE_S
    while True:
        try:
            async with asyncio.timeout(answer_s):
                return await attempt()
        except (EngineUnavailable, TimeoutError) as error:
            log.warning("engine_away", engine=engine, error=repr(error))
            if clock.monotonic() + RETRY_S >= give_up_s:
                raise EngineUnavailable(engine) from error
        await asyncio.sleep(RETRY_S)
