"""A telephone engine that asks first where a trunk leads."""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog

from vinfer.kit.reach import Reach, Refused
from vinfer.ports.telephony import CallNotAnswered, Failed, Leg, Telephony, TrunkLine

Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""The addresses of a name, none when it has none."""

RESOLVE_S: Final = 5.0
_SERVER: Final = re.compile(r"(?:\[([^\]]+)\]|([^:]+))(?::([0-9]+))?")
_log = structlog.get_logger()


async def system_addresses(host: str) -> Sequence[str]:
    """What the system's resolver says, within `RESOLVE_S`; a name without addresses gives none."""
    try:
        async with asyncio.timeout(RESOLVE_S):
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError):  # a timeout is an OSError; the engine looks for itself
        return ()
    return sorted({str(address[0]) for *_, address in found})


class GuardedTelephony:
    """A `Telephony` whose calls leave only by servers that the operator admits.

    A trunk is checked when it is made, but its name may lead elsewhere by now.
    """

    def __init__(
        self, inner: Telephony, reach: Reach, *, resolve: Resolve = system_addresses
    ) -> None:
        self._inner = inner
        self._reach = reach
        self._resolve = resolve

    async def start(self) -> None:
        """Start the engine."""
        await self._inner.start()

    async def dial(
        self, trunk: TrunkLine, to: str, *, caller_id: str, call_id: str, ring_timeout_s: float
    ) -> Leg:
        """See `Telephony`; a trunk that leads where it must not is a trunk error."""
        try:
            await self._check(trunk)
        except Refused as error:
            _log.warning("trunk_refused", trunk_id=trunk.id, server=trunk.server)
            raise CallNotAnswered(
                Failed.TRUNK_ERROR, detail="VINFER_TRUNK_ALLOW does not admit the trunk's address"
            ) from error
        return await self._inner.dial(
            trunk, to, caller_id=caller_id, call_id=call_id, ring_timeout_s=ring_timeout_s
        )

    async def close(self) -> None:
        """Close the engine."""
        await self._inner.close()

    async def _check(self, trunk: TrunkLine) -> None:
        match = _SERVER.fullmatch(trunk.server)
        if match is None:
            raise Refused
        host = match[1] or match[2]
        port = int(match[3] or (5061 if trunk.transport == "tls" else 5060))
        self._reach.check_host(host, port)
        if self._reach.admits_name(host, port):
            return
        for address in await self._resolve(host):
            self._reach.check_address(address, port)
