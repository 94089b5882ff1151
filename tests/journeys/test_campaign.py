"""A whole campaign as a customer runs it: real processes, SIP, speech and recordings."""

import asyncio
import io
import json
import re
import wave
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jiwer
import numpy as np
import pytest
from platforms import Platform, served_with_phones
from reminder import REMINDER, contact

import speech_models
from rehearing import plain
from vinfer.app.simulator import demo_campaign, personas
from vinfer.media import spoken

pytestmark = [
    pytest.mark.slow,
    pytest.mark.realtime,
    pytest.mark.timeout(420),
]

CALLED = ("00", "01", "03", "07", "09", "11", "12", "17")  # `make demo` calls the others too
PEOPLE = (*CALLED, "20")
INDIA = ZoneInfo("Asia/Kolkata")
TRIGGERS: list[dict[str, Any]] = [
    {"type": "explicit_request", "priority": 1},
    {"type": "compliance_alert", "priority": 2},
    {"type": "keyword", "priority": 3, "phrases": ["consumer forum", "vakil"]},
    {"type": "custom", "priority": 4, "condition": "my father passed away; he is in hospital"},
    {"type": "sentiment", "priority": 5, "threshold": -0.7},
]


@asynccontextmanager
async def installation(data_dir: Path) -> AsyncGenerator[Platform]:
    """A served platform with the simulated phones as its trunk."""
    async with served_with_phones(data_dir, people=PEOPLE, RING_TIMEOUT_S="8") as found:
        platform, sip_port = found
        trunk = {
            "name": "phones",
            "server": f"127.0.0.1:{sip_port}",
            "caller_ids": ["+911140000000"],
            "channels": 10,
        }
        await platform.call("POST", "/v1/trunks", trunk)
        yield platform


async def test_every_persona_comes_out_right(data_dir: Path) -> None:
    async with installation(data_dir) as platform:
        await _introduction_call(platform)
        await _window_and_pause(platform)
        campaign = await _run_demo_campaign(platform)
        calls = await platform.details(campaign["id"])
        for call in calls:
            expected = personas.persona_for(call["contact"]["phone"]).expected
            assert expected is not None
            found = (call["disposition"], call["end_reason"])
            assert found == (expected.disposition, expected.end_reason), _told(call)
        assert {_fired(call) for call in calls} == {None, ("escalated", "explicit_request", "cold")}
        talks = [call for call in calls if call["answered_at"]]
        assert len(talks) >= 6
        recordings = [await _recording(platform, call) for call in talks]
        for call, (customer, agent) in zip(talks, recordings, strict=True):
            if call["end_reason"] != "voicemail":
                assert _loudness(agent) > 200, "the agent is not audible"
            assert _loudness(customer) > 200, "the customer is not audible"
        await _agent_can_be_understood(talks, [agent for _, agent in recordings])
        assert all(call["latency_ms"]["p50"] > 0 for call in talks if call["tag"])


async def _introduction_call(platform: Platform) -> None:
    """The two calls of the introduction, with host, key and script id changed."""
    script = await platform.call("POST", "/v1/scripts", REMINDER)
    body = {
        "name": "Q1 Outreach",
        "script_id": script["id"],
        "language": "hi-IN",
        "contacts": [],
    }
    key = {"Idempotency-Key": "550e8400-e29b-41d4-a716-446655440000"}
    plain_one = await platform.call("POST", "/v1/campaigns", body)
    first = await platform.call("POST", "/v1/campaigns", body, **key)
    again = await platform.call("POST", "/v1/campaigns", body, **key)
    assert first == again
    assert plain_one["id"] != first["id"]


async def _window_and_pause(platform: Platform) -> None:
    script = await platform.call("POST", "/v1/scripts", REMINDER)
    later = (datetime.now(INDIA) + timedelta(hours=2)).strftime("%H:%M")
    latest = (datetime.now(INDIA) + timedelta(hours=2, minutes=30)).strftime("%H:%M")
    hours = {"timezone": "Asia/Kolkata", "daily_window": {"start": later, "end": latest}}
    closed = None
    if latest > later:  # near midnight there is no such window today
        closed = await _campaign(platform, script["id"], ["01"] * 3, schedule=hours)
    paused = await _campaign(platform, script["id"], ["01"] * 60, concurrency=2)
    calls = f"/v1/campaigns/{paused}/calls"
    await platform.until(calls, lambda page: page["total"] > 3, timeout_s=90)
    await platform.call("POST", f"/v1/campaigns/{paused}/pause")
    asked = datetime.now(UTC)
    await asyncio.sleep(4)
    page = await platform.call("GET", calls)
    newest = max(datetime.fromisoformat(call["started_at"]) for call in page["data"])
    assert newest - asked < timedelta(seconds=2)
    assert page["total"] < 60
    await platform.call("POST", f"/v1/campaigns/{paused}/stop")
    if closed is not None:
        assert (await platform.call("GET", f"/v1/campaigns/{closed}/calls"))["total"] == 0
        await platform.call("POST", f"/v1/campaigns/{closed}/stop")


