"""The phones over real SIP and RTP on loopback."""

import asyncio
import contextlib
import json
import socket
import sys
import wave
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from aiosipua import SipRequest
from phone_caller import Caller, free_rtp_port, loud_frames
from tone_voice import ToneVoice

from vinfer.app.simulator.audio import NoFreePort, RtpPorts
from vinfer.app.simulator.phone import PhoneCall
from vinfer.app.simulator.server import SimulatorSettings, serve_phones

pytestmark = [pytest.mark.slow, pytest.mark.realtime]


@dataclass
class Phones:
    """Running phones, and what their calls came to."""

    port: int
    calls: list[PhoneCall]
    settings: SimulatorSettings
    serving: asyncio.Task[None]

    async def stop(self) -> None:
        """Cancel the program and wait for its end."""
        self.serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.serving

    async def call(self, number: str) -> PhoneCall:
        """The finished call of this number."""
        async with asyncio.timeout(10):
            while True:
                for call in self.calls:
                    if call.number == number:
                        return call
                await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def running_phones(tmp_path: Path, *, calls: int = 40) -> AsyncIterator[Phones]:
    first = free_rtp_port()
    settings = SimulatorSettings(
        cache_dir=tmp_path,
        rtp_ports=(first, first + 4 * calls),
        recordings_dir=tmp_path / "heard",
    )
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    ended: list[PhoneCall] = []
    serving = asyncio.create_task(
        serve_phones(settings, voice=ToneVoice(), ready=port.set_result, on_call=ended.append)
    )
    phones = Phones(await port, ended, settings, serving)
    try:
        yield phones
    finally:
        await phones.stop()


@pytest.fixture
async def phones(tmp_path: Path) -> AsyncIterator[Phones]:
    async with running_phones(tmp_path) as phones:
        yield phones


@pytest.fixture
async def caller(phones: Phones) -> AsyncIterator[Caller]:
    async with Caller(phones.port).listening() as caller:
        yield caller


async def test_phones_that_refuse_answer_with_their_status(phones: Phones, caller: Caller) -> None:
    numbers = [f"9198765432{code}" for code in ("01", "02", "04", "08", "19")]
    statuses = await asyncio.gather(*map(caller.refused, numbers))
    assert statuses == [486, 603, 404, 503, 480]
    declined = await phones.call(numbers[1])
    assert (declined.outcome, declined.sip_status) == ("rejected", 603)
    assert declined.rang_s == pytest.approx(1.0, abs=0.5)
    assert (await phones.call(numbers[0])).rang_s < 0.5


async def test_a_phone_that_rings_for_ever_stops_on_cancel(phones: Phones, caller: Caller) -> None:
    number = "919876543203"
    ringing = asyncio.Event()
    call = caller.invite(number)
    call.on_ringing = lambda _call: ringing.set()
    await asyncio.wait_for(ringing.wait(), 5)
    call.cancel(caller.uac)
    ended = await phones.call(number)
    assert (ended.outcome, ended.sip_status) == ("cancelled", 487)


async def test_a_call_cancelled_while_it_rings_is_not_answered(
    phones: Phones, caller: Caller
) -> None:
    number = "919876543200"
    call = caller.invite(number)
    await asyncio.sleep(0.2)
    call.cancel(caller.uac)
    ended = await phones.call(number)
    assert (ended.outcome, ended.talked_s) == ("cancelled", 0)


async def test_a_person_answers_talks_and_is_heard(phones: Phones, caller: Caller) -> None:
    async def place(number: str, payload_type: int) -> None:
        async with caller.talk(number, payload_type=payload_type) as talk:
            await talk.until(lambda: any(loud_frames(talk.heard)))  # hello
            await asyncio.sleep(1)
            await talk.say(1.5)
            said = len(talk.heard)
            await talk.until(lambda: any(loud_frames(talk.heard[said:])))  # the reply
            await asyncio.sleep(1.2)

    numbers = {"pcmu": "919876543200", "pcma": "919876543300"}
    await asyncio.gather(place(numbers["pcmu"], 0), place(numbers["pcma"], 8))
    for codec, number in numbers.items():
        ended = await phones.call(number)
        assert (ended.outcome, ended.sip_status, ended.codec) == ("caller_hung_up", 200, codec)
        assert [line.text for line in ended.spoken] == ["Hello?", "Yes, I will pay tomorrow."]
        assert ended.heard_s == pytest.approx(1.5, abs=0.3)
        left, right = recorded(ended)
        assert sum(loud_frames(left)) * 0.02 == pytest.approx(1.5, abs=0.3)
        spoken_s = sum(line.end_s - line.start_s for line in ended.spoken)
        assert sum(loud_frames(right)) * 0.02 == pytest.approx(spoken_s, abs=0.3)


