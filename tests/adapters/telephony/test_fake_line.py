"""The fake line keeps the port's promises without a clock."""

import asyncio

import pytest

from vinfer.adapters.telephony.fake import FakeTelephony, FarEnd
from vinfer.ports.telephony import CallNotAnswered, Ended, Failed, TransferFailed, TrunkLine

TRUNK = TrunkLine(id="trk_1", server="fake")
FRAME = bytes(320)


async def test_a_scripted_call() -> None:
    far = FarEnd(frames=(FRAME, FRAME), digits="5", hangs_up=True, transfer_status=486)
    line = FakeTelephony(lambda _: far)
    leg = await line.dial(TRUNK, "+911", caller_id="+912", call_id="call_1", ring_timeout_s=1)
    leg.write(FRAME)
    leg.write(FRAME)
    leg.play()
    assert (leg.queued_ms(), len(leg.spoken)) == (20, 1)
    leg.flush()
    assert leg.queued_ms() == 0
    assert (leg.digits(), leg.digits()) == ("5", "")
    with pytest.raises(TransferFailed):
        await leg.transfer("sip:a@b")
    assert leg.ended is None
    assert [leg.read(), leg.read(), leg.read()] == [FRAME, FRAME, None]
    assert leg.ended is Ended.FAR


async def test_refused_and_ringing_numbers() -> None:
    numbers = {"+911": FarEnd(failed=Failed.BUSY, sip_status=486), "+912": FarEnd(rings=True)}
    line = FakeTelephony(numbers.get)
    with pytest.raises(CallNotAnswered) as busy:
        await line.dial(TRUNK, "+911", caller_id="", call_id="a", ring_timeout_s=1)
    assert busy.value.sip_status == 486
    ringing = asyncio.ensure_future(
        line.dial(TRUNK, "+912", caller_id="", call_id="b", ring_timeout_s=60)
    )
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    ringing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ringing
    assert line.abandoned == ["b"]
