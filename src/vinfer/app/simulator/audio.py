"""One call's sound: RTP in and out through aiortp, and what was said on both sides."""

import asyncio
import socket
import wave
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

from aiosipua import CallSession
from aiosipua.sdp import SdpMessage, negotiate_sdp

from vinfer.ports.audio import FRAME_BYTES, LINE_RATE_HZ, SILENT_FRAME

CODECS: Final = {0: "pcmu", 8: "pcma"}  # by RTP payload type; the 8 kHz codecs of RFC 3551

# Half a second; more means that the line has stalled, and old audio is noise.
_MAX_BACKLOG_FRAMES: Final = 25
_DEFAULT_DTMF_PT: Final = 101

Source = Callable[[bytes | None], bytes]  # takes the heard frame, gives the frame to send


class NoFreePort(OSError):
    """Every RTP port of the range is taken."""


class RtpPorts:
    """The even RTP ports of a range; the odd one above each is for RTCP."""

    def __init__(self, first: int, last: int, *, host: str) -> None:
        self._host = host
        self._free = deque(range(first + first % 2, last, 2))

    def take(self) -> int:
        """Return a port of which both sockets can be bound now. Raises `NoFreePort`."""
        for _ in range(len(self._free)):
            port = self._free.popleft()
            if _bindable(self._host, port) and _bindable(self._host, port + 1):
                return port
            self._free.append(port)
        raise NoFreePort("no RTP port is free")

    def give_back(self, port: int) -> None:
        """Make a port free again; the least recently used one is taken first."""
        self._free.append(port)

    def __len__(self) -> int:
        return len(self._free)


def _bindable(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


class AudioLine:
    """The sound of one call, moved 20 ms at a time by `beat`. Raises `SdpNegotiationError` or
    `ValueError`
    for an offer without a codec or an address in common."""

    def __init__(self, offer: SdpMessage, *, host: str, port: int, recording: bool) -> None:
        self.source: Source = lambda _heard: SILENT_FRAME
        self.digits = ""
        self._host, self._port = host, port
        self._session = _open_session(offer, host=host, port=port)
        self._session.on_audio = self._take_audio
        self._session.on_dtmf = self._take_digit
        self._waiting = bytearray()
        self._record = _Stereo() if recording else None

    @property
    def answer(self) -> SdpMessage:
        """The description to answer with."""
        return self._session.sdp_answer

    @property
    def codec(self) -> str:
        """The codec agreed upon."""
        return CODECS[self._session.chosen_payload_type]

    async def start(self) -> None:
        """Open the RTP sockets. Raises `OSError`."""
        await self._session.start()

    async def close(self) -> None:
        """Close the RTP sockets, even when cancelled in the middle of it."""
        closing = asyncio.ensure_future(self._session.close())
        try:
            await asyncio.shield(closing)
        except asyncio.CancelledError:
            await closing
            raise

    def beat(self) -> None:
        """Send one frame and live 20 ms of what is heard."""
        heard = self._next_heard()
        said = self.source(heard)
        self._session.rtp_session.send_audio_pcm_auto(said)
        if self._record is not None:
            self._record.add(heard or SILENT_FRAME, said)

    def answer_again(self, offer: SdpMessage) -> SdpMessage:
        """Take a re-INVITE's offer: the same codec and port, perhaps another far address."""
        answer, _ = negotiate_sdp(
            offer=offer,
            local_ip=self._host,
            rtp_port=self._port,
            supported_codecs=[self._session.chosen_payload_type],
            dtmf_payload_type=_dtmf_payload_type(offer),
        )
        if offer.rtp_address is not None:
            self._session.update_remote(offer.rtp_address)
        return answer

    async def save(self, path: Path) -> None:
        """Write what was recorded as stereo WAV: left the heard side, right the phone's own."""
        if self._record is not None:
            await asyncio.to_thread(self._record.save, path)

    def _take_audio(self, pcm: bytes, _timestamp: int) -> None:
        self._waiting += pcm
        surplus = len(self._waiting) - _MAX_BACKLOG_FRAMES * FRAME_BYTES
        if surplus > 0:
            del self._waiting[:surplus]

    def _take_digit(self, digit: str, _duration: int) -> None:
        self.digits += digit

    def _next_heard(self) -> bytes | None:
        if len(self._waiting) < FRAME_BYTES:
            return None
        frame = bytes(self._waiting[:FRAME_BYTES])
        del self._waiting[:FRAME_BYTES]
        return frame


def _open_session(offer: SdpMessage, *, host: str, port: int) -> CallSession:
    """Prepare the RTP session. Audio gaps are skipped: a lost packet must not hold back what
    follows it.
    """
    return CallSession(
        local_ip=host,
        rtp_port=port,
        offer=offer,
        supported_codecs=list(CODECS),
        dtmf_payload_type=_dtmf_payload_type(offer),
        jitter_prefetch=0,
        skip_audio_gaps=True,
        symmetric_rtp=True,
    )


def _dtmf_payload_type(offer: SdpMessage) -> int:
    """Answer with the offered number: some callers send digits under their own, whatever the
    answer says.
    """
    codecs = offer.audio.codecs if offer.audio else ()
    events = (c.payload_type for c in codecs if c.encoding_name.lower() == "telephone-event")
    return next(events, _DEFAULT_DTMF_PT)


class _Stereo:
    def __init__(self) -> None:
        self._left = bytearray()
        self._right = bytearray()

    def add(self, left: bytes, right: bytes) -> None:
        self._left += left
        self._right += right

    def save(self, path: Path) -> None:
        both = bytearray(2 * len(self._left))
        for at, channel in ((0, self._left), (2, self._right)):
            both[at::4] = channel[0::2]
            both[at + 1 :: 4] = channel[1::2]
        path.parent.mkdir(parents=True, exist_ok=True)
        with wave.open(str(path), "wb") as out:
            out.setnchannels(2)
            out.setsampwidth(2)
            out.setframerate(LINE_RATE_HZ)
            out.writeframes(bytes(both))
