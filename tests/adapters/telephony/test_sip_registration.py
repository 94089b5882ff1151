"""Trunks that want a REGISTER, against a registrar of plain UDP text."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from vinfer.adapters.telephony.sip import SipTelephony
from vinfer.adapters.telephony.sip_config import SipSettings
from vinfer.ports.telephony import CallNotAnswered, Failed, TrunkLine

pytestmark = [pytest.mark.slow, pytest.mark.realtime]

_WITHDRAWS = re.compile(r"^Expires: 0\r|;expires=0[;\r]", re.M)


class Registrar(asyncio.DatagramProtocol):
    """Answers REGISTER with `status` after a moment, and every INVITE with 486."""

    def __init__(self) -> None:
        self.status = "403 Forbidden"
        self.expires_s = 600
        self.refused = asyncio.Event()
        self.requests: list[str] = []
        self.port = 0
        self._transport: asyncio.DatagramTransport

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: Any) -> None:
        request = data.decode()
        method = request.split(" ", 1)[0]
        if method == "ACK":
            return
        self.requests.append(request)
        status = self.status if method == "REGISTER" else "486 Busy Here"
        reply = self._reply(request, status).encode()
        asyncio.get_running_loop().call_later(0.1, self._send, reply, addr)

    def _send(self, reply: bytes, addr: Any) -> None:
        self._transport.sendto(reply, addr)
        if not reply.startswith(b"SIP/2.0 200"):
            self.refused.set()

    def _reply(self, request: str, status: str) -> str:
        kept = re.findall(r"^(?:Via|From|To|Call-ID|CSeq|Contact): [^\r]*", request, re.M)
        granted = [re.sub(r"expires=\d+", f"expires={self.expires_s}", line) for line in kept]
        return "\r\n".join([f"SIP/2.0 {status}", *granted, "Content-Length: 0", "", ""])

    def methods(self) -> list[str]:
        return [request.split(" ", 1)[0] for request in self.requests]


@pytest.fixture
async def registrar() -> AsyncIterator[Registrar]:
    loop = asyncio.get_running_loop()
    transport, registrar = await loop.create_datagram_endpoint(
        Registrar, local_addr=("127.0.0.1", 0)
    )
    yield registrar
    transport.close()


@pytest.fixture
async def small_engine() -> AsyncIterator[SipTelephony]:
    """An engine with room for two identities: the one that registers and the one that calls."""
    engine = SipTelephony(
        SipSettings(
            bind_host="127.0.0.1",
            net_interface="127.0.0.1",
            rtp_ports=(31000, 32998),
            max_identities=2,
        )
    )
    await engine.start()
    yield engine
    await engine.close()


async def outcome(
    engine: SipTelephony, registrar: Registrar, *, password: str = "secret"
) -> tuple[Failed, int]:
    line = TrunkLine(
        id="trk_1",
        server=f"127.0.0.1:{registrar.port}",
        username="account",
        password=password,
        register=True,
    )
    with pytest.raises(CallNotAnswered) as failure:
        await engine.dial(
            line, "+919900000000", caller_id="+911140000000", call_id="cal_1", ring_timeout_s=5
        )
    return failure.value.reason, failure.value.sip_status


async def test_a_refused_registration_costs_no_identity(
    registrar: Registrar, small_engine: SipTelephony
) -> None:
    for _ in range(4):
        assert await outcome(small_engine, registrar) == (Failed.TRUNK_ERROR, 403)
    assert registrar.methods() == ["REGISTER"] * 4


async def test_calls_of_one_moment_ask_the_registrar_once(
    registrar: Registrar, engine: SipTelephony
) -> None:
    found = await asyncio.gather(*(outcome(engine, registrar) for _ in range(5)))
    assert found == [(Failed.TRUNK_ERROR, 403)] * 5
    assert registrar.methods() == ["REGISTER"]


async def test_a_registrar_that_relents_is_asked_again(
    registrar: Registrar, engine: SipTelephony
) -> None:
    await outcome(engine, registrar)
    registrar.status = "200 OK"
    assert await outcome(engine, registrar) == (Failed.BUSY, 486)
    assert await outcome(engine, registrar) == (Failed.BUSY, 486)
    assert registrar.methods() == ["REGISTER", "REGISTER", "INVITE", "INVITE"]


async def test_a_registration_that_is_lost_is_renewed_before_the_next_call(
    registrar: Registrar, engine: SipTelephony
) -> None:
    registrar.status, registrar.expires_s = "200 OK", 1
    assert await outcome(engine, registrar) == (Failed.BUSY, 486)
    registrar.status = "503 Service Unavailable"
    registrar.refused.clear()
    async with asyncio.timeout(20):
        await registrar.refused.wait()
    await asyncio.sleep(0.5)  # until the stack knows
    registrar.status = "200 OK"
    assert await outcome(engine, registrar) == (Failed.BUSY, 486)
    assert registrar.methods()[-2:] == ["REGISTER", "INVITE"]


async def test_changed_settings_end_the_former_registration(
    registrar: Registrar, engine: SipTelephony
) -> None:
    registrar.status = "200 OK"
    assert await outcome(engine, registrar, password="old") == (Failed.BUSY, 486)
    assert await outcome(engine, registrar, password="new") == (Failed.BUSY, 486)
    withdrawn = [bool(_WITHDRAWS.search(it)) for it in registrar.requests if it[:8] == "REGISTER"]
    assert sorted(withdrawn) == [False, False, True]


async def test_closing_withdraws_the_registration(
    registrar: Registrar, engine: SipTelephony
) -> None:
    registrar.status = "200 OK"
    await outcome(engine, registrar)
    assert not _WITHDRAWS.search(registrar.requests[0])
    await engine.close()
    assert _WITHDRAWS.search(registrar.requests[-1])
