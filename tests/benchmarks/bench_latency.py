"""Voice-to-voice latency of whole calls, one at a time, over real SIP with real speech.

Run: python tests/benchmarks/bench_latency.py [calls]
End of the customer's speech to the agent's first frame on the line, split by stage.
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


async def measure(calls: int) -> list[dict[str, float]]:
    """Latency of every measured turn, in milliseconds by stage."""
    data_dir = Path(tempfile.mkdtemp(prefix="vinfer-bench-", dir="/tmp"))
    try:
        async with platforms.simulated_phones() as port, platforms.served(data_dir) as platform:
            trunk = {"name": "p", "server": f"127.0.0.1:{port}", "caller_ids": ["+911140000000"]}
            await platform.call("POST", "/v1/trunks", trunk)
            await run_campaign(platform, calls)
            return await turns(data_dir)
    finally:
        shutil.rmtree(data_dir)


async def run_campaign(platform: platforms.Platform, calls: int) -> None:
    """Call simulated people one after the other."""
    script = await platform.call("POST", "/v1/scripts", demo_campaign.demo_script())
    people = [reminder.contact(i, TALKERS[i % len(TALKERS)]) for i in range(calls)]
    body = {
        "name": "latency",
        "script_id": script["id"],
        "language": "en-IN",
        "concurrency": 1,
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
    measured = asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
    print(f"{len(measured)} turns  {'p50 ms':>10} {'p95 ms':>10}")
    for stage in STAGES:
        values = [turn[stage] for turn in measured if stage in turn]
        cuts = quantiles(values, n=20, method="inclusive")
        print(f"{stage:14} {cuts[9]:10.0f} {cuts[18]:10.0f}")


if __name__ == "__main__":
    main()
