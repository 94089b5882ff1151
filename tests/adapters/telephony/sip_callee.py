"""A far end for tests, run as a child process: a pure-Python SIP and RTP stack that is not the
product's. The last four digits of the dialled number choose what it does:

0NNN  final answer NNN at once          1NNN  ring, then final answer NNN
2000  ring, answer, speak, record       2001  answer, hang up after a second
2002  early media, then answer          2003  ring for ever
2004  answer at once, no media          2005  answer, press 1, 2, #
2006  answer, accept REFER              2007  answer, refuse REFER (486)
2008  answer although cancelled         2009  ask for digest credentials, then answer
2010  say 100 and nothing more

Each event is one line of JSON on stdout; what was heard goes to `<out>/<SIP Call-ID>.raw`.
"""

import argparse
import asyncio
import hashlib
import json
import re
from collections.abc import Coroutine
from fractions import Fraction
from pathlib import Path
from typing import Any

import aiortp
import av
import numpy as np
from aiosipua import IncomingCall, SipRequest, SipUAS
from aiosipua.refer import notify_refer
from aiosipua.rtp_bridge import CallSession
from aiosipua.transport import TcpSipTransport, UdpSipTransport
from sip_sound import speech

USERNAME, PASSWORD, REALM = "trunk-user", "s3cret pass;word", "vinfer-test"
CODECS = {  # FFmpeg's encoder, decoder, Hz
    "pcmu": ("pcm_mulaw", "pcm_mulaw", 8000),
    "pcma": ("pcm_alaw", "pcm_alaw", 8000),
    "g722": ("g722", "g722", 16000),
    "opus": ("libopus", "opus", 48000),
}


