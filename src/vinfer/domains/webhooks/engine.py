"""The engine of a worker: turns of claiming and recording, and the attempts between them."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import structlog

from vinfer.domains.webhooks import delivery, turn
from vinfer.domains.webhooks.delivery import Attempt, Deps, Secrets
from vinfer.domains.webhooks.turn import Ended, Room
from vinfer.kit.db import TRANSIENT

SLOTS: Final = 500  # attempts of one worker at a time; each is a socket
RESERVED: Final = 100
POLL_S: Final = 0.2  # how long a new event may wait to be seen
GATHER_S: Final = 0.01  # attempts that end together are recorded together
AFTER_TROUBLE_S: Final = 1.0

_log = structlog.get_logger()


@dataclass(slots=True)
class Engine:
    """Delivers what the deployment owes; as many may run as there are workers.

    `per_endpoint` limits attempts at one endpoint at a time, over all workers.
    """

    deps: Deps
    per_endpoint: int = 16
    slots: int = SLOTS
    reserved: int = RESERVED
    _secrets: Secrets = field(init=False)
    _in_flight: Counter[str] = field(default_factory=Counter[str])  # attempts by workspace
    _ended: list[Ended] = field(default_factory=list[Ended])
    _stir: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._secrets = Secrets(self.deps.seal)

    async def run(self) -> None:
        """Deliver until cancelled; attempts in flight then end, and are recorded."""
        async with asyncio.TaskGroup() as group:
            try:
                while True:
                    await self._turn(group, self.slots - self._in_flight.total())
                    await self._wait()
            except asyncio.CancelledError:
                await self._drain(group)
                raise

    async def _drain(self, group: asyncio.TaskGroup) -> None:
        while self._in_flight:
            await self._wait()
        await self._turn(group, 0)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(POLL_S):
                await self._stir.wait()
        except TimeoutError:
            return
        self._stir.clear()
        await asyncio.sleep(GATHER_S)

    async def _turn(self, group: asyncio.TaskGroup, free: int) -> None:
        ended, self._ended = self._ended, []
        now = self.deps.clock.now()
        room = Room(free, self.reserved, self.per_endpoint, busy=frozenset(self._in_flight))
        try:
            async with self.deps.db.begin() as tx:
                await turn.record(tx, ended, now)
                attempts = await turn.claim(tx, room, now)
        except asyncio.CancelledError:
            self._ended = ended + self._ended
            raise
        except TRANSIENT as error:
            _log.warning("webhooks_interrupted", error=repr(error))
            self._ended = ended + self._ended
            await asyncio.sleep(AFTER_TROUBLE_S)
            return
        except Exception:  # the leases of these attempts run out, and they are made again
            _log.exception("webhooks_turn_failed", attempts=len(ended))
            await asyncio.sleep(AFTER_TROUBLE_S)
            return
        for attempt in attempts:
            self._in_flight[attempt.envelope.workspace_id] += 1
            group.create_task(self._attempt(attempt))

    async def _attempt(self, attempt: Attempt) -> None:
        try:
            outcome = await delivery.send(attempt, self.deps, self._secrets)
            self._ended.append((attempt, outcome))
        finally:
            workspace_id = attempt.envelope.workspace_id
            self._in_flight[workspace_id] -= 1
            self._in_flight += Counter()  # drops the workspaces that have none
            self._stir.set()
