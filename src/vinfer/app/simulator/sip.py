"""The network side of the phones: aiosipua, with what it leaves open for a UDP network closed here.

* Its own UDP transport asserts a transport type that CPython 3.11 does not have; ours asks for no
type.
* It takes a repeated INVITE for a new call; here the last answer is repeated (RFC 3261 17.2.1).
* It sends BYE once; here BYE is repeated until it is answered (RFC 3261 17.1.2).
"""

import asyncio
from collections import OrderedDict
from typing import Final, cast

from aiosipua import IncomingCall, SipRequest, SipResponse, SipUAS
from aiosipua.sdp import SdpMessage, serialize_sdp
from aiosipua.transport import SipTransport
from aiosipua.utils import format_addr

_REMEMBERED_INVITES: Final = 1024
_BYE_REPEATS_S: Final = (0.5, 1.0, 2.0)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, owner: "UdpTransport") -> None:
        self._owner = owner

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._owner.receive(data, (addr[0], addr[1]))


class UdpTransport(SipTransport):
    """SIP over one UDP socket that remembers its last answer to every INVITE. Port 0 takes any
    free port.
    """

    def __init__(self, local_addr: tuple[str, int]) -> None:
        super().__init__(local_addr=local_addr)
        self._udp: asyncio.DatagramTransport | None = None
        self._answers: OrderedDict[str, SipResponse] = OrderedDict()

    async def start(self) -> None:
        """Bind the socket. Raises `OSError` when the port is taken."""
        udp, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: _Datagrams(self), local_addr=self.local_addr
        )
        self._udp = udp
        self.local_addr = cast("tuple[str, int]", udp.get_extra_info("sockname"))

    async def stop(self) -> None:
        """Close the socket."""
        if self._udp is not None:
            self._udp.close()
            self._udp = None

    def receive(self, data: bytes, addr: tuple[str, int]) -> None:
        """Take one datagram; keep-alives (RFC 5626 4.4.1) are swallowed."""
        if data.strip(b"\r\n\0"):
            self._dispatch(data, addr)

    def send(self, message: SipRequest | SipResponse, addr: tuple[str, int]) -> None:
        """Send one message; without a socket (after `stop`) it is lost."""
        if isinstance(message, SipResponse) and (key := invite_key(message)):
            self._answers[key] = message
            if len(self._answers) > _REMEMBERED_INVITES:
                self._answers.popitem(last=False)
        if self._udp is not None:
            self._udp.sendto(bytes(message), addr)

    def repeat_answer(self, invite: SipRequest) -> bool:
        """Send again what this INVITE was answered with; False for a new one."""
        answer = self._answers.get(invite_key(invite) or "")
        if answer is None:
            return False
        self.send_reply(answer)
        return True


def invite_key(message: SipRequest | SipResponse) -> str | None:
    """Return the transaction of an INVITE or of an answer to one (RFC 3261 17.1.3), None for
    others.
    """
    cseq, vias = message.cseq, message.via
    if cseq is None or cseq.method.upper() != "INVITE" or not vias:
        return None
    return vias[0].branch


class PhoneNetwork(SipUAS):
    """The listening side of all phones on one port."""

    transport: UdpTransport

    def __init__(self, transport: UdpTransport) -> None:
        super().__init__(transport, user_agent="VInfer phones")
        self._byes: dict[str, asyncio.Event] = {}

    async def hang_up(self, call: IncomingCall) -> None:
        """End an answered call: BYE, repeated until it is answered or given up after 3.5 s."""
        self.forget(call)
        bye = call.hangup()
        if bye is None:
            return
        answered = self._byes[call.call_id] = asyncio.Event()
        try:
            for wait_s in _BYE_REPEATS_S:
                if await happens(answered, within_s=wait_s):
                    return
                self.transport.send(bye, call.source_addr)
        finally:
            del self._byes[call.call_id]

    def forget(self, call: IncomingCall) -> None:
        """Free what is kept of a call that is over."""
        call._stop_retransmissions()  # pyright: ignore[reportPrivateUsage]  # no public way
        self._calls.pop(call.call_id, None)
        self._remove_invite_transaction(call.invite)

    def _on_message(self, msg: SipRequest | SipResponse, addr: tuple[str, int]) -> None:
        if isinstance(msg, SipResponse):
            self._take_response(msg)
        elif msg.method != "INVITE" or not self.transport.repeat_answer(msg):
            super()._on_message(msg, addr)

    def _take_response(self, response: SipResponse) -> None:
        cseq = response.cseq
        answered = self._byes.get(response.call_id or "")
        if answered is not None and cseq is not None and cseq.method == "BYE":
            answered.set()


def send_session_progress(call: IncomingCall, network: PhoneNetwork, sdp: SdpMessage) -> None:
    """Answer 183 with a description, so that the caller hears the network before the answer."""
    contact = f"<sip:{format_addr(*network.transport.local_addr)}>"
    progress = call.dialog.create_response(call.invite, 183, "Session Progress", contact=contact)
    progress.text = serialize_sdp(sdp)
    progress.headers.set_single("Content-Type", "application/sdp")
    network.transport.send_reply(progress)


async def happens(event: asyncio.Event, *, within_s: float | None) -> bool:
    """Wait for an event; False when the time is over first."""
    try:
        async with asyncio.timeout(within_s):
            await event.wait()
    except TimeoutError:
        return False
    return True
