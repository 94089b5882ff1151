"""The API as an ASGI application for clients that own the event loop, on a database of its own."""

from collections.abc import Awaitable, Callable
from typing import Any

from closed_api import open_closed
from vinfer.kit.db import Database, connect_pool
from vinfer.kit.jobs import write_jobs
from vinfer.kit.seal import Seal


class Served:
    """Opens its database when the client starts it, in the client's loop.

    `key` is an admin's, and no request reaches it by its id: without it all others would be 401.
    """

    def __init__(self, dsn: str, seal: Seal) -> None:
        self._dsn = dsn
        self._seal = seal
        self._app: Any = None
        self.key = ""
        self._key_id = ""

    async def __call__(
        self,
        scope: Any,
        receive: Callable[[], Awaitable[Any]],
        send: Callable[[Any], Awaitable[Any]],
    ) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            scope["client"] = ("127.0.0.1", 1)
            scope["path"] = scope["path"].replace(self._key_id, "key_that_stays")
            await self._app(scope, receive, send)

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        pool = await connect_pool(self._dsn)
        db = Database(pool, subscribers={}, write_jobs=write_jobs)
        api = await open_closed(db, self._seal)
        self._app, self.key = api.app, await api.key()
        async with db.read() as conn:
            self._key_id = await conn.fetchval("select id from api_keys")
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await pool.close()
        await send({"type": "lifespan.shutdown.complete"})
