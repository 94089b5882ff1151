"""The labelled fake line: telephone calls in memory, for tests, demos and virtual time.

It has no clock: a frame is heard when the reader asks for it and leaves when `play` is called,
so whoever owns time owns the pace. The far end is a `FarEnd` script.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from vinfer.ports.telephony import CallNotAnswered, Ended, Failed, TransferFailed, TrunkLine

FRAME_BYTES = 320
FRAME_MS = 20


@dataclass(frozen=True, slots=True)
class FarEnd:
    """What one fake number does. Its fields are the script of one call.

    `failed` refuses the call; `rings` never answers; `frames` are heard one per read; then
    `hangs_up` ends the call, else nothing more comes. `transfer_status` other than 200 refuses.
    """

    failed: Failed | None = None
    sip_status: int = 0
    rings: bool = False
    frames: tuple[bytes, ...] = ()
    digits: str = ""
    hangs_up: bool = False
    transfer_status: int = 200


@dataclass(frozen=True, slots=True)
class Dialled:
    """One attempt, as the fake network saw it."""

    trunk: TrunkLine
    to: str
    caller_id: str
    call_id: str


@dataclass(slots=True, eq=False)
class FakeLeg:
    """Implements `vinfer.ports.telephony.Leg`. `spoken` and `pressed` are what the far end got."""

    far: FarEnd
    spoken: list[bytes] = field(default_factory=list[bytes])
    pressed: str = ""
    transferred_to: str = ""
    _coming: deque[bytes] = field(default_factory=deque[bytes])
    _queue: deque[bytes] = field(default_factory=deque[bytes])
    _digits: str = ""
    _ended: Ended | None = None

    def __post_init__(self) -> None:
        self._coming.extend(self.far.frames)
        self._digits = self.far.digits

    def say(self, frames: Iterable[bytes]) -> None:
        """Script: the far end says more."""
        self._coming.extend(frames)

    def press(self, digits: str) -> None:
        """Script: the far end presses keys."""
        self._digits += digits

    def end(self, cause: Ended = Ended.FAR) -> None:
        """Script: the call ends."""
        self._ended = self._ended or cause

    def play(self, frames: int = 1) -> None:
        """Script: so many 20 ms frames leave the queue and are heard."""
        for _ in range(min(frames, len(self._queue))):
            self.spoken.append(self._queue.popleft())

    def read(self) -> bytes | None:
        """The next heard frame, or None when none is waiting."""
        if self._coming:
            return self._coming.popleft()
        if self.far.hangs_up:
            self.end()
        return None

    def write(self, frame: bytes) -> None:
        """Queue one frame to speak."""
        if len(frame) != FRAME_BYTES:
            raise ValueError(f"a frame is {FRAME_BYTES} bytes")
        if self._ended is None:
            self._queue.append(frame)

    def queued_ms(self) -> float:
        """How much written audio has not left yet."""
        return float(len(self._queue) * FRAME_MS)

    def flush(self) -> None:
        """Drop written audio that has not left yet."""
        self._queue.clear()

    def digits(self) -> str:
        """DTMF digits pressed since the last call."""
        pressed, self._digits = self._digits, ""
        return pressed

    def send_digits(self, digits: str) -> None:
        """Press DTMF digits."""
        if not frozenset("0123456789ABCD*#").issuperset(digits.upper()):
            raise ValueError("not DTMF digits")
        self.pressed += digits.upper()

    @property
    def ended(self) -> Ended | None:
        """None while the call is up."""
        return self._ended

    async def transfer(self, target: str) -> None:
        """Blind transfer. Raises `TransferFailed`, the call then lives on."""
        if self.far.transfer_status != 200:
            raise TransferFailed(self.far.transfer_status)
        self.transferred_to = target
        self._ended = self._ended or Ended.NEAR

    async def hangup(self) -> None:
        """End the call. Ending an ended call does nothing."""
        self._ended = self._ended or Ended.NEAR


class FakeTelephony:
    """Implements `vinfer.ports.telephony.Telephony` without a network.

    `network` answers, for a number, what its far end does; numbers it does not know answer and
    stay silent. `dialled` and `legs` are for the test to look at.
    """

    def __init__(self, network: Callable[[str], FarEnd | None] = lambda _: None) -> None:
        self._network = network
        self.dialled: list[Dialled] = []
        self.legs: list[FakeLeg] = []
        self.abandoned: list[str] = []

    async def start(self) -> None:
        """Nothing to open."""

    async def dial(
        self, trunk: TrunkLine, to: str, *, caller_id: str, call_id: str, ring_timeout_s: float
    ) -> FakeLeg:
        """Ring `to` and return the answered leg. Raises `CallNotAnswered`."""
        self.dialled.append(Dialled(trunk, to, caller_id, call_id))
        far = self._network(to) or FarEnd()
        await asyncio.sleep(0)
        if far.failed:
            raise CallNotAnswered(far.failed, sip_status=far.sip_status)
        if far.rings:
            await self._ring(call_id, ring_timeout_s=ring_timeout_s)
        leg = FakeLeg(far)
        self.legs.append(leg)
        return leg

    async def close(self) -> None:
        """Hang up everything."""
        for leg in self.legs:
            await leg.hangup()

    async def _ring(self, call_id: str, *, ring_timeout_s: float) -> None:
        try:
            await asyncio.sleep(ring_timeout_s)
        finally:
            self.abandoned.append(call_id)
        raise CallNotAnswered(Failed.NO_ANSWER, detail="ring timeout")
