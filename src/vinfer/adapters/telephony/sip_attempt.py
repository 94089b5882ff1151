"""One call attempt: what the network said about it so far."""

import asyncio
import contextlib

import baresip

from vinfer.adapters.telephony import outcomes
from vinfer.ports.telephony import CallNotAnswered

_PROVISIONAL_S = 2.0


class SipAttempt:
    """Listens to a call from its INVITE to its answer or its failure."""

    def __init__(self) -> None:
        self.rang = False
        self._status = 0
        self._spoken = asyncio.Event()
        self._answered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def on_event(self, event: baresip.StackEvent) -> None:
        """Take one stack event; the status is the number the stack puts before the text."""
        if event.event in (baresip.Event.CALL_RINGING, baresip.Event.CALL_PROGRESS):
            self.rang = True
            self._spoken.set()
        elif event.event is baresip.Event.CALL_ESTABLISHED:
            self._settle(answered=True)
        elif event.event is baresip.Event.CALL_CLOSED:
            head, _, _ = (event.text or "").partition(" ")
            self._status = int(head) if len(head) == 3 and head.isascii() and head.isdigit() else 0
            self._settle(answered=False)

    def abandon(self, error: Exception) -> None:
        """Make the waiting dial raise `error`."""
        self._spoken.set()
        if not self._answered.done():
            self._answered.set_exception(error)

    async def answer(self, *, ring_timeout_s: float) -> None:
        """Return at the answer. Raises `CallNotAnswered`, `TimeoutError` after the ring timeout."""
        async with asyncio.timeout(ring_timeout_s):
            answered = await self._answered
        if not answered:
            reason = outcomes.meaning(self._status, rang=self.rang)
            raise CallNotAnswered(reason, sip_status=self._status)

    async def can_be_cancelled(self) -> None:
        """Return when a CANCEL will reach the far end.

        Before the first provisional response none may be sent (RFC 3261 section 9.1), and the
        stack then forgets the INVITE, so that a telephone rings on with nobody calling. It does
        not tell of a 100, which is due within 200 ms: two seconds stand for having had one.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PROVISIONAL_S):
                await self._spoken.wait()

    def _settle(self, *, answered: bool) -> None:
        self._spoken.set()
        if not self._answered.done():
            self._answered.set_result(answered)
