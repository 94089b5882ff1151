"""An answered call on the SIP engine."""

import asyncio
from collections.abc import Callable

import baresip
import structlog

from vinfer.adapters.telephony.sip_audio import SipAudio
from vinfer.adapters.telephony.sip_config import target_uri
from vinfer.ports.telephony import Ended, TransferFailed, TrunkLine

_TRANSFER_TIMEOUT_S = 40.0
_DIGITS = frozenset("0123456789ABCD*#")

log = structlog.get_logger()


class SipLeg:
    """Implements `vinfer.ports.telephony.Leg`. Passive: no task of its own while nobody presses."""

    def __init__(
        self,
        call: baresip.Call,
        *,
        trunk: TrunkLine,
        rtp_timeout_s: int,
        on_end: Callable[["SipLeg"], None],
    ) -> None:
        self._call = call
        self._trunk = trunk
        self._rtp_timeout_s = rtp_timeout_s
        self._on_end = on_end
        self._audio = SipAudio(call.audio)
        self._loop = asyncio.get_running_loop()
        self._heard_at_s = self._loop.time()
        self._pressed: list[str] = []
        self._to_press = ""
        self._pressing: asyncio.Future[None] | None = None
        self._near = False
        self._transferring = False
        self._ended: Ended | None = None
        call.on(self._on_event)
        call.on_dtmf(self._on_digit)
        if call.state is baresip.CallState.CLOSED:  # the far end was quicker than this object
            self._finish(self._cause())

    async def settle(self) -> None:
        """Wait until audio flows, a second at most, then forget what came before the answer."""
        for _ in range(200):  # the stack has no event for it; it is nearly always so at once
            if self._ended or self._audio.ready():
                break
            await asyncio.sleep(0.005)
        self._audio.drain()

    def read(self) -> bytes | None:
        """The next heard frame, or None when none is waiting."""
        frame = self._audio.read()
        if frame is not None:
            self._heard_at_s = self._loop.time()
        return frame

    def write(self, frame: bytes) -> None:
        """Queue one frame to speak."""
        if self._ended is None:
            self._audio.write(frame)

    def queued_ms(self) -> float:
        """How much written audio has not left yet."""
        return 0.0 if self._ended else self._audio.queued_ms()

    def flush(self) -> None:
        """Drop written audio that has not left yet."""
        self._audio.flush()

    def digits(self) -> str:
        """DTMF digits pressed since the last call."""
        pressed = "".join(self._pressed)
        self._pressed.clear()
        return pressed

    def send_digits(self, digits: str) -> None:
        """Press DTMF digits, one after the other, after those still being pressed.

        Raises `ValueError` for anything but 0-9, A-D, `*` and `#`.
        """
        if not _DIGITS.issuperset(digits.upper()):
            raise ValueError("not DTMF digits")
        if self._ended or not digits:
            return
        self._to_press += digits.upper()
        if self._pressing is None or self._pressing.done():
            self._pressing = asyncio.ensure_future(self._press())

    @property
    def ended(self) -> Ended | None:
        """None while the call is up."""
        return self._ended

    async def transfer(self, target: str) -> None:
        """Blind transfer. Raises `TransferFailed`, the call then lives on unless it had ended."""
        try:
            uri = target_uri(target, self._trunk)
        except ValueError:
            raise TransferFailed(0) from None
        self._transferring = True
        try:
            await self._call.transfer(uri, timeout=_TRANSFER_TIMEOUT_S)
            self._finish(Ended.NEAR)
        except baresip.TransferFailed as refused:
            raise TransferFailed(refused.status or 0) from refused
        except baresip.BaresipError as refused:
            raise TransferFailed(0) from refused
        finally:
            self._transferring = False
            if self._call.state is baresip.CallState.CLOSED:
                self._finish(self._cause())

    async def hangup(self) -> None:
        """End the call. Ending an ended call does nothing."""
        if self._ended:
            return
        self._near = True
        try:
            await self._call.hangup()
        except baresip.StaleHandleError:
            pass
        except baresip.BaresipError as error:
            log.error("hangup_failed", error=type(error).__name__)
        self._finish(Ended.NEAR)

    def lose(self) -> None:
        """The engine died under the call."""
        self._finish(Ended.LOST)

    async def _press(self) -> None:
        while self._to_press and self._ended is None:
            digit, self._to_press = self._to_press[0], self._to_press[1:]
            try:
                await self._call.send_dtmf(digit)
                await asyncio.sleep(0.08)
            except baresip.BaresipError as error:
                log.warning("digit_not_sent", error=type(error).__name__)

    def _on_digit(self, event: baresip.DigitEvent) -> None:
        self._pressed.append(event.digit)

    def _on_event(self, event: baresip.StackEvent) -> None:
        # A close during a transfer is its success or the far end leaving: `transfer` knows which.
        if event.event is baresip.Event.CALL_CLOSED and not self._transferring:
            self._finish(self._cause())

    def _cause(self) -> Ended:
        """Who ended it, by who asked and whether audio still came; close texts are not facts."""
        if self._near:
            return Ended.NEAR
        silent_s = self._loop.time() - self._heard_at_s
        return Ended.LOST if silent_s > self._rtp_timeout_s - 1 else Ended.FAR

    def _finish(self, cause: Ended) -> None:
        if self._ended is None:
            self._ended = cause
            if self._pressing:
                self._pressing.cancel()
            self._on_end(self)
