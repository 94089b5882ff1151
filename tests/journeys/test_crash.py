"""kill -9 of every part in the middle of a campaign: nobody is called twice, nothing is lost."""

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import standardwebhooks
from platforms import (
    WEBHOOK_SETTINGS,
    Platform,
    Receiver,
    children_of,
    kill_child,
    served_with_phones,
    webhook_receiver,
)
from reminder import REMINDER, contact

PERSONAS = ("00", "06", "01", "10", "06", "00", "10", "06", "04")


@pytest.mark.slow
@pytest.mark.realtime
@pytest.mark.timeout(420)
async def test_a_campaign_survives_kill_9_of_every_part(data_dir: Path, tmp_path: Path) -> None:
    async with (
        webhook_receiver() as receiver,
        served_with_phones(
            data_dir,
            people=set(PERSONAS),
            calls_file=tmp_path / "phones.jsonl",
            **WEBHOOK_SETTINGS,
        ) as (platform, sip_port),
    ):
        hook = await platform.call("POST", "/v1/webhooks", {"url": receiver.url, "events": ["*"]})
        campaign = await _start(platform, sip_port)
        for kill in (_kill("media"), _kill("worker"), _kill("postgres"), _kill_everything):
            await _until_talking(platform, campaign["id"])
            await kill(platform)
        path = f"/v1/campaigns/{campaign['id']}"
        done = await platform.until(path, lambda c: c["status"] == "completed", timeout_s=240)
        calls = await platform.details(campaign["id"])

        assert done["progress"]["completed"] == done["progress"]["total"] == len(PERSONAS)
        assert {call["status"] for call in calls} <= {"completed", "failed"}
        answered = Counter(c["contact"]["phone"] for c in calls if c["answered_at"])
        assert max(answered.values()) == 1, "a contact has two answered calls"
        rung = _answered_phones(tmp_path / "phones.jsonl")
        assert max(rung.values()) == 1, "a phone was answered twice"
        await _every_call_is_reported(receiver, hook["secret"], {call["id"] for call in calls})


async def _start(platform: Platform, sip_port: int) -> dict[str, Any]:
    trunk = {"name": "phones", "server": f"127.0.0.1:{sip_port}", "caller_ids": ["+911140000000"]}
    await platform.call("POST", "/v1/trunks", trunk)
    script = await platform.call("POST", "/v1/scripts", REMINDER)
    body = {
        "name": "crash",
        "script_id": script["id"],
        "language": "en-IN",
        "concurrency": 3,
        "contacts": [contact(i, persona) for i, persona in enumerate(PERSONAS)],
    }
    campaign = await platform.call("POST", "/v1/campaigns", body)
    return await platform.call("POST", f"/v1/campaigns/{campaign['id']}/start")


async def _until_talking(platform: Platform, campaign_id: str) -> None:
    """Until a call is answered and live, or the campaign has ended."""
    path = f"/v1/calls?campaign_id={campaign_id}&status=in_progress"
    await platform.until(
        path, lambda page: any(call["answered_at"] for call in page["data"]), timeout_s=60
    )
    await asyncio.sleep(1)


def _kill(word: str) -> Callable[[Platform], Any]:
    async def kill(platform: Platform) -> None:
        kill_child(platform.server.process.pid, word=word)
        await asyncio.sleep(1)

    return kill


async def _kill_everything(platform: Platform) -> None:
    children = children_of(platform.server.process.pid, word="vinfer.app.cli")
    await platform.server.kill()
    await asyncio.to_thread(_until_gone, children)  # the kernel ends them with their parent
    platform.server = await platform.restart()


def _until_gone(processes: list[int]) -> None:
    for _ in range(100):
        if not any(Path(f"/proc/{process}").exists() for process in processes):
            return
        time.sleep(0.1)


def _answered_phones(log: Path) -> Counter[str]:
    """How often each phone was answered, as the far side saw it."""
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    return Counter(line["number"] for line in lines if line["answered"])


async def _every_call_is_reported(receiver: Receiver, secret: str, call_ids: set[str]) -> None:
    for _ in range(300):
        reported = {event["data"]["id"] for event in receiver.events("call.completed")}
        if reported == call_ids and not _missing(receiver):
            break
        await asyncio.sleep(0.2)
    assert reported == call_ids
    assert not _missing(receiver)
    verifier = standardwebhooks.Webhook(secret)
    for headers, body in receiver.requests:
        verifier.verify(body, headers)
    events = [json.loads(body) for _, body in receiver.requests]
    sequences = {event["sequence"] for event in events}
    assert len({event["id"] for event in events}) == len(sequences), "a repeat has its own id"
    order = defaultdict[str, list[int]](list)
    for event in events:
        seen = order[event["data"]["id"]]
        if event["sequence"] not in seen:
            seen.append(event["sequence"])
    assert all(seen == sorted(seen) for seen in order.values())


def _missing(receiver: Receiver) -> set[int]:
    """Numbers of the log that did not arrive, though later ones did."""
    seen = {json.loads(body)["sequence"] for _, body in receiver.requests}
    return set(range(min(seen), max(seen))) - seen if seen else set()
