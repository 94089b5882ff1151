"""kill -9 of API, worker and database at random moments while events are made and delivered.

Run: python tests/chaos [events] [seed]
Clients move campaigns to and fro over HTTP, as many moves as events; two receivers take them, one
of which fails the first attempt of some. At the end each move that was answered is one event, each
event has come to both receivers, in order for its campaign, and repetitions are the same bytes.
"""

import asyncio
import contextlib
import random
import shutil
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "journeys"), str(Path(__file__).parent)]
sys.path[:0] = [str(TESTS.parent / "sdk/python/src")]

import structlog
from inbox import Inbox, listening
from parts import PARTS, Installation, installed
from reminder import REMINDER, contact

from places import make_data_dir
from vinfer_client import Client, types

CLIENTS = 8
CAMPAIGNS_EACH = 5
PAUSE_S = (2.0, 8.0)  # between two kills
DELIVERED_WITHIN_S = 180.0


ended = threading.Event()


def pause(seconds: float) -> None:
    """Sleep as long as there is a trial."""
    if ended.wait(seconds):
        raise RuntimeError("the trial has ended")


def client(it: Installation) -> Client:
    """One that outlasts any restart."""
    return Client(it.key, url=it.url, timeout_s=10, attempts=50, sleep=pause)


def make_campaigns(it: Installation) -> list[str]:
    with client(it) as vinfer:
        trunk = {"name": "nobody", "server": "sip.example.com", "caller_ids": ["+911140000000"]}
        vinfer.create_trunk(trunk)  # no media process runs: nobody is called
        script = vinfer.create_script(REMINDER)
        body: types.CampaignBody = {
            "name": "chaos",
            "script_id": script["id"],
            "language": "en-IN",
            "contacts": [contact(0, "00")],
        }
        return [vinfer.create_campaign(body)["id"] for _ in range(CLIENTS * CAMPAIGNS_EACH)]


def move(it: Installation, campaigns: list[str], moves: int) -> Counter[str]:
    """Start, pause and resume in turn; how many moves of each campaign were answered."""
    answered: Counter[str] = Counter()
    with client(it) as vinfer:
        for number in range(moves):
            id = campaigns[number % len(campaigns)]
            if not answered[id]:
                status = vinfer.start_campaign(id)["status"]
            elif answered[id] % 2:
                status = vinfer.pause_campaign(id)["status"]
            else:
                status = vinfer.resume_campaign(id)["status"]
            answered[id] += 1
            assert status == ("running" if answered[id] % 2 else "paused")
    return answered


async def make_events(it: Installation, campaigns: list[str], events: int) -> Counter[str]:
    """All clients at once, each with campaigns of its own."""
    shares = [campaigns[number::CLIENTS] for number in range(CLIENTS)]
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(CLIENTS) as threads:  # the loop's own are for starting the database
        working = [
            loop.run_in_executor(threads, move, it, share, events // CLIENTS) for share in shares
        ]
        try:
            return sum(await asyncio.gather(*working), Counter[str]())
        except BaseException:
            ended.set()
            raise


async def kill_at_random(
    it: Installation, chance: random.Random, enough: asyncio.Event
) -> Counter[str]:
    """Until it is enough; how often each part was killed. Whatever is killed runs again."""
    killed: Counter[str] = Counter()
    while not enough.is_set():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(chance.uniform(*PAUSE_S)):
                await enough.wait()
            break
        part = chance.choice(PARTS)
        await it.kill(part)
        killed[part] += 1
    return killed


async def until_delivered(it: Installation, inboxes: tuple[Inbox, ...]) -> list[types.Envelope]:
    """The whole log, once everything in it has arrived or the time is up."""
    log = await asyncio.to_thread(read_log, it)
    ids = {event["id"] for event in log}
    deadline = time.monotonic() + DELIVERED_WITHIN_S
    while time.monotonic() < deadline and any(  # noqa: ASYNC110  # receivers do not tell
        inbox.ids() != ids for inbox in inboxes
    ):
        await asyncio.sleep(0.2)
    return log


def read_log(it: Installation) -> list[types.Envelope]:
    log: list[types.Envelope] = []
    with client(it) as vinfer:
        while True:
            page = vinfer.pull_events(after=log[-1]["sequence"] if log else 0, limit=100)
            if not page["data"]:
                return log
            log += page["data"]


async def run(it: Installation, events: int, seed: int) -> None:
    """One trial; raises `AssertionError` when a promise is broken."""
    inboxes = (Inbox("steady", failing=0.0), Inbox("shaky", failing=0.02))
    enough = asyncio.Event()
    async with listening(*inboxes):
        campaigns = await asyncio.to_thread(make_campaigns, it)
        with client(it) as vinfer:
            for inbox in inboxes:
                made = await asyncio.to_thread(
                    vinfer.create_webhook, {"url": inbox.url, "events": ["*"]}
                )
                inbox.secret = made.get("secret", "")
        started = time.monotonic()
        async with asyncio.TaskGroup() as group:
            killing = group.create_task(kill_at_random(it, random.Random(seed), enough))
            answered = await make_events(it, campaigns, events)
            enough.set()
        killed = killing.result()
        made_s = time.monotonic() - started
        log = await until_delivered(it, inboxes)
    told = Counter(event["data"]["id"] for event in log)
    assert told == answered, "a move that was answered is not one event, or an event too many"
    assert [event["sequence"] for event in log] == sorted({event["sequence"] for event in log})
    words = ", ".join(f"{part} {count}×" for part, count in sorted(killed.items()))
    print(f"{len(log)} events in {made_s:.0f} s; killed: {words}")
    for inbox in inboxes:
        print(inbox.judge(log))
    print(f"all there {time.monotonic() - started - made_s:.0f} s later")


async def main(events: int, seed: int) -> None:
    """A trial on a new installation."""
    data_dir = make_data_dir()
    try:
        async with installed(data_dir) as it:
            try:
                await run(it, events, seed)
            finally:
                ended.set()
    finally:
        shutil.rmtree(data_dir)


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    given = dict(enumerate(map(int, sys.argv[1:])))
    events, seed = given.get(0, 5000), given.get(1, random.randrange(10**6))
    print(f"seed {seed}")
    asyncio.run(main(events, seed))