def recorded(call: PhoneCall) -> tuple[bytes, bytes]:
    """The heard side and the phone's own of a call's recording."""
    assert call.recording is not None
    with wave.open(str(call.recording)) as recording:
        assert (recording.getnchannels(), recording.getframerate()) == (2, 8000)
        both = np.frombuffer(recording.readframes(recording.getnframes()), dtype="<i2")
    return both[0::2].tobytes(), both[1::2].tobytes()


async def test_audio_leaves_in_real_time_without_drift(caller: Caller) -> None:
    async with caller.talk("919876543213") as talk:
        await talk.until(lambda: len(talk.heard) > 0)
        before, loop = len(talk.heard), asyncio.get_running_loop()
        began = loop.time()
        await asyncio.sleep(3)
        heard_s = (len(talk.heard) - before) / 16000
        assert heard_s == pytest.approx(loop.time() - began, abs=0.15)


async def test_a_mailbox_greets_beeps_and_falls_silent(caller: Caller) -> None:
    greeting_s = 0.03 * 117
    async with caller.talk("919876543207") as talk:
        await asyncio.sleep(greeting_s + 3)
        loud = loud_frames(talk.heard, over=5000)
    last = max(at for at, is_loud in enumerate(loud) if is_loud)
    tone = np.frombuffer(bytes(talk.heard[(last - 22) * 320 : (last - 2) * 320]), dtype="<i2")
    peak = np.argmax(np.abs(np.fft.rfft(tone.astype(float)))) * 8000 / tone.size
    assert peak == pytest.approx(1000, abs=10)
    assert len(loud) - last > 40
    assert sum(loud[last - 24 : last + 1]) >= 23
    assert not any(loud[last - 42 : last - 28])


async def test_a_phone_hangs_up_with_bye(phones: Phones, caller: Caller) -> None:
    number = "919876543214"
    async with caller.talk(number) as talk:
        speaking = asyncio.ensure_future(talk.say(6))
        await talk.until(lambda: caller.byes)
        speaking.cancel()
    ended = await phones.call(number)
    assert ended.outcome == "phone_hung_up"
    assert ended.heard_s == pytest.approx(3.0, abs=0.1)


async def test_early_media_rings_as_audio_before_the_answer(caller: Caller) -> None:
    async with caller.talk("919876543218") as talk:
        assert talk.rang.is_set()
        assert 0.4 <= sum(loud_frames(talk.early)) * 0.02 <= 1.2
        await talk.until(lambda: any(loud_frames(talk.heard)))


async def test_digits_are_received(phones: Phones, caller: Caller) -> None:
    number = "919876543213"
    async with caller.talk(number) as talk:
        for at, digit in enumerate("42#"):
            talk.rtp.send_dtmf(digit, 100, timestamp=1000 * (at + 1))
            await asyncio.sleep(0.1)
    assert (await phones.call(number)).digits == "42#"


async def test_a_transfer_reports_what_the_target_does(phones: Phones, caller: Caller) -> None:
    async def transfer(number: str, target: str) -> int:
        async with caller.talk(number) as talk:
            uri = f"sip:+9198765432{target}@127.0.0.1"
            caller.uac.send_refer(talk.call.dialog, uri, ("127.0.0.1", phones.port))
            call_id = talk.call.call_id
            await talk.until(lambda: len(caller.reported(call_id)) == 2)
            steps = caller.reported(call_id)
        assert (await phones.call(number)).transferred_to == uri
        assert steps[0] == 100
        return steps[1]

    numbers, targets = ("919876543209", "919876543309", "919876543409"), ("20", "01", "03")
    assert await asyncio.gather(*map(transfer, numbers, targets)) == [200, 486, 408]


async def test_a_reinvite_is_answered_within_the_call(phones: Phones, caller: Caller) -> None:
    async with caller.talk("919876543213") as talk:
        first = talk.call.sdp_answer
        talk.call.sdp_answer = None
        offer = talk.call.sdp_offer
        assert offer is not None
        caller.uac.send_reinvite(talk.call.dialog, offer, ("127.0.0.1", phones.port))
        await talk.until(lambda: talk.call.sdp_answer is not None)
        assert talk.call.sdp_answer is not None
        assert first is not None
        assert talk.call.sdp_answer.rtp_address == first.rtp_address