class AvCodec(aiortp.Codec):
    """The codecs by FFmpeg: independent of the product's stack (and aiortp's A-law is inverted)."""

    def __init__(self, encoder: str, decoder: str, rate_hz: int) -> None:
        self._name, self._rate_hz = encoder, rate_hz
        self._coder = av.CodecContext.create(encoder, "w")
        self._coder.sample_rate, self._coder.layout, self._coder.format = rate_hz, "mono", "s16"
        if encoder == "libopus":
            self._coder.bit_rate = 64000
        self._decoder = av.CodecContext.create(decoder, "r")
        self._decoder.sample_rate, self._decoder.layout = rate_hz, "mono"
        self._to_s16 = av.AudioResampler(format="s16", layout="mono", rate=rate_hz)
        self._pts = 0

    @property
    def name(self) -> str:
        return self._name

    @property
    def sample_rate(self) -> int:
        return self._rate_hz

    @property
    def samples_per_frame(self) -> int:
        return self._rate_hz // 50

    def encode(self, pcm: bytes) -> bytes:
        samples = np.frombuffer(pcm, np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate, frame.pts = self._rate_hz, self._pts
        frame.time_base = Fraction(1, self._rate_hz)
        self._pts += samples.shape[1]
        return b"".join(bytes(packet) for packet in self._coder.encode(frame))

    def decode(self, payload: bytes) -> bytes:
        heard = b""
        for frame in self._decoder.decode(av.Packet(payload)):
            for out in self._to_s16.resample(frame):
                heard += out.to_ndarray().astype(np.int16).tobytes()
        return heard


def tell(event: str, call: IncomingCall | None = None, **fields: Any) -> None:
    """Write one event for the test to read."""
    sip_call_id = call.call_id if call else ""
    print(json.dumps({"event": event, "sip_call_id": sip_call_id, **fields}), flush=True)


def authorized(request: SipRequest) -> bool:
    """Whether the Authorization header proves the password (RFC 2617, qop=auth)."""
    header = request.get_header("authorization") or ""
    given = {k: q or v for k, q, v in re.findall(r'(\w+)=(?:"([^"]*)"|([^,\s]+))', header)}
    if given.get("username") != USERNAME:
        return False
    ha1 = hashlib.md5(f"{USERNAME}:{REALM}:{PASSWORD}".encode()).hexdigest()
    ha2 = hashlib.md5(f"INVITE:{given['uri']}".encode()).hexdigest()
    middle = ":".join(given[k] for k in ("nonce", "nc", "cnonce", "qop"))
    return given["response"] == hashlib.md5(f"{ha1}:{middle}:{ha2}".encode()).hexdigest()


class Callee:
    """The far end: one SIP port, many calls."""

    def __init__(self, *, port: int, rtp_port: int, out: Path, transport: str) -> None:
        make = {"udp": UdpSipTransport, "tcp": TcpSipTransport}[transport]
        self.uas = SipUAS(make(local_addr=("127.0.0.1", port)))
        self.uas.on_invite = self.invited
        self.uas.on_bye = lambda call, _: self.spawn(self.ended(call))
        self.uas.on_cancel = self.cancelled
        self.uas.on_refer = self.referred
        self.next_rtp_port, self.out = rtp_port, out
        self.media: dict[str, tuple[CallSession, bytearray]] = {}
        self.refer_status: dict[str, int] = {}
        self.crossing: dict[str, IncomingCall] = {}
        self.tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def invited(self, call: IncomingCall) -> None:
        headers = {name.lower(): values[0] for name, values in call.invite.headers.items()}
        offered = [c.encoding_name.lower() for c in call.sdp_offer.audio.codecs]
        tell("INVITE", call, headers=headers, codecs=offered, uri=call.invite.uri)
        digits = re.search(r"sips?:\+?(\d+)@", call.invite.uri).group(1)[-4:]
        self.spawn(self.act(call, digits))

    async def act(self, call: IncomingCall, digits: str) -> None:
        if digits == "2009" and not authorized(call.invite):
            return self.challenge(call)
        if digits == "2004":
            return self.accept_without_media(call)
        if digits == "2008":
            call._answered = True  # so that the stack does not send its own 487
            self.crossing[call.call_id] = call
        if digits[0] in "12" and digits not in ("2002", "2010"):
            call.ringing()
            await asyncio.sleep(0.1)
        if digits[0] in "01":
            return call.reject(int(digits[1:]))
        if digits in ("2003", "2008", "2010"):
            return None
        return await self.talk(call, digits)

    def cancelled(self, request: SipRequest, _: tuple[str, int]) -> None:
        print(json.dumps({"event": "CANCEL", "sip_call_id": request.call_id}), flush=True)
        call = self.crossing.pop(request.call_id or "", None)
        if call:
            self.uas._calls[call.call_id] = call
            self.accept_without_media(call)

    def challenge(self, call: IncomingCall) -> None:
        if call.invite.get_header("authorization"):
            return call.reject(403)
        challenge = f'Digest realm="{REALM}", nonce="a1b2c3", algorithm=MD5, qop="auth"'
        call._send_response(401, "Unauthorized", extra_headers={"WWW-Authenticate": challenge})
        self.uas._calls.pop(call.call_id, None)
        return None

    def session(self, call: IncomingCall) -> CallSession:
        codec = next(c for c in call.sdp_offer.audio.codecs if c.encoding_name.lower() in CODECS)
        telephone_events = [
            c.payload_type
            for c in call.sdp_offer.audio.codecs
            if c.encoding_name.lower() == "telephone-event"
        ]
        codec_name = codec.encoding_name.lower()
        aiortp.register_codec(codec.payload_type, lambda: AvCodec(*CODECS[codec_name]))
        self.next_rtp_port += 2
        session = CallSession(
            local_ip="127.0.0.1",
            rtp_port=self.next_rtp_port,
            offer=call.sdp_offer,
            supported_codecs=[codec.payload_type],
            dtmf_payload_type=telephone_events[0] if telephone_events else 101,
            jitter_prefetch=0,
        )
        if codec_name == "opus":
            session.sdp_answer.audio.attributes["rtpmap"][0] += "/2"
        return session

    def accept_without_media(self, call: IncomingCall) -> None:
        self.next_rtp_port += 2
        call.accept(self.session(call).sdp_answer)
        tell("ANSWERED", call)

    async def talk(self, call: IncomingCall, digits: str) -> None:
        session, heard = self.session(call), bytearray()
        session.on_audio = lambda pcm, _: heard.extend(pcm)
        session.on_dtmf = lambda digit, _: tell("DTMF", call, digit=digit)
        self.media[call.call_id] = (session, heard)
        await session.start()
        rate_hz, clock_hz = session.codec_sample_rate, session.clock_rate
        if digits == "2002":
            call.ringing(early_sdp=session.sdp_answer)
            await self.speak(session, speech(3, 1.0, rate_hz=rate_hz), rate_hz, clock_hz)
        call.accept(session.sdp_answer)
        tell("ANSWERED", call)
        self.refer_status[call.call_id] = 486 if digits == "2007" else 200
        if digits == "2005":
            await asyncio.sleep(0.5)
            for digit in "12#":
                session.send_dtmf(digit, 100)
                await asyncio.sleep(0.25)
        if digits == "2001":
            await asyncio.sleep(1)
            call.hangup()
            return await self.ended(call)
        return await self.speak(session, speech(2, 4.0, rate_hz=rate_hz), rate_hz, clock_hz)

    async def speak(self, session: CallSession, wave: Any, rate_hz: int, clock_hz: int) -> None:
        size, loop = rate_hz // 50, asyncio.get_running_loop()
        due = loop.time()
        for number, start in enumerate(range(0, len(wave) - size + 1, size)):
            session.send_audio_pcm(wave[start : start + size].tobytes(), number * clock_hz // 50)
            due += 0.02
            await asyncio.sleep(max(0, due - loop.time()))

    async def ended(self, call: IncomingCall) -> None:
        media = self.media.pop(call.call_id, None)
        if media:
            session, heard = media
            rate_hz = session.codec_sample_rate
            await session.close()
            path = self.out / f"{call.call_id}.raw"
            path.write_bytes(bytes(heard))
            return tell("BYE", call, heard=str(path), rate_hz=rate_hz)
        return tell("BYE", call)

    def referred(self, call: IncomingCall, target: str) -> None:
        tell("REFER", call, target=target)
        notify_refer(call, self.refer_status.get(call.call_id, 603))


async def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--rtp-port", type=int, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--transport", default="udp")
    callee = Callee(**vars(arguments.parse_args()))
    await callee.uas.start()
    tell("READY")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