async def _campaign(platform: Platform, script_id: str, who: list[str], **fields: Any) -> str:
    body = {
        "name": "part",
        "script_id": script_id,
        "language": "en-IN",
        "contacts": [contact(i, persona) for i, persona in enumerate(who)],
        **fields,
    }
    campaign = await platform.call("POST", "/v1/campaigns", body)
    await platform.call("POST", f"/v1/campaigns/{campaign['id']}/start")
    return campaign["id"]


async def _run_demo_campaign(platform: Platform) -> dict[str, Any]:
    """The demo's campaign by an agent whose triggers only one of its people gives a reason to."""
    script = await platform.call("POST", "/v1/scripts", demo_campaign.demo_script())
    agent = {
        "agent_name": "Asha",
        "language": "en-IN",
        "voice": "female",
        "script_id": script["id"],
        "fallback": {"transfer_to": demo_campaign.DESK_PHONE, "triggers": TRIGGERS},
    }
    everybody = demo_campaign.demo_contacts(today=datetime.now(INDIA).date())
    body = {
        "name": "EMI reminder",
        "agent_id": (await platform.call("POST", "/v1/agents", agent))["id"],
        "language": "en-IN",
        "concurrency": 6,
        "contacts": [person for person in everybody if person["phone"][-2:] in CALLED],
    }
    campaign = await platform.call("POST", "/v1/campaigns", body)
    path = f"/v1/campaigns/{campaign['id']}"
    await platform.call("POST", f"{path}/start")
    done: Callable[[Any], bool] = lambda found: found["status"] == "completed"  # noqa: E731
    return await platform.until(path, done, timeout_s=360)


def _fired(call: dict[str, Any]) -> tuple[str, ...] | None:
    """How a call was handed over by a trigger, if one fired."""
    evidence = call["evidence"] or {}
    trigger = evidence.get("trigger")
    return trigger and (call["disposition"], trigger["type"], evidence["mode"])


async def _recording(platform: Platform, call: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Left (customer) and right (agent), by the signed link and without a key."""
    async with platform.session.get(call["recording_url"]) as reply:
        assert reply.status == 200
        data = await reply.read()
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (2, 8000, 2)
        frames = np.frombuffer(file.readframes(file.getnframes()), np.int16).reshape(-1, 2)
    assert abs(len(frames) / 8000 - call["duration_seconds"]) < 3
    return frames[:, 0], frames[:, 1]


def _loudness(samples: np.ndarray) -> float:
    """RMS of the loudest second."""
    seconds = samples[: len(samples) // 8000 * 8000].reshape(-1, 8000).astype(float)
    return float(np.sqrt((seconds**2).mean(axis=1)).max()) if len(seconds) else 0.0


async def _agent_can_be_understood(calls: list[dict[str, Any]], agents: list[np.ndarray]) -> None:
    said: list[str] = []
    heard: list[str] = []
    for call, samples in zip(calls, agents, strict=True):
        for turn in call["transcript"]:
            if turn["speaker"] != "agent" or turn["interrupted"] or len(said) >= 12:
                continue
            part = samples[int(turn["start"] * 8000) : int((turn["end"] + 0.3) * 8000)]
            found = await speech_models.recognizer().transcribe(
                part.tobytes(), rate_hz=8000, language="en-IN"
            )
            said.append(plain(turn["text"]))
            heard.append(plain(_in_words(found.text)))
    assert len(said) >= 7
    assert jiwer.wer(said, heard) <= 0.10, list(zip(said, heard, strict=True))


def _in_words(text: str) -> str:
    """Whisper writes figures where the agent speaks words."""
    text = re.sub(r"(?:Rs\.?|₹)\s*([\d,]+)", r"\1 rupees", text)
    text = re.sub(r"(\d+)(?:st|nd|rd|th)\b", lambda m: spoken.ordinal(int(m[1]), "en-IN"), text)
    whole = re.compile(r"\d[\d,]*")
    return whole.sub(lambda m: spoken.number(int(m[0].replace(",", "")), "en-IN"), text)


def _told(call: dict[str, Any]) -> str:
    turns = "\n".join(f"{turn['speaker']}: {turn['text']}" for turn in call["transcript"])
    return json.dumps(call | {"transcript": None}) + "\n" + turns
