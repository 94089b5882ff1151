"""The SIP engine: `vinfer.ports.telephony.Telephony` on the baresip stack.

One engine per process, since the stack is process-global; when it dies the process must be
replaced, which `died` tells.
"""

import asyncio
import contextlib

import baresip
import structlog

from vinfer.adapters.telephony import outcomes
from vinfer.adapters.telephony.sip_agents import SipAgents, TooManyIdentities
from vinfer.adapters.telephony.sip_attempt import SipAttempt
from vinfer.adapters.telephony.sip_config import (
    SipSettings,
    check_port,
    free_port,
    invite_headers,
    number_uri,
    stack_config,
)
from vinfer.adapters.telephony.sip_leg import SipLeg
from vinfer.adapters.telephony.sip_stack import finish, refuse_incoming, safe_dial, to_the_end
from vinfer.ports.telephony import CallNotAnswered, Failed, TrunkLine

log = structlog.get_logger()


class EngineDead(Exception):
    """The stack stopped working; only a new process can call again."""


class SipTelephony:
    """Places calls through SIP trunks and refuses every incoming one.

    `died` is set when the process must be replaced. `port` is the SIP port in use.
    """

    def __init__(self, settings: SipSettings) -> None:
        self._settings = settings
        self._runtime = baresip.Runtime(command_timeout=settings.command_timeout_s)
        self._runtime.on_dead = self._on_dead
        self._agents = SipAgents(
            self._runtime, limit=settings.max_identities, srtp_on_tls=settings.srtp_on_tls
        )
        self._attempts: set[SipAttempt] = set()
        self._legs: set[SipLeg] = set()
        self.died = asyncio.Event()
        self.port = 0

    async def start(self) -> None:
        """Open the SIP port. Raises `OSError` when it is taken."""
        host, port = self._settings.bind_host, self._settings.sip_port
        if port:
            check_port(host, port)
        self.port = port or free_port(host)
        try:
            await self._runtime.start(stack_config(self._settings, sip_port=self.port))
        except baresip.BaresipError as error:
            raise OSError(f"the SIP stack did not start: {error}") from error
        await refuse_incoming(self._runtime)
        log.info("sip_started", host=host, port=self.port)

    async def dial(
        self, trunk: TrunkLine, to: str, *, caller_id: str, call_id: str, ring_timeout_s: float
    ) -> SipLeg:
        """Ring `to` and return the answered leg.

        Raises `CallNotAnswered`, or `EngineDead`. Cancelling sends CANCEL, or BYE when the answer
        was quicker; a call is never left behind.
        """
        if self.died.is_set():
            raise EngineDead
        attempt = SipAttempt()
        self._attempts.add(attempt)
        try:
            call = await self._invite(trunk, to, attempt, caller_id=caller_id, call_id=call_id)
            await self._ring(call, attempt, ring_timeout_s=ring_timeout_s)
        finally:
            self._attempts.discard(attempt)
        return await self._leg(call, trunk)

    async def close(self) -> None:
        """Hang up every call, withdraw registrations and free the ports."""
        for leg in list(self._legs):
            await leg.hangup()
        for attempt in self._attempts:
            attempt.abandon(EngineDead())
        if not self.died.is_set():
            await self._agents.close()
        with contextlib.suppress(baresip.BaresipError):
            await self._runtime.close()

    async def _invite(
        self, trunk: TrunkLine, to: str, attempt: SipAttempt, *, caller_id: str, call_id: str
    ) -> baresip.Call:
        try:
            uri = number_uri(to, trunk)
        except ValueError:
            raise CallNotAnswered(Failed.INVALID_NUMBER, detail="not an E.164 number") from None
        headers = invite_headers(trunk, caller_id=caller_id, call_id=call_id)
        try:
            agent = await self._agents.get(trunk, caller_id)
            placing = safe_dial(agent, uri, headers, listener=attempt.on_event)
            return await to_the_end(placing, undo=lambda call: self._give_up(call, attempt))
        except (baresip.BaresipError, TooManyIdentities, ValueError) as error:
            raise self._not_placed(error, trunk) from error

    async def _ring(
        self, call: baresip.Call, attempt: SipAttempt, *, ring_timeout_s: float
    ) -> None:
        try:
            await attempt.answer(ring_timeout_s=ring_timeout_s)
        except TimeoutError:
            await self._give_up(call, attempt)
            reason = outcomes.unanswered(rang=attempt.rang)
            raise CallNotAnswered(reason, detail="ring timeout") from None
        except asyncio.CancelledError:
            await finish(self._give_up(call, attempt))
            raise

    async def _leg(self, call: baresip.Call, trunk: TrunkLine) -> SipLeg:
        leg = SipLeg(
            call,
            trunk=trunk,
            rtp_timeout_s=self._settings.rtp_timeout_s,
            on_end=self._legs.discard,
        )
        if leg.ended is None:
            self._legs.add(leg)
        try:
            await leg.settle()
        except asyncio.CancelledError:
            await finish(leg.hangup())
            raise
        return leg

    async def _give_up(self, call: baresip.Call, attempt: SipAttempt) -> None:
        """Hang up in whatever state: CANCEL while it rings, BYE after a quicker answer."""
        await attempt.can_be_cancelled()
        try:
            await call.hangup()
        except baresip.StaleHandleError:
            return
        except baresip.BaresipError as error:
            log.error("hangup_failed", error=type(error).__name__)

    def _not_placed(self, error: Exception, trunk: TrunkLine) -> Exception:
        """The exception for an INVITE that never left."""
        log.warning("call_not_placed", trunk_id=trunk.id, error=type(error).__name__)
        match error:
            case baresip.RuntimeDead() | baresip.CommandTimeout():
                self._on_dead()
                return EngineDead()
            case baresip.RegistrationError():
                status = error.status or 0
                detail = "registration refused"
                return CallNotAnswered(Failed.TRUNK_ERROR, sip_status=status, detail=detail)
            case _:
                return CallNotAnswered(Failed.TRUNK_ERROR, detail=type(error).__name__)

    def _on_dead(self) -> None:
        if not self.died.is_set():
            log.critical("sip_engine_died", calls=len(self._legs))
            self.died.set()
        for leg in list(self._legs):
            leg.lose()
        for attempt in self._attempts:
            attempt.abandon(EngineDead())
