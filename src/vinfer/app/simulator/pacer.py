"""One 20 ms beat for all calls."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from vinfer.ports.audio import FRAME_MS

_BEAT_S: Final = FRAME_MS / 1000
# Later than this, beats are lost: a burst of old audio would be worse than a gap.
_MAX_LAG_S: Final = 0.2

log = structlog.get_logger()


class Pacer:
    """Calls every member each 20 ms on absolute deadlines, so that no drift adds up."""

    def __init__(self) -> None:
        self.lost_beats = 0
        self._members: dict[Callable[[], None], None] = {}

    def add(self, member: Callable[[], None]) -> None:
        """Begin to call `member`."""
        self._members[member] = None

    def remove(self, member: Callable[[], None]) -> None:
        """Stop calling `member`; a stranger is no error."""
        self._members.pop(member, None)

    async def run(self) -> None:
        """Beat until cancelled."""
        loop = asyncio.get_running_loop()
        deadline = loop.time()
        while True:
            deadline += _BEAT_S
            late_s = loop.time() - deadline
            if late_s > _MAX_LAG_S:
                self.lost_beats += int(late_s / _BEAT_S)
                deadline = loop.time()
            await asyncio.sleep(max(0.0, -late_s))
            self._beat()

    def _beat(self) -> None:
        for member in tuple(self._members):
            try:
                member()
            except Exception:
                # One broken call must not silence the others.
                self.remove(member)
                log.exception("phone_audio_failed")
