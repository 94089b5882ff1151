"""A trunk's name that leads somewhere else by the time it is dialled."""

from collections.abc import Sequence

import pytest

from vinfer.adapters.telephony.fake import FakeTelephony, FarEnd
from vinfer.adapters.telephony.guarded import GuardedTelephony, system_addresses
from vinfer.kit import reach
from vinfer.kit.reach import Reach
from vinfer.ports.telephony import CallNotAnswered, Failed, TrunkLine

WHERE = {
    "inward.example": ["8.8.8.8", "127.0.0.1"],
    "outward.example": ["8.8.8.8"],
    "unknown.example": [],
}


async def resolve(host: str) -> Sequence[str]:
    return WHERE.get(host, [host])


async def dial(server: str, policy: Reach) -> bool:
    """Whether the call left."""
    line = FakeTelephony(lambda _: FarEnd())
    guarded = GuardedTelephony(line, policy, resolve=resolve)
    trunk = TrunkLine(id="trk_1", server=server)
    try:
        leg = await guarded.dial(
            trunk, "+919810000001", caller_id="", call_id="cal_1", ring_timeout_s=1.0
        )
    except CallNotAnswered as refusal:
        return refusal.reason is not Failed.TRUNK_ERROR
    await leg.hangup()
    return True


@pytest.mark.parametrize(
    ("server", "leaves"),
    [
        ("outward.example:5060", True),
        ("unknown.example", True),  # it may have an SRV record
        ("inward.example", False),
        ("127.0.0.1:5060", False),
        ("[::1]:5060", False),
        ("10.0.0.1:22", False),
    ],
)
async def test_every_address_of_the_name_must_be_admitted(server: str, leaves: bool) -> None:
    assert await dial(server, Reach()) is leaves


async def test_a_name_that_the_operator_admits_may_lead_anywhere() -> None:
    assert await dial("inward.example", reach.allow(["inward.example:5060"]))
    assert not await dial("inward.example:5070", reach.allow(["inward.example:5060"]))


async def test_the_system_says_where_names_lead() -> None:
    assert "127.0.0.1" in await system_addresses("localhost")
    assert await system_addresses("no-such-name.invalid") == ()
