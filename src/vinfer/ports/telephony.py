"""Telephone lines: place a call, move audio, hang up."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol


class Failed(StrEnum):
    """Why a call was not answered. The values are the contract's `end_reason` codes."""

    BUSY = "busy"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    INVALID_NUMBER = "invalid_number"
    TRUNK_ERROR = "trunk_error"


class Ended(StrEnum):
    """How an answered call ended, as the line saw it."""

    FAR = "far"
    NEAR = "near"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class TrunkLine:
    """How calls leave: one SIP trunk, as the media process uses it."""

    id: str
    server: str  # host[:port]
    transport: Literal["udp", "tcp", "tls"] = "udp"
    username: str = ""
    auth_username: str = ""
    password: str = field(default="", repr=False)
    register: bool = False
    codecs: tuple[str, ...] = ("pcmu", "pcma", "g722", "opus")


class CallNotAnswered(Exception):
    """The call ended before an answer. `sip_status` is 0 when the network gave none."""

    def __init__(self, reason: Failed, *, sip_status: int = 0, detail: str = "") -> None:
        super().__init__(f"{reason} ({sip_status} {detail})".strip())
        self.reason = reason
        self.sip_status = sip_status
        self.detail = detail


class Leg(Protocol):
    """One answered call. Audio is s16le 8 kHz mono in 20 ms frames of 320 bytes."""

    def read(self) -> bytes | None:
        """The next heard frame, or None when none is waiting. Never blocks."""
        ...

    def write(self, frame: bytes) -> None:
        """Queue one frame to speak."""
        ...

    def queued_ms(self) -> float:
        """How much written audio has not left yet."""
        ...

    def flush(self) -> None:
        """Drop written audio that has not left yet (barge-in)."""
        ...

    def digits(self) -> str:
        """DTMF digits pressed since the last call."""
        ...

    def send_digits(self, digits: str) -> None:
        """Press DTMF digits."""
        ...

    @property
    def ended(self) -> Ended | None:
        """None while the call is up."""
        ...

    async def transfer(self, target: str) -> None:
        """Blind transfer (REFER) to a SIP URI or E.164 number.

        Raises `TransferFailed`; the call then lives on.
        """
        ...

    async def hangup(self) -> None:
        """End the call. Ending an ended call does nothing."""
        ...


class TransferFailed(Exception):
    """The far side refused the transfer."""

    def __init__(self, sip_status: int) -> None:
        super().__init__(f"transfer refused: {sip_status}")
        self.sip_status = sip_status


class Telephony(Protocol):
    """A telephone engine: one per media process."""

    async def start(self) -> None:
        """Open sockets. Raises `OSError` when a port is taken."""
        ...

    async def dial(
        self, trunk: TrunkLine, to: str, *, caller_id: str, call_id: str, ring_timeout_s: float
    ) -> Leg:
        """Ring `to` (E.164) and return the answered leg; cancelling stops the ringing.

        Raises `CallNotAnswered`.
        """
        ...

    async def close(self) -> None:
        """Hang up everything and free the ports."""
        ...
