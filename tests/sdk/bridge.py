"""The client library against the application in this process: its threads, our event loop."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

from harness import Api
from vinfer_client import Client

T = TypeVar("T")


class Bridge(httpx.BaseTransport):
    """Carries a thread's requests into the loop that the application lives on."""

    def __init__(self, api: Api, loop: asyncio.AbstractEventLoop) -> None:
        self._inner = httpx.ASGITransport(api.app, raise_app_exceptions=False)  # type: ignore[arg-type]
        self._loop = loop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run_coroutine_threadsafe(self._send(request), self._loop).result(30)

    async def _send(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        content = await response.aread()
        return httpx.Response(response.status_code, headers=response.headers, content=content)


async def use(api: Api, what: Callable[[Client], T], **options: Any) -> T:
    """Run `what` in a thread with a client that has an admin key."""
    key, loop = await api.key(), asyncio.get_running_loop()

    def run() -> T:
        with httpx.Client(transport=Bridge(api, loop)) as http:
            return what(Client(key, url="http://test", http=http, **options))

    return await asyncio.to_thread(run)
