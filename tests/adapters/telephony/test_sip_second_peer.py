"""A second independent SIP peer: Debian's sipp echoes our audio back to us."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sip_far import free_udp_port
from sip_sound import best_likeness, speech
from sip_talk import talk

from vinfer.adapters.telephony.sip import SipTelephony
from vinfer.ports.telephony import Ended, TrunkLine

pytestmark = [
    pytest.mark.slow,
    pytest.mark.realtime,
    pytest.mark.skipif(not shutil.which("sipp"), reason="needs sipp (Debian: sip-tester)"),
]
SCENARIO = Path(__file__).parent / "scenarios" / "answer_echo.xml"


@pytest.fixture
def peer_port(tmp_path: Path) -> Iterator[int]:
    port = free_udp_port()
    command = ["sipp", "-sf", str(SCENARIO), "-i", "127.0.0.1", "-p", str(port), "-m", "1"]
    command += ["-mp", "26000", "-nostdin", "-rtp_echo"]
    quiet = subprocess.DEVNULL
    peer = subprocess.Popen(command, cwd=tmp_path, stdout=quiet, stderr=quiet)
    time.sleep(0.5)
    yield port
    try:
        assert peer.wait(5) == 0  # its own verdict on the dialog: INVITE, ACK, BYE in order
    finally:
        peer.kill()
        peer.wait()


async def test_our_speech_comes_back_from_sipp(engine: SipTelephony, peer_port: int) -> None:
    leg = await engine.dial(
        TrunkLine(id="trk_sipp", server=f"127.0.0.1:{peer_port}", codecs=("pcmu",)),
        "+919900000000",
        caller_id="+911140000000",
        call_id="call_sipp",
        ring_timeout_s=5,
    )
    heard = await talk(leg, speech(1, 3.0), seconds=3.5)
    await leg.hangup()
    assert leg.ended is Ended.NEAR
    assert best_likeness(speech(1, 3.0), heard, rate_hz=8000) >= 0.95
