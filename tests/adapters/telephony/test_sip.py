"""The SIP engine against an independent far end, on loopback, with real audio."""

import asyncio
import contextlib
import json
import socket
import ssl
import subprocess
from pathlib import Path

import baresip
import numpy as np
import pytest
from baresip._native import lib
from sip_callee import PASSWORD, USERNAME
from sip_far import Far, free_udp_port
from sip_sound import best_likeness, frames, likeness, speech, start_of
from sip_talk import talk

from vinfer.adapters.telephony.sip import EngineDead, SipTelephony
from vinfer.adapters.telephony.sip_config import SipSettings
from vinfer.adapters.telephony.sip_leg import SipLeg
from vinfer.kit.ids import new_id
from vinfer.ports.telephony import CallNotAnswered, Ended, Failed, TransferFailed, TrunkLine

pytestmark = [pytest.mark.slow, pytest.mark.realtime]

CALLER = "+911140000000"


async def dial(
    engine: SipTelephony,
    trunk: TrunkLine,
    behaviour: str,
    *,
    call_id: str = "call_x",
    caller_id: str = CALLER,
    ring_timeout_s: float = 10,
) -> SipLeg:
    return await engine.dial(
        trunk,
        f"+9199000{behaviour}",
        caller_id=caller_id,
        call_id=call_id,
        ring_timeout_s=ring_timeout_s,
    )


async def until_ended(leg: SipLeg, *, within_s: float = 5) -> Ended | None:
    async with asyncio.timeout(within_s):
        while leg.ended is None:
            leg.read()
            await asyncio.sleep(0.02)
    return leg.ended


@pytest.mark.parametrize("codec", ["pcmu", "pcma", "g722", "opus"])
async def test_speech_crosses_both_ways(engine: SipTelephony, far: Far, codec: str) -> None:
    call_id = new_id("call")
    leg = await dial(engine, far.trunk(codecs=(codec,)), "2000", call_id=call_id)
    heard_near = await talk(leg, speech(1, 3.0), seconds=4.3)
    await leg.hangup()
    assert leg.ended is Ended.NEAR
    heard_far, rate_hz = await far.heard(call_id)
    assert best_likeness(speech(2, 4.0), heard_near, rate_hz=8000) >= 0.95
    said = speech(1, 3.0, rate_hz=rate_hz)
    assert best_likeness(said, heard_far, rate_hz=rate_hz) >= 0.95
    assert far.find("INVITE", call_id)[0]["codecs"][0] == codec


async def test_the_invite_carries_who_calls_and_which_call(engine: SipTelephony, far: Far) -> None:
    call_id = new_id("call")
    with pytest.raises(CallNotAnswered):
        await dial(engine, far.trunk(), "0486", call_id=call_id)
    headers = (await far.saw("INVITE", call_id))[0]["headers"]
    assert headers["x-vinfer-call-id"] == call_id
    assert headers["p-asserted-identity"] == f"<sip:{CALLER}@127.0.0.1:{far.port}>"
    assert headers["from"].startswith(f"<sip:{CALLER}@127.0.0.1:{far.port}>")


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("1486", Failed.BUSY),
        ("1600", Failed.BUSY),
        ("1480", Failed.NO_ANSWER),
        ("0480", Failed.NO_ANSWER),
        ("1408", Failed.NO_ANSWER),
        ("1487", Failed.NO_ANSWER),
        ("1603", Failed.DECLINED),
        ("1403", Failed.DECLINED),
        ("0403", Failed.TRUNK_ERROR),
        ("0404", Failed.INVALID_NUMBER),
        ("0410", Failed.INVALID_NUMBER),
        ("0484", Failed.INVALID_NUMBER),
        ("0604", Failed.INVALID_NUMBER),
        ("0302", Failed.TRUNK_ERROR),
        ("0429", Failed.TRUNK_ERROR),
        ("0488", Failed.TRUNK_ERROR),
        ("0503", Failed.TRUNK_ERROR),
    ],
)
async def test_an_unanswered_call_tells_why(
    engine: SipTelephony, far: Far, behaviour: str, reason: Failed
) -> None:
    with pytest.raises(CallNotAnswered) as failure:
        await dial(engine, far.trunk(), behaviour)
    assert (failure.value.reason, failure.value.sip_status) == (reason, int(behaviour[1:]))


