"""What every telephone engine promises, run against the fake line, the guard and the SIP engine."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "adapters" / "telephony"))
from sip_far import start_far, stop_far

from vinfer.adapters.telephony.fake import FakeTelephony, FarEnd
from vinfer.adapters.telephony.guarded import GuardedTelephony
from vinfer.adapters.telephony.sip import SipTelephony
from vinfer.adapters.telephony.sip_config import SipSettings
from vinfer.kit import reach
from vinfer.ports.telephony import (
    CallNotAnswered,
    Ended,
    Failed,
    Leg,
    Telephony,
    TransferFailed,
    TrunkLine,
)

FAKE_NETWORK = {
    "+9199002000": FarEnd(transfer_status=486),
    "+9199002007": FarEnd(transfer_status=486),
    "+9199001486": FarEnd(failed=Failed.BUSY, sip_status=486),
    "+9199000404": FarEnd(failed=Failed.INVALID_NUMBER, sip_status=404),
    "+9199002003": FarEnd(rings=True),
}


class Line:
    """An engine with a trunk that leads to its far end."""

    def __init__(self, engine: Telephony, trunk: TrunkLine) -> None:
        self.engine, self.trunk = engine, trunk

    async def dial(self, number: str, *, ring_timeout_s: float = 5) -> Leg:
        return await self.engine.dial(
            self.trunk,
            number,
            caller_id="+911140000000",
            call_id="call_contract",
            ring_timeout_s=ring_timeout_s,
        )


ON_THE_WIRE = (pytest.mark.slow, pytest.mark.realtime)


@pytest.fixture(params=["fake", "guarded", pytest.param("sip", marks=ON_THE_WIRE)])
async def line(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Line]:
    if request.param == "fake":
        yield Line(FakeTelephony(FAKE_NETWORK.get), TrunkLine(id="trk_1", server="fake"))
        return
    if request.param == "guarded":
        engine = GuardedTelephony(FakeTelephony(FAKE_NETWORK.get), reach.allow(["fake"]))
        yield Line(engine, TrunkLine(id="trk_1", server="fake"))
        return
    far = start_far(tmp_path, rtp_port=28000)
    engine = SipTelephony(
        SipSettings(bind_host="127.0.0.1", net_interface="127.0.0.1", rtp_ports=(33000, 33998))
    )
    await engine.start()
    yield Line(engine, far.trunk())
    await engine.close()
    stop_far(far)


async def test_an_answered_call_is_ended_once(line: Line) -> None:
    leg = await line.dial("+9199002000")
    assert leg.ended is None
    for _ in range(50):
        leg.write(bytes(320))
    assert leg.queued_ms() > 500
    leg.flush()
    assert leg.queued_ms() == 0
    with pytest.raises(ValueError, match="DTMF"):
        leg.send_digits("x")
    await leg.hangup()
    await leg.hangup()
    assert leg.ended is Ended.NEAR


@pytest.mark.parametrize(
    ("number", "reason", "status"),
    [("+9199001486", Failed.BUSY, 486), ("+9199000404", Failed.INVALID_NUMBER, 404)],
)
async def test_a_refusal_has_its_reason_and_status(
    line: Line, number: str, reason: Failed, status: int
) -> None:
    with pytest.raises(CallNotAnswered) as refusal:
        await line.dial(number)
    assert (refusal.value.reason, refusal.value.sip_status) == (reason, status)


async def test_ringing_out_is_no_answer(line: Line) -> None:
    with pytest.raises(CallNotAnswered) as refusal:
        await line.dial("+9199002003", ring_timeout_s=0.5)
    assert refusal.value.reason is Failed.NO_ANSWER


async def test_a_refused_transfer_keeps_the_call(line: Line) -> None:
    leg = await line.dial("+9199002007")
    with pytest.raises(TransferFailed) as refusal:
        await leg.transfer("+911149999999")
    assert (refusal.value.sip_status, leg.ended) == (486, None)
    await leg.hangup()
