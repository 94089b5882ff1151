"""The demo's own API client."""

from typing import Any

import aiohttp

from vinfer.app.demo.client import Api

PAGES: dict[str, dict[str, Any]] = {
    "/v1/campaigns/cmp_1/calls?limit=100": {
        "data": [{"id": "cal_3"}, {"id": "cal_2"}],
        "next_cursor": "a+b",
    },
    "/v1/campaigns/cmp_1/calls?limit=100&cursor=a%2Bb": {
        "data": [{"id": "cal_1"}],
        "next_cursor": None,
    },
}


class Canned(Api):
    async def get(self, path: str) -> dict[str, Any]:
        return PAGES.get(path) or {"id": path.removeprefix("/v1/calls/")}


async def test_all_calls_are_more_than_a_page_oldest_first():
    async with aiohttp.ClientSession() as session:
        calls = await Canned(session, url="http://127.0.0.1", key="k").all_calls("cmp_1")
    assert [call["id"] for call in calls] == ["cal_1", "cal_2", "cal_3"]
