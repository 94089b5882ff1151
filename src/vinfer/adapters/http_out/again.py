"""Trying again what may pass, no sooner than the far side asks for."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from vinfer.ports.engines import EngineBusy, EngineLate

TRIES: Final = 4
_LATE_TRIES: Final = 2  # each of which took all the time there was
_FIRST_PAUSE_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 30.0

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]


async def tried_again(
    attempt: Callable[[], Awaitable[T]], *, tries: int = TRIES, sleep: Sleep = asyncio.sleep
) -> T:
    """Call `attempt` until it does not raise `EngineBusy`, at most `tries` times.

    Whoever asks for more patience than half a minute is not waited for, and who lets the time pass
    by without an answer is asked only once again.
    """
    late = 0
    for done in range(1, tries):
        try:
            return await attempt()
        except EngineBusy as error:
            late += isinstance(error, EngineLate)
            pause_s = _pause_s(done, error.after_s)
            if pause_s is None or late >= _LATE_TRIES:
                raise
            await sleep(pause_s)
    return await attempt()


def _pause_s(done: int, asked_s: float | None) -> float | None:
    own_s = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** (done - 1))
    own_s *= random.uniform(0.8, 1.2)  # noqa: S311  # spreads load, guards nothing
    if asked_s is None:
        return own_s
    return None if asked_s > _LONGEST_PAUSE_S else max(own_s, asked_s)
