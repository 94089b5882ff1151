"""The few API calls the demo makes, over HTTP like any client."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import aiohttp


class DemoFailed(Exception):
    """The demo cannot go on; the message says where it stopped."""


class Api:
    """The running platform, as a customer sees it."""

    def __init__(self, session: aiohttp.ClientSession, *, url: str, key: str) -> None:
        self._session = session
        self.url = url
        self.key = key

    async def post(self, path: str, body: Any = None) -> dict[str, Any]:
        """POST JSON; returns the reply. Raises `DemoFailed` on any error status."""
        return await self._send("POST", path, json={} if body is None else body)

    async def get(self, path: str) -> dict[str, Any]:
        """GET JSON. Raises `DemoFailed` on any error status."""
        return await self._send("GET", path)

    async def all_calls(self, campaign_id: str) -> Sequence[dict[str, Any]]:
        """Every call of the campaign, oldest first, in full detail."""
        path = f"/v1/campaigns/{campaign_id}/calls?limit=100"
        page = await self.get(path)
        items: list[dict[str, Any]] = page["data"]
        while cursor := page["next_cursor"]:
            page = await self.get(f"{path}&cursor={quote(cursor)}")
            items += page["data"]
        return [await self.get(f"/v1/calls/{item['id']}") for item in reversed(items)]

    async def _send(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.key}"}
        try:
            async with self._session.request(
                method, self.url + path, headers=headers, **options
            ) as reply:
                body = await reply.json()
        except (aiohttp.ClientError, ValueError) as error:
            raise DemoFailed(f"{method} {path}: {error}") from error
        if reply.status >= 400:
            raise DemoFailed(f"{method} {path}: {reply.status} {body}")
        return body
