"""Voice-to-voice latency of whole calls over real SIP with real speech, 1, 2, 4 … at a time.

Run: python tests/benchmarks/bench_latency.py [calls at once] …
From the end of the customer's speech to the agent's first frame on the line, split by stage. The
simulated phones run on the same machine.
"""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import quantiles
from typing import Any

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "journeys")]

import asyncpg
import platforms
import reminder

from vinfer.app.simulator import demo_campaign
from vinfer.kit import pg
from vinfer.kit.db import prepare_connection

STAGES = ("endpointing", "recognition", "dialog", "synthesis", "transport", "total")
TALKERS = ("00", "05", "06", "11", "16")


async def measure(at_once: int) -> list[dict[str, float]]:
    """Latency of every measured turn, in milliseconds by stage."""
    data_dir = Path(tempfile.mkdtemp(prefix="vinfer-bench-", dir="/tmp"))
    try:
        async with platforms.simulated_phones() as port, platforms.served(data_dir) as platform:
            trunk = {"name": "p", "server": f"127.0.0.1:{port}", "caller_ids": ["+911140000000"]}
            await platform.call("POST", "/v1/trunks", trunk)
            await run_campaign(platform, max(10, 3 * at_once), at_once)
            return await turns(data_dir)
    finally:
        shutil.rmtree(data_dir)


async def run_campaign(platform: platforms.Platform, calls: int, at_once: int) -> None:
    """Call simulated people, so many at a time."""
    script = await platform.call("POST", "/v1/scripts", demo_campaign.demo_script())
    people = [reminder.contact(i, TALKERS[i % len(TALKERS)]) for i in range(calls)]
    body = {
        "name": "latency",
        "script_id": script["id"],
        "language": "en-IN",
        "concurrency": at_once,
        "contacts": [p | {"amount": 5200, "due_date": "2026-10-05"} for p in people],
        "fallback": {"transfer_to": demo_campaign.DESK_PHONE, "mode": "cold"},
    }
    campaign = await platform.call("POST", "/v1/campaigns", body)
    path = f"/v1/campaigns/{campaign['id']}"
    await platform.call("POST", f"{path}/start")
    await platform.until(path, lambda c: c["status"] == "completed", timeout_s=60 + 60 * calls)


async def turns(data_dir: Path) -> list[dict[str, float]]:
    """The measured turns of every call in this installation's database."""
    conn: Any = await asyncpg.connect(pg.attach(data_dir))
    try:
        await prepare_connection(conn)
        rows = await conn.fetch("select latency_ms from call_turns where latency_ms is not null")
        return [row["latency_ms"] for row in rows]
    finally:
        await conn.close()


def main() -> None:
    """Print p50 and p95 of every stage."""
    for at_once in [int(word) for word in sys.argv[1:]] or [1]:
        measured = asyncio.run(measure(at_once))
        print(f"{at_once} at once, {len(measured)} turns  {'p50 ms':>10} {'p95 ms':>10}")
        for stage in STAGES:
            values = [turn[stage] for turn in measured if stage in turn]
            cuts = quantiles(values, n=20, method="inclusive")
            print(f"{stage:26} {cuts[9]:10.0f} {cuts[18]:10.0f}", flush=True)


if __name__ == "__main__":
    main()