async def test_a_number_that_is_none_is_never_dialled(engine: SipTelephony, far: Far) -> None:
    for number in ("", "sip:x@example.org", "+91 99", "+9199\r\nRoute: <sip:x>", "12;x=y@h"):
        with pytest.raises(CallNotAnswered) as failure:
            await engine.dial(
                far.trunk(), number, caller_id=CALLER, call_id="call_none", ring_timeout_s=1
            )
        assert failure.value.reason is Failed.INVALID_NUMBER
    assert far.find("INVITE", "call_none") == []


@pytest.mark.parametrize("caller_id", ["x>;transport=tcp", "a b", "a@b", 'a"b', "a\r\nb"])
async def test_a_caller_id_cannot_smuggle_sip(
    engine: SipTelephony, far: Far, caller_id: str
) -> None:
    with pytest.raises(CallNotAnswered) as failure:
        await dial(engine, far.trunk(), "2000", call_id="call_smuggle", caller_id=caller_id)
    assert failure.value.reason is Failed.TRUNK_ERROR
    assert far.find("INVITE", "call_smuggle") == []


async def test_the_ring_timeout_cancels_the_invite(engine: SipTelephony, far: Far) -> None:
    call_id = new_id("call")
    with pytest.raises(CallNotAnswered) as failure:
        await dial(engine, far.trunk(), "2003", call_id=call_id, ring_timeout_s=0.5)
    assert failure.value.reason is Failed.NO_ANSWER
    await far.saw("CANCEL", call_id)