async def test_an_offer_without_a_common_codec_is_488(phones: Phones, caller: Caller) -> None:
    call = caller.invite("919876543200", payload_type=18)
    with pytest.raises(RuntimeError, match="488"):
        await call.wait_answered(5)
    assert (await phones.call("919876543200")).outcome == "not_acceptable"


async def test_a_repeated_invite_is_one_call(phones: Phones, caller: Caller) -> None:
    call = caller.invite("919876543202")
    address = ("127.0.0.1", phones.port)
    for _ in range(3):
        await asyncio.sleep(0.1)
        caller.transport.send(call.invite, address)
    with pytest.raises(RuntimeError, match="603"):
        await call.wait_answered(5)
    caller.transport.send(call.invite, address)
    await asyncio.sleep(0.3)
    assert [ended.outcome for ended in phones.calls] == ["rejected"]


async def test_garbage_on_the_port_is_ignored(phones: Phones, caller: Caller) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for junk in (b"\r\n\r\n", b"\0", b"\xff" * 900, b"INVITE sip:x SIP/2.0\r\n\r\n"):
            stranger.sendto(junk, ("127.0.0.1", phones.port))
    caller.transport.send(SipRequest(method="INVITE", uri="sip:x"), ("127.0.0.1", phones.port))
    assert await caller.refused("919876543201") == 486


async def test_twenty_calls_at_once_and_every_port_comes_back(tmp_path: Path) -> None:
    async with running_phones(tmp_path) as phones, Caller(phones.port).listening() as caller:

        async def place(at: int) -> int:
            async with caller.talk(f"9198765{at:03}00") as talk:
                await talk.until(lambda: any(loud_frames(talk.heard)))
                await talk.say(1)
                said = len(talk.heard)
                await talk.until(lambda: sum(loud_frames(talk.heard[said:])) > 20)
                return sum(loud_frames(talk.heard))

        heard = await asyncio.gather(*(place(at) for at in range(20)))
        assert min(heard) > 20
        for at in range(20):
            ended = await phones.call(f"9198765{at:03}00")
            assert ended.outcome == "caller_hung_up"
            assert ended.spoken[0].text == "Hello?"
    for port in range(*phones.settings.rtp_ports):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", port))


async def test_stopping_hangs_up_live_calls_and_frees_the_port(
    phones: Phones, caller: Caller
) -> None:
    async with caller.talk("919876543213") as talk:
        await talk.until(lambda: len(talk.heard) > 0)
        await phones.stop()
        await talk.until(lambda: caller.byes == [talk.call.call_id])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", phones.port))


def test_ports_in_use_are_passed_over() -> None:
    first = free_rtp_port()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", first + 1))
        ports = RtpPorts(first, first + 1, host="127.0.0.1")
        assert len(ports) == 1
        with pytest.raises(NoFreePort):
            ports.take()
    assert ports.take() == first
    assert len(ports) == 0
    ports.give_back(first)
    assert ports.take() == first


async def test_the_products_own_telephone_engine_sees_every_kind_of_phone(phones: Phones) -> None:
    script = str(Path(__file__).with_name("agent_calls.py"))
    agent = await asyncio.create_subprocess_exec(
        sys.executable, script, str(phones.port), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await agent.communicate()
    assert agent.returncode == 0
    seen = json.loads(output.splitlines()[-1])
    refused = {code: seen[code] for code in ("01", "02", "04", "08", "19")}
    assert refused == {
        "01": {"reason": "busy", "status": 486},
        "02": {"reason": "declined", "status": 603},
        "04": {"reason": "invalid_number", "status": 404},
        "08": {"reason": "trunk_error", "status": 503},
        "19": {"reason": "no_answer", "status": 480},
    }
    assert seen["03"]["reason"] == "no_answer"
    assert seen["00"]["loud_s"] > 0.1
    assert seen["00"]["reply_s"] > 0.4
    assert seen["07"]["loud_s"] > 1.5
    assert seen["18"]["loud_s"] > 0.1
    assert seen["14"] == {"ended": "far"}
    assert seen["09"] == {"failed": 486, "alive": True}
    pays = await phones.call("919876543200")
    assert (pays.outcome, pays.digits) == ("caller_hung_up", "7")
    assert (await phones.call("919876543203")).outcome == "cancelled"
