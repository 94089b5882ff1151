"""One ringing phone, from the INVITE to the end of the call."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from zlib import crc32

from aiosipua import IncomingCall, SdpNegotiationError, notify_refer
from aiosipua.sdp import SdpMessage

from vinfer.app.simulator import sip, sounds
from vinfer.app.simulator.audio import AudioLine, RtpPorts
from vinfer.app.simulator.conversation import Conversation, Spoken
from vinfer.app.simulator.pacer import Pacer
from vinfer.app.simulator.personas import NeverAnswers, Persona, PicksUp, Rejects, persona_for
from vinfer.ports.audio import FRAME_BYTES

_MAX_RING_S: Final = 180.0  # RFC 3261 13.3.1.1: a proxy gives up after three minutes

Outcome = Literal[
    "rejected",
    "cancelled",
    "caller_hung_up",
    "phone_hung_up",
    "never_acknowledged",
    "not_acceptable",
    "no_port",
    "switched_off",
]


@dataclass(frozen=True, slots=True)
class PhoneCall:
    """What one call came to, as the phone saw it. `sip_status` is the final answer to the INVITE,
    0 when there was none.
    """

    number: str
    persona: Persona
    outcome: Outcome
    sip_status: int
    rang_s: float
    talked_s: float
    heard_s: float
    codec: str
    digits: str
    transferred_to: str | None
    spoken: tuple[Spoken, ...]
    recording: Path | None


@dataclass(frozen=True, slots=True)
class Exchange:
    """What all phones share: the network, the beat, the ports, the recorded voices."""

    network: sip.PhoneNetwork
    pacer: Pacer
    ports: RtpPorts
    host: str
    voice_of: Callable[[Persona], Mapping[str, bytes]]
    recordings_dir: Path | None


class Phone:
    """The phone of one dialled number during one call."""

    def __init__(self, call: IncomingCall, number: str, exchange: Exchange, *, serial: int) -> None:
        self.call = call
        self._number = number
        self._persona = persona_for(number)
        self._exchange = exchange
        self._serial = serial
        self._over = asyncio.Event()
        self._outcome: Outcome = "switched_off"
        self._status = 0
        self._line: AudioLine | None = None
        self._conversation: Conversation | None = None
        self._transferred_to: str | None = None
        self._recording: Path | None = None
        self._born_s = asyncio.get_running_loop().time()
        self._answered_s: float | None = None

    def end(self, outcome: Outcome) -> None:
        """Note how the call ended; the first word counts."""
        if not self._over.is_set():
            self._outcome = outcome
            self._over.set()

    def fail(self) -> None:
        """Refuse a call that this program cannot serve; an answered one is hung up."""
        if not self._over.is_set() and self._answered_s is None:
            self._reject(500, "switched_off")

    def refer(self, target: str) -> None:
        """Take a transfer (REFER): the network reports what calling `target` comes to."""
        self._transferred_to = target
        pickup = persona_for(number_in(target)).pickup
        status = pickup.status if isinstance(pickup, Rejects) else 200
        notify_refer(self.call, 408 if isinstance(pickup, NeverAnswers) else status)

    def reinvite(self) -> None:
        """Answer a re-INVITE within the call: same codec, perhaps a new address."""
        if self._line is None or self.call.sdp_offer is None:
            self.call.accept(self._line.answer if self._line else None)
            return
        self.call.accept(self._line.answer_again(self.call.sdp_offer))

    async def live(self) -> PhoneCall:
        """Ring, answer or not, talk, and return what it came to. Cancelling hangs up."""
        match self._persona.pickup:
            case Rejects(status, after_s):
                await self._ring_then_reject(status, after_s=after_s)
            case NeverAnswers():
                await self._ring_then_reject(480, after_s=_MAX_RING_S)
            case PicksUp() as pickup:
                await self._ring_then_talk(pickup)
        return self._report()

    async def _ring_then_reject(self, status: int, *, after_s: float) -> None:
        if after_s:
            self.call.ringing()
        if not await sip.happens(self._over, within_s=after_s):
            self._reject(status, "rejected")

    def _reject(self, status: int, outcome: Outcome) -> None:
        self._status = status
        self.call.reject(status)
        self._exchange.network.forget(self.call)
        self.end(outcome)

    async def _ring_then_talk(self, pickup: PicksUp) -> None:
        if not pickup.early_media:
            self.call.ringing()
            if await sip.happens(self._over, within_s=pickup.after_s):
                return
        try:
            port = self._exchange.ports.take()
        except OSError:
            return self._reject(503, "no_port")
        try:
            await self._use_port(port, pickup)
        finally:
            self._exchange.ports.give_back(port)

    async def _use_port(self, port: int, pickup: PicksUp) -> None:
        host, recording = self._exchange.host, self._exchange.recordings_dir is not None
        try:
            offer = self.call.sdp_offer or SdpMessage()
            line = self._line = AudioLine(offer, host=host, port=port, recording=recording)
            await line.start()
        except (SdpNegotiationError, ValueError):
            return self._reject(488, "not_acceptable")
        except OSError:
            return self._reject(503, "no_port")
        try:
            await self._talk(line, pickup)
        finally:
            self._exchange.pacer.remove(line.beat)
            self.call.hangup()
            await line.close()

    async def _talk(self, line: AudioLine, pickup: PicksUp) -> None:
        if pickup.early_media and await self._cancelled_in_early_media(line, pickup.after_s):
            return
        self._answer(line)
        await self._over.wait()
        self._exchange.pacer.remove(line.beat)
        if self._outcome == "phone_hung_up":
            await self._exchange.network.hang_up(self.call)
        await self._save(line)

    async def _cancelled_in_early_media(self, line: AudioLine, ring_s: float) -> bool:
        line.source = _Looped(sounds.ringback())
        sip.send_session_progress(self.call, self._exchange.network, line.answer)
        self._exchange.pacer.add(line.beat)
        return await sip.happens(self._over, within_s=ring_s)

    def _answer(self, line: AudioLine) -> None:
        seed = crc32(self._number.encode())
        voice = self._exchange.voice_of(self._persona)
        conversation = self._conversation = Conversation(self._persona, voice, seed=seed)
        background = sounds.Background(dbfs=self._persona.manners.background_dbfs, seed=seed)

        def exchange_frames(heard: bytes | None) -> bytes:
            said = conversation.tick(heard)
            if conversation.hung_up:
                self.end("phone_hung_up")
            return background.mix(said)

        line.source = exchange_frames
        self.call.accept(line.answer)
        self._exchange.pacer.add(line.beat)
        self._status = 200
        self._answered_s = asyncio.get_running_loop().time()

    async def _save(self, line: AudioLine) -> None:
        directory = self._exchange.recordings_dir
        if directory is None:
            return
        name = f"{self._serial:05d}-{self._persona.code}-{self._persona.id}.wav"
        await line.save(directory / name)
        self._recording = directory / name

    def _report(self) -> PhoneCall:
        now_s = asyncio.get_running_loop().time()
        answered_s = now_s if self._answered_s is None else self._answered_s
        talk = self._conversation
        return PhoneCall(
            number=self._number,
            persona=self._persona,
            outcome=self._outcome,
            sip_status=487 if self._outcome == "cancelled" else self._status,
            rang_s=answered_s - self._born_s,
            talked_s=now_s - answered_s,
            heard_s=talk.heard_s if talk else 0.0,
            codec=self._line.codec if self._line else "",
            digits=self._line.digits if self._line else "",
            transferred_to=self._transferred_to,
            spoken=talk.spoken if talk else (),
            recording=self._recording,
        )


class _Looped:
    """A sound played over and over, whatever is heard."""

    def __init__(self, sound: bytes) -> None:
        self._sound = sound
        self._at = 0

    def __call__(self, _heard: bytes | None) -> bytes:
        frame = self._sound[self._at : self._at + FRAME_BYTES]
        self._at = (self._at + FRAME_BYTES) % len(self._sound)
        return frame.ljust(FRAME_BYTES, b"\0")


def number_in(uri: str) -> str:
    """Return the digits of the user part of a SIP URI, or '' when it has none."""
    user = uri.partition(":")[2].partition("@")[0].partition(";")[0]
    return "".join(c for c in user if c.isdigit())
