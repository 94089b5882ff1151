"""Drives a leg as the media session does: a 20 ms tick, one frame out, all frames in."""

import asyncio

import numpy as np
from numpy.typing import NDArray
from sip_sound import frames

from vinfer.ports.telephony import Leg


async def talk(leg: Leg, wave: NDArray[np.int16], *, seconds: float) -> NDArray[np.int16]:
    """Speak `wave` (8 kHz), listen for `seconds`, and return what was heard."""
    loop = asyncio.get_running_loop()
    to_say, heard = frames(wave), bytearray()
    due = loop.time()
    for tick in range(int(seconds * 50)):
        while (frame := leg.read()) is not None:
            assert len(frame) == 320
            heard += frame
        if leg.queued_ms() < 60 and to_say:
            leg.write(to_say.pop(0))
            if tick < 3 and to_say:
                leg.write(to_say.pop(0))
        due += 0.02
        await asyncio.sleep(max(0, due - loop.time()))
    return np.frombuffer(bytes(heard), np.int16)