async def test_a_trunk_that_says_nothing_is_not_a_person_who_does_not_answer(
    engine: SipTelephony,
) -> None:
    with contextlib.closing(silent_port()) as silent:
        trunk = TrunkLine(id="trk_dead", server=f"127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(CallNotAnswered) as failure:
            await dial(engine, trunk, "2000", ring_timeout_s=0.5)
    assert (failure.value.reason, failure.value.sip_status) == (Failed.TRUNK_ERROR, 0)


async def test_cancelling_a_ringing_dial_cancels_the_invite(engine: SipTelephony, far: Far) -> None:
    call_id = new_id("call")
    dialling = asyncio.ensure_future(dial(engine, far.trunk(), "2003", call_id=call_id))
    await far.saw("INVITE", call_id)
    dialling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dialling
    await far.saw("CANCEL", call_id)
    assert_nothing_left(engine)


async def test_cancelling_before_the_invite_is_confirmed_leaves_no_call(
    engine: SipTelephony, far: Far
) -> None:
    call_id = new_id("call")
    await engine._agents.get(far.trunk(), CALLER)
    dialling = asyncio.ensure_future(dial(engine, far.trunk(), "2003", call_id=call_id))
    await asyncio.sleep(0)  # the command is with the stack, its reply is not back
    await asyncio.sleep(0)
    dialling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dialling
    await far.saw("CANCEL", call_id)


async def test_a_call_known_only_by_its_100_is_cancelled_too(
    engine: SipTelephony, far: Far
) -> None:
    call_id = new_id("call")
    with pytest.raises(CallNotAnswered) as failure:
        await dial(engine, far.trunk(), "2010", call_id=call_id, ring_timeout_s=0.1)
    assert failure.value.reason is Failed.TRUNK_ERROR
    await far.saw("CANCEL", call_id)


async def test_an_answer_that_crosses_the_cancel_is_hung_up(engine: SipTelephony, far: Far) -> None:
    call_id = new_id("call")
    dialling = asyncio.ensure_future(dial(engine, far.trunk(), "2008", call_id=call_id))
    await far.saw("INVITE", call_id)
    dialling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dialling
    await far.saw("ANSWERED", call_id)
    await far.saw("BYE", call_id)


async def test_the_far_end_hangs_up(engine: SipTelephony, far: Far) -> None:
    leg = await dial(engine, far.trunk(), "2001")
    assert await until_ended(leg) is Ended.FAR
    leg.write(bytes(320))
    assert (leg.read(), leg.queued_ms()) == (None, 0)
    await leg.hangup()
    assert leg.ended is Ended.FAR


async def test_hanging_up_says_bye(engine: SipTelephony, far: Far) -> None:
    call_id = new_id("call")
    leg = await dial(engine, far.trunk(), "2000", call_id=call_id)
    await leg.hangup()
    await leg.hangup()
    assert leg.ended is Ended.NEAR
    await far.saw("BYE", call_id)
    assert_nothing_left(engine)


async def test_early_media_is_not_heard_by_the_session(engine: SipTelephony, far: Far) -> None:
    leg = await dial(engine, far.trunk(), "2002")
    heard = await talk(leg, speech(1, 0.5), seconds=3)
    assert likeness(speech(2, 4.0)[: 8000 * 2], heard) >= 0.9
    assert likeness(speech(3, 1.0)[4000:], heard) < 0.5


async def test_flush_silences_what_was_queued(engine: SipTelephony, far: Far) -> None:
    call_id = new_id("call")
    leg = await dial(engine, far.trunk(), "2000", call_id=call_id)
    for frame in frames(speech(1, 3.0)):
        leg.write(frame)
    assert leg.queued_ms() == pytest.approx(3000, abs=100)
    await asyncio.sleep(0.3)
    leg.flush()
    assert leg.queued_ms() == 0
    new = speech(5, 2.5)
    await talk(leg, new, seconds=3)
    await leg.hangup()
    heard, _ = await far.heard(call_id)
    assert likeness(new[:16000], heard) >= 0.95
    before = heard[: start_of(new[:8000], heard)]
    loud = np.abs(before[: len(before) // 160 * 160].reshape(-1, 160)).max(axis=1) > 500
    assert 0.2 < loud.sum() * 0.02 < 0.6


async def test_more_than_the_stack_can_hold_is_spoken_whole(engine: SipTelephony, far: Far) -> None:
    call_id = new_id("call")
    leg = await dial(engine, far.trunk(), "2000", call_id=call_id)
    sentence = speech(4, 3.0)
    for frame in frames(sentence):
        leg.write(frame)
    await talk(leg, np.zeros(0, np.int16), seconds=3.4)
    await leg.hangup()
    heard, _ = await far.heard(call_id)
    assert best_likeness(sentence, heard, rate_hz=8000) >= 0.95


async def test_digits_both_ways(engine: SipTelephony, far: Far) -> None:
    call_id = new_id("call")
    leg = await dial(engine, far.trunk(), "2005", call_id=call_id)
    leg.send_digits("90")
    leg.send_digits("*a")
    with pytest.raises(ValueError, match="DTMF"):
        leg.send_digits("1 2")
    await talk(leg, np.zeros(0, np.int16), seconds=2)
    assert leg.digits() == "12#"
    assert leg.digits() == ""
    pressed = await far.saw("DTMF", call_id, count=4)
    assert [event["digit"] for event in pressed] == ["9", "0", "*", "A"]
    await leg.hangup()


async def test_a_transfer_that_is_taken_ends_the_leg(engine: SipTelephony, far: Far) -> None:
    call_id = new_id("call")
    leg = await dial(engine, far.trunk(), "2006", call_id=call_id)
    await leg.transfer("+911149999999")
    assert leg.ended is Ended.NEAR
    refer = await far.saw("REFER", call_id)
    assert refer[0]["target"] == f"sip:+911149999999@127.0.0.1:{far.port};transport=udp"


async def test_a_refused_transfer_leaves_the_call_up(engine: SipTelephony, far: Far) -> None:
    leg = await dial(engine, far.trunk(), "2007")
    with pytest.raises(TransferFailed) as refused:
        await leg.transfer("sip:human@127.0.0.1")
    assert refused.value.sip_status == 486
    heard = await talk(leg, speech(1, 0.5), seconds=1)
    assert leg.ended is None
    assert len(heard) > 4000
    await leg.hangup()


@pytest.mark.parametrize(
    "target", ["", "tel:+91", "sip:a b@c", "sip:a@b?Replaces=x", "sip:a@b\r\nX: y"]
)
async def test_a_transfer_target_cannot_smuggle_sip(
    engine: SipTelephony, far: Far, target: str
) -> None:
    call_id = new_id("call")
    leg = await dial(engine, far.trunk(), "2006", call_id=call_id)
    with pytest.raises(TransferFailed):
        await leg.transfer(target)
    await leg.hangup()
    assert far.find("REFER", call_id) == []


async def test_digest_with_the_right_password(engine: SipTelephony, far: Far) -> None:
    trunk = far.trunk(username="someone", auth_username=USERNAME, password=PASSWORD)
    leg = await dial(engine, trunk, "2009")
    await leg.hangup()
    assert leg.ended is Ended.NEAR


async def test_digest_with_a_wrong_password_is_trunk_trouble(
    engine: SipTelephony, far: Far
) -> None:
    with pytest.raises(CallNotAnswered) as failure:
        await dial(engine, far.trunk(username=USERNAME, password="wrong"), "2009")
    assert failure.value.reason is Failed.TRUNK_ERROR
    assert failure.value.sip_status in (401, 403)


async def test_a_call_over_tcp(engine: SipTelephony, tcp_far: Far) -> None:
    call_id = new_id("call")
    leg = await dial(engine, tcp_far.trunk(transport="tcp"), "2000", call_id=call_id)
    heard = await talk(leg, speech(1, 1.0), seconds=2)
    await leg.hangup()
    await tcp_far.saw("BYE", call_id)
    assert likeness(speech(2, 4.0)[:12000], heard) >= 0.95


async def test_no_instant_answer_is_lost(engine: SipTelephony, far: Far) -> None:
    async def answered(number: int) -> bool:
        leg = await dial(engine, far.trunk(), "2004", call_id=f"call_race{number}")
        await leg.hangup()
        return True

    done: list[bool] = []
    for batch in range(10):
        numbers = range(batch * 10, batch * 10 + 10)
        done += await asyncio.gather(*(answered(number) for number in numbers))
    assert done == [True] * 100
    await asyncio.sleep(0.3)
    assert_nothing_left(engine)


async def test_an_incoming_call_is_refused(engine: SipTelephony, far: Far) -> None:
    await engine._agents.get(far.trunk(), CALLER)
    seen: list[baresip.Event] = []
    engine._runtime.subscribe(lambda event: seen.append(event.event))
    for _ in range(3):
        assert (await invite(engine.port, user=CALLER)).startswith("SIP/2.0 486")
    assert baresip.Event.CALL_INCOMING not in seen
    assert await calls_in_stack(engine) == 0


async def test_one_identity_per_trunk_and_caller(far: Far) -> None:
    settings = SipSettings(bind_host="127.0.0.1", net_interface="127.0.0.1", max_identities=2)
    engine = SipTelephony(settings)
    await engine.start()
    try:
        for caller_id in ("+9111", "+9112", "+9111"):
            with pytest.raises(CallNotAnswered) as failure:
                await dial(engine, far.trunk(), "0486", caller_id=caller_id)
            assert failure.value.reason is Failed.BUSY
        with pytest.raises(CallNotAnswered) as failure:
            await dial(engine, far.trunk(), "0486", caller_id="+9113")
        assert failure.value.reason is Failed.TRUNK_ERROR
    finally:
        await engine.close()


async def test_a_taken_port_is_an_os_error(engine: SipTelephony) -> None:
    other = SipTelephony(SipSettings(bind_host="127.0.0.1", sip_port=engine.port))
    with pytest.raises(OSError, match="in use"):
        await other.start()


async def test_a_dead_stack_is_told_and_ends_every_call(engine: SipTelephony, far: Far) -> None:
    leg = await dial(engine, far.trunk(), "2000")
    ringing = asyncio.ensure_future(dial(engine, far.trunk(), "2003"))
    await asyncio.sleep(0.3)
    engine._on_dead()  # what the stack calls when its thread is gone
    with pytest.raises(EngineDead):
        await ringing
    assert engine.died.is_set()
    assert leg.ended is Ended.LOST
    with pytest.raises(EngineDead):
        await dial(engine, far.trunk(), "2000")


async def test_tls_trusts_only_the_given_authority(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    server = await tls_far_end(certificate)
    port = server.sockets[0].getsockname()[1]
    trunk = TrunkLine(id="trk_tls", server=f"localhost:{port}", transport="tls")
    for authority, expected in ((certificate, Failed.BUSY), (None, Failed.TRUNK_ERROR)):
        settings = SipSettings(
            bind_host="127.0.0.1",
            net_interface="127.0.0.1",
            tls_ca_file=str(authority / "cert.pem") if authority else "",
        )
        engine = SipTelephony(settings)
        await engine.start()
        try:
            with pytest.raises(CallNotAnswered) as failure:
                await dial(engine, trunk, "0486", ring_timeout_s=5)
            assert failure.value.reason is expected
        finally:
            await engine.close()
    server.close()


async def calls_in_stack(engine: SipTelephony) -> int:
    _, payload = await engine._runtime.cmd(lib.BP_CMD_CALL_COUNT)
    return json.loads(payload)["calls"]


def assert_nothing_left(engine: SipTelephony) -> None:
    assert engine._legs == set()
    assert engine._attempts == set()


def silent_port() -> socket.socket:
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent.bind(("127.0.0.1", 0))
    return silent


async def invite(port: int, *, user: str) -> str:
    """Send an INVITE to the engine as a stranger; the final response's first line."""
    loop, answer = asyncio.get_running_loop(), asyncio.Queue[str]()
    own = free_udp_port()

    class Stranger(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            line = data.decode().splitlines()[0]
            if not line.startswith("SIP/2.0 1"):
                answer.put_nowait(line)

    transport, _ = await loop.create_datagram_endpoint(Stranger, local_addr=("127.0.0.1", own))
    lines = [
        f"INVITE sip:{user}@127.0.0.1:{port} SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1:{own};branch=z9hG4bK{own};rport",
        f"From: <sip:stranger@127.0.0.1:{own}>;tag=1",
        f"To: <sip:{user}@127.0.0.1:{port}>",
        f"Call-ID: stranger-{own}",
        "CSeq: 1 INVITE",
        f"Contact: <sip:stranger@127.0.0.1:{own}>",
        "Max-Forwards: 70",
        "Content-Type: application/sdp",
    ]
    sdp = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    sdp += "m=audio 20000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
    lines.append(f"Content-Length: {len(sdp)}")
    transport.sendto(("\r\n".join(lines) + "\r\n\r\n" + sdp).encode(), ("127.0.0.1", port))
    try:
        return await asyncio.wait_for(answer.get(), 5)
    finally:
        transport.close()


def make_certificate(folder: Path) -> Path:
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    command += " -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem"
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    return folder


async def tls_far_end(certificate: Path) -> asyncio.Server:
    """A TLS server that answers every INVITE 486."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            kept = [
                line
                for line in head.splitlines()
                if line.lower().startswith(("via:", "from:", "to:", "call-id:", "cseq:"))
            ]
            reply = ["SIP/2.0 486 Busy Here", *kept, "Content-Length: 0", "", ""]
            writer.write("\r\n".join(reply).encode())
            await reader.read()
        writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    return await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
