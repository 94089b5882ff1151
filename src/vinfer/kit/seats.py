"""Fair shares of a process: places that one client may take at a time, however much it asks."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from vinfer.kit.errors import Unavailable
from vinfer.kit.gateway import network_of

PATIENCE_S: Final = 30.0
UPLOAD_PATIENCE_S: Final = 600.0  # whoever waits has sent all of it already
REQUESTS_OF_ONE: Final = 4
"""Requests of one workspace that hold a connection at a time, where no setting says otherwise."""
BODIES_OF_ONE: Final = 8
"""Large bodies of one workspace that a process holds in memory at a time."""
UPLOADS_OF_ONE: Final = 2
UPLOADS_AT_ONCE: Final = 4
"""Uploads that a process reads into the database at a time: half of its connections at most."""


@dataclass(slots=True)
class _Room:
    free: int
    line: deque[asyncio.Future[None]] = field(default_factory=deque[asyncio.Future[None]])


class Seats:
    """Places by workspace. Whoever finds none waits in line, and for nobody of another workspace.

    The database's connections are few: without this one workspace's slow requests hold them all.
    (Of a semaphore and a timeout each wait costs 15 µs, and every request of a busy one waits.)
    """

    def __init__(self, most: int, *, patience_s: float = PATIENCE_S) -> None:
        self._most = most
        self._patience_s = patience_s
        self._rooms: dict[str, _Room] = {}

    async def take(self, workspace_id: str) -> None:
        """Take a place, which `leave` gives back; raises `Unavailable` after too long a wait."""
        room = self._rooms.get(workspace_id)
        if room is None:
            room = self._rooms[workspace_id] = _Room(self._most)
        if room.free:
            room.free -= 1
        else:
            await self._wait(workspace_id, room)

    def leave(self, workspace_id: str) -> None:
        """Give a place back: to whoever waited longest, if anybody waits."""
        room = self._rooms[workspace_id]
        while room.line:
            waiting = room.line.popleft()
            if not waiting.done():
                waiting.set_result(None)
                return
        room.free += 1
        if room.free == self._most:
            del self._rooms[workspace_id]

    @asynccontextmanager
    async def place(self, workspace_id: str) -> AsyncGenerator[None]:
        """A place for as long as the block lasts; raises `Unavailable`."""
        await self.take(workspace_id)
        try:
            yield
        finally:
            self.leave(workspace_id)

    async def _wait(self, workspace_id: str, room: _Room) -> None:
        loop = asyncio.get_running_loop()
        given = loop.create_future()
        room.line.append(given)
        patience = loop.call_later(self._patience_s, _give_up, given)
        try:
            await given
        except asyncio.CancelledError:
            if given.done() and not given.cancelled() and given.exception() is None:
                self.leave(workspace_id)  # the place came in the same moment
            raise
        finally:
            patience.cancel()


def _give_up(given: asyncio.Future[None]) -> None:
    if not given.done():
        given.set_exception(Unavailable())


class Shares:
    """What all requests of a process share: its connections to the database, and its memory.

    One place of several is kept for requests that only read, which are quick: large writes of the
    same workspace do not hold them up. An upload holds a connection for minutes: uploads have
    places of their own, fewer than there are.
    """

    def __init__(self, requests_of_one: int = REQUESTS_OF_ONE) -> None:
        self.requests = Seats(requests_of_one)
        self._writes = Seats(max(1, requests_of_one - 1))
        self._bodies = Seats(BODIES_OF_ONE, patience_s=UPLOAD_PATIENCE_S)
        self._uploads = Seats(UPLOADS_OF_ONE, patience_s=UPLOAD_PATIENCE_S)
        self._all_uploads = Seats(UPLOADS_AT_ONCE, patience_s=UPLOAD_PATIENCE_S)

    @asynccontextmanager
    async def write(self, workspace_id: str) -> AsyncGenerator[None]:
        """A place for a request that changes something; raises `Unavailable`."""
        async with self._writes.place(workspace_id), self.requests.place(workspace_id):
            yield

    @asynccontextmanager
    async def upload(self, workspace_id: str) -> AsyncGenerator[None]:
        """A place for an upload, of its workspace's and of all; raises `Unavailable`."""
        async with self._uploads.place(workspace_id), self._all_uploads.place(""):
            yield

    @asynccontextmanager
    async def body(self, workspace_id: str, *, large: bool) -> AsyncGenerator[None]:
        """A place for a body from its first byte on, if it is large; raises `Unavailable`."""
        async with AsyncExitStack() as stack:
            if large:
                await stack.enter_async_context(self._bodies.place(workspace_id))
            yield


@dataclass(slots=True)
class Doors:
    """Connections that one client may hold open at a time; those of `admits_all` any number."""

    most: int
    admits_all: Callable[[str], bool] = lambda _: False
    _open: dict[str, int] = field(default_factory=dict[str, int])

    def enter(self, peer: str) -> bool:
        """Count a connection that `leave` ends; False if it is one too many, and not counted."""
        client = network_of(peer)
        count = self._open.get(client, 0)
        if count >= self.most and not self.admits_all(peer):
            return False
        self._open[client] = count + 1
        return True

    def leave(self, peer: str) -> None:
        """A connection that entered has ended."""
        client = network_of(peer)
        self._open[client] -= 1
        if not self._open[client]:
            del self._open[client]
