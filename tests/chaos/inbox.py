"""Receivers of webhooks, and what must be true of what they got."""

import json
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import platforms
from aiohttp import web

from vinfer_client import verify


@dataclass
class Inbox:
    """One receiver. `failing` is the share of events whose first attempt it fails."""

    name: str
    failing: float
    url: str = ""
    secret: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    tried: set[str] = field(default_factory=set[str])
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        id = request.headers["webhook-id"]
        first = id not in self.tried
        self.tried.add(id)
        if first and self.chance.random() < self.failing:
            if self.chance.random() < 0.5 and request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        self.got.append((dict(request.headers), body))
        return web.Response(status=204)

    def ids(self) -> set[str]:
        return {headers["webhook-id"] for headers, _ in self.got}

    def judge(self, log: Sequence[Mapping[str, Any]]) -> str:
        """Raise `AssertionError` unless everything in the log has come as promised."""
        expected = {event["id"]: event for event in log}
        assert self.ids() == set(expected), f"{len(set(expected) - self.ids())} events are missing"
        bodies: dict[str, bytes] = {}
        orders: dict[str, list[int]] = defaultdict(list)
        for headers, body in self.got:
            event = verify(body, headers, self.secret, tolerance_s=None)
            assert event["id"] == headers["webhook-id"]
            if event["id"] not in bodies:
                orders[event["data"]["id"]].append(event["sequence"])
            assert bodies.setdefault(event["id"], body) == body, "a duplicate differs"
            assert json.loads(body) == expected[event["id"]], "not what the log says"
        for resource, order in orders.items():
            assert order == sorted(order), f"out of order for {resource}: {order}"
        return f"{self.name}: {len(bodies)} events, {len(self.got) - len(bodies)} repetitions"


@asynccontextmanager
async def listening(*inboxes: Inbox) -> AsyncIterator[None]:
    """Serve these receivers on one port."""
    port = platforms.free_port()
    app = web.Application()
    for inbox in inboxes:
        app.router.add_post(f"/{inbox.name}", inbox.take)
        inbox.url = f"http://127.0.0.1:{port}/{inbox.name}"
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield
    finally:
        await runner.cleanup()
