"""The SIP identities of a process: one user agent per trunk and caller id."""

import asyncio
import contextlib
from dataclasses import dataclass

import baresip

from vinfer.adapters.telephony.sip_config import calling_account, registering_account
from vinfer.adapters.telephony.sip_stack import stop_registering
from vinfer.ports.telephony import TrunkLine


class TooManyIdentities(Exception):
    """The stack cannot free an identity, so a process can know only so many."""


@dataclass(slots=True, eq=False)
class _Registration:
    """A trunk's own identity. `held` follows the stack, which renews it and tries again by itself.

    `failures` counts our own attempts that failed, `status` is the last one's.
    """

    trunk: TrunkLine
    agent: baresip.UserAgent
    held: bool = False
    failures: int = 0
    status: int | None = None

    def on_event(self, event: baresip.StackEvent) -> None:
        """Take one event of the agent."""
        if event.event in (baresip.Event.REGISTER_OK, baresip.Event.REGISTER_FAIL):
            self.held = event.event is baresip.Event.REGISTER_OK


class SipAgents:
    """Makes user agents on demand and keeps them; registers a trunk before its first call."""

    def __init__(self, runtime: baresip.Runtime, *, limit: int, srtp_on_tls: str) -> None:
        self._runtime = runtime
        self._limit = limit
        self._srtp_on_tls = srtp_on_tls
        self._calling: dict[tuple[TrunkLine, str], baresip.UserAgent] = {}
        self._registrations: dict[str, _Registration] = {}
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
        """Register unless it is done; those who waited for a failed attempt share its outcome."""
        known = self._registrations.get(trunk.id)
        failures_seen = known.failures if known else 0
        async with self._registering.setdefault(trunk.id, asyncio.Lock()):
            registration = await self._registration(trunk)
            if registration.failures > failures_seen:
                raise baresip.RegistrationError("refused just now", status=registration.status)
            if not registration.held:
                await self._attempt(registration)

    async def _registration(self, trunk: TrunkLine) -> _Registration:
        """The trunk's registration; one with changed settings takes the place of its former self.

        It is kept when it fails: identities cannot be freed.
        """
        former = self._registrations.get(trunk.id)
        if former and former.trunk == trunk:
            return former
        if former:
            del self._registrations[trunk.id]
            await stop_registering(self._runtime, former.agent)
        async with self._making:
            agent = await self._make(registering_account(trunk))
        registration = self._registrations[trunk.id] = _Registration(trunk, agent)
        agent.on(registration.on_event)
        return registration

    async def _attempt(self, registration: _Registration) -> None:
        try:
            await registration.agent.register()
        except baresip.RegistrationError as error:
            registration.failures += 1
            registration.status = error.status
            raise
        registration.held = True

    async def close(self) -> None:
        """Withdraw every registration."""
        for registration in self._registrations.values():
            with contextlib.suppress(baresip.BaresipError):
                await registration.agent.unregister(timeout=2)
        self._registrations.clear()
