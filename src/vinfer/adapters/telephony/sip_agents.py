"""The SIP identities of a process: one user agent per trunk and caller id."""

import asyncio
import contextlib

import baresip

from vinfer.adapters.telephony.sip_config import calling_account, registering_account
from vinfer.ports.telephony import TrunkLine


class TooManyIdentities(Exception):
    """The stack cannot free an identity, so a process can know only so many."""


class SipAgents:
    """Makes user agents on demand and keeps them; registers a trunk before its first call."""

    def __init__(self, runtime: baresip.Runtime, *, limit: int, srtp_on_tls: str) -> None:
        self._runtime = runtime
        self._limit = limit
        self._srtp_on_tls = srtp_on_tls
        self._calling: dict[tuple[TrunkLine, str], baresip.UserAgent] = {}
        self._registered: dict[str, tuple[TrunkLine, baresip.UserAgent]] = {}
        self._made = 0
        self._making = asyncio.Lock()
        self._registering: dict[str, asyncio.Lock] = {}

    async def get(self, trunk: TrunkLine, caller_id: str) -> baresip.UserAgent:
        """The identity to call from.

        Raises `ValueError` for values SIP cannot carry, `baresip.RegistrationError`,
        `baresip.BaresipError`, `TooManyIdentities`.
        """
        if trunk.register:
            await self._register(trunk)
        key = (trunk, caller_id)
        async with self._making:
            if key not in self._calling:
                account = calling_account(trunk, caller_id, srtp_on_tls=self._srtp_on_tls)
                self._calling[key] = await self._make(account)
        return self._calling[key]

    async def _make(self, account: baresip.Account) -> baresip.UserAgent:
        if self._made >= self._limit:
            raise TooManyIdentities(f"{self._limit} identities made; the process must be renewed")
        agent = await baresip.UserAgent.create(self._runtime, account, transfer_policy="reject")
        self._made += 1
        return agent

    async def _register(self, trunk: TrunkLine) -> None:
        """Register once; a trunk with changed settings takes the place of its former self."""
        async with self._registering.setdefault(trunk.id, asyncio.Lock()):
            former = self._registered.get(trunk.id)
            if former and former[0] == trunk:
                return
            if former:
                del self._registered[trunk.id]
                with contextlib.suppress(baresip.BaresipError):
                    await former[1].unregister(timeout=2)
            async with self._making:
                agent = await self._make(registering_account(trunk))
            await agent.register()
            self._registered[trunk.id] = (trunk, agent)

    async def close(self) -> None:
        """Withdraw every registration."""
        for _, agent in self._registered.values():
            with contextlib.suppress(baresip.BaresipError):
                await agent.unregister(timeout=2)
        self._registered.clear()
