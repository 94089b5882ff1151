"""A caller on real SIP and RTP, with aiosipua's client side, for testing the phones."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import numpy as np
from aiortp import RTPSession
from aiosipua import OutgoingCall, SipUAC, SipUAS, build_sdp

from vinfer.app.simulator.sip import UdpTransport
from vinfer.ports.audio import FRAME_BYTES, SILENT_FRAME

_RANDOM = np.random.default_rng(4)
SPEECH = _RANDOM.normal(0, 3000, FRAME_BYTES // 2).astype("<i2").tobytes()


@dataclass
class Caller:
    """One UDP port that places calls to the phones on `phones_port`."""

    phones_port: int
    byes: list[str] = field(default_factory=list)
    progress: list[tuple[str, int, str]] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator["Caller"]:
        self.transport = UdpTransport(("127.0.0.1", 0))
        self.uac = SipUAC(self.transport)
        uas = SipUAS(self.transport, uac=self.uac)
        uas.on_bye = lambda call, _request: self.byes.append(call.call_id)
        uas.on_transfer_progress = lambda *step: self.progress.append(step)
        await uas.start()
        try:
            yield self
        finally:
            await uas.stop()

    def reported(self, call_id: str) -> list[int]:
        """The statuses of a call's transfer, in order."""
        return [status for call, status, _reason in self.progress if call == call_id]

    def invite(self, number: str, *, rtp_port: int = 9, payload_type: int = 0) -> OutgoingCall:
        return self.uac.send_invite(
            "sip:agent@127.0.0.1",
            f"sip:+{number}@127.0.0.1:{self.phones_port}",
            ("127.0.0.1", self.phones_port),
            build_sdp(
                "127.0.0.1",
                rtp_port,
                payload_type,
                {0: "PCMU", 8: "PCMA", 18: "G729"}[payload_type],
                dtmf_payload_type=96,
            ),
        )

    async def refused(self, number: str) -> int:
        """The final status of a call that is not answered."""
        call = self.invite(number)
        with contextlib.suppress(RuntimeError):
            await call.wait_answered(10)
        return call._reject_code

    @contextlib.asynccontextmanager
    async def talk(self, number: str, *, payload_type: int = 0) -> AsyncIterator["Talk"]:
        """An answered call; leaves by hanging up."""
        port = free_rtp_port()
        rtp = await RTPSession.create(
            ("127.0.0.1", port),
            ("127.0.0.1", 9),
            payload_type,
            dtmf_payload_type=96,
            jitter_prefetch=0,
        )
        talk = Talk(rtp)
        rtp.on_audio = talk.take
        call = talk.call = self.invite(number, rtp_port=port, payload_type=payload_type)
        call.on_ringing = lambda _call: talk.rang.set()
        try:
            await call.wait_answered(10)
            talk.early, talk.heard = talk.heard, bytearray()
            assert call.sdp_answer is not None
            assert call.sdp_answer.rtp_address is not None
            rtp.update_remote(call.sdp_answer.rtp_address)
            async with asyncio.TaskGroup() as tasks:
                sending = tasks.create_task(talk.send())
                yield talk
                sending.cancel()
        finally:
            call.hangup(self.uac)
            await rtp.close()


class Talk:
    """The caller's side of an answered call."""

    call: OutgoingCall

    def __init__(self, rtp: RTPSession) -> None:
        self.rtp = rtp
        self.rang = asyncio.Event()
        self.early = bytearray()
        self.heard = bytearray()
        self.frame = SILENT_FRAME

    def take(self, pcm: bytes, _timestamp: int) -> None:
        self.heard += pcm

    async def say(self, seconds: float) -> None:
        """Speak for so long, then fall silent."""
        self.frame = SPEECH
        await asyncio.sleep(seconds)
        self.frame = SILENT_FRAME

    async def send(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            self.rtp.send_audio_pcm_auto(self.frame)
            due += 0.02
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def until(self, condition) -> None:
        async with asyncio.timeout(10):
            while not condition():  # noqa: ASYNC110  # conditions are plain values, not events
                await asyncio.sleep(0.02)


def free_rtp_port() -> int:
    """An even port free now with the one above it."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1] & ~1
        with contextlib.suppress(OSError), contextlib.ExitStack() as both:
            for number in (port, port + 1):
                rtp = both.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
                rtp.bind(("127.0.0.1", number))
            return port


def loud_frames(pcm: bytes, *, over: float = 600) -> list[bool]:
    """Which 20 ms frames hold more than background noise."""
    samples = np.frombuffer(bytes(pcm[: len(pcm) // FRAME_BYTES * FRAME_BYTES]), dtype="<i2")
    frames = samples.reshape(-1, FRAME_BYTES // 2).astype(float)
    return list(np.sqrt((frames * frames).mean(axis=1)) > over)
