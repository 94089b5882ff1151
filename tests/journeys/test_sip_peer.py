"""Calls to an independent SIP peer, as the API tells of them afterwards."""

import asyncio
import io
import re
import shutil
import wave
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray
from platforms import Platform, served
from reminder import REMINDER, contact
from sipp_peer import INSTALLED, RATE_HZ, SPEECH_FILE, Peer, likeness, loudest, mu_law, sipp

import speech_models
from places import make_data_dir
from rehearing import plain

pytestmark = [
    pytest.mark.slow,
    pytest.mark.realtime,
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not INSTALLED, reason="needs sipp, the independent peer: sip-tester"),
]

CALLER_ID = "+911140000000"
PHONE = "+919876500001"
USERNAME, PASSWORD = "account-7", "correct horse"
OPENING = "Hello Ravi, this is Asha from Example Bank. Can you pay it this week?"


@pytest.fixture(scope="module")
def module_data_dir() -> Iterator[Path]:
    path = make_data_dir()
    yield path
    shutil.rmtree(path)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def platform(module_data_dir: Path) -> AsyncGenerator[Platform]:
    async with served(module_data_dir, RING_TIMEOUT_S="4") as platform:
        yield platform


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def script_id(platform: Platform) -> str:
    return (await platform.call("POST", "/v1/scripts", REMINDER))["id"]


async def trunk_to(platform: Platform, peer: Peer, **fields: Any) -> str:
    server = f"127.0.0.1:{peer.port}"
    body = {"name": "peer", "server": server, "caller_ids": [CALLER_ID]} | fields
    return (await platform.call("POST", "/v1/trunks", body))["id"]


async def call_of(platform: Platform, script_id: str, trunk_id: str) -> dict[str, Any]:
    """Place a call and return its detail once it is final."""
    body = {
        "phone": PHONE,
        "name": "Ravi",
        "language": "en-IN",
        "script_id": script_id,
        "trunk_id": trunk_id,
    }
    call = await platform.call("POST", "/v1/calls", body)
    path = f"/v1/calls/{call['id']}"
    return await platform.until(path, lambda it: it["status"] != "in_progress", timeout_s=120)


def outcome(call: dict[str, Any]) -> tuple[str, str, str]:
    return call["status"], call["disposition"], call["end_reason"]


def assert_never_answered(call: dict[str, Any]) -> None:
    assert call["answered_at"] is None
    assert call["duration_seconds"] == 0
    assert call["recording_url"] is None
    assert call["transcript"] == []
    assert call["ended_at"] is not None


async def recording_of(
    platform: Platform, call: dict[str, Any]
) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """Customer and agent, by the signed link and without a key."""
    async with platform.session.get(call["recording_url"]) as reply:
        assert reply.status == 200
        data = await reply.read()
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (2, RATE_HZ, 2)
        frames = np.frombuffer(file.readframes(file.getnframes()), np.int16).reshape(-1, 2)
    assert abs(len(frames) / RATE_HZ - call["duration_seconds"]) < 3
    return frames[:, 0], frames[:, 1]


async def test_a_spoken_answer_is_heard_recorded_and_understood(
    platform: Platform, script_id: str, tmp_path: Path
) -> None:
    words = np.frombuffer(await speech_models.spoken("Yes, I will pay tomorrow."), np.int16)
    noise = np.random.default_rng(7).normal(0, 12, 50 * RATE_HZ)  # a live line is never silent
    line = noise.astype(np.int16)
    line[9 * RATE_HZ : 9 * RATE_HZ + len(words)] += words
    await asyncio.to_thread((tmp_path / SPEECH_FILE).write_bytes, mu_law(line))
    async with sipp("answer_and_speak", tmp_path) as peer:
        call = await call_of(platform, script_id, await trunk_to(platform, peer))
        assert await peer.verdict() == 0
    assert outcome(call) == ("completed", "interested", "agent_hangup")
    assert call["evidence"] == {"turn": 1, "reason": "branch:will_pay"}
    assert call["started_at"] <= call["answered_at"] < call["ended_at"]
    agent_said = [turn["text"] for turn in call["transcript"] if turn["speaker"] == "agent"]
    assert agent_said[0] == OPENING
    heard = " ".join(t["text"] for t in call["transcript"] if t["speaker"] == "customer")
    assert "pay tomorrow" in plain(heard)
    customer, agent = await recording_of(platform, call)
    assert likeness(loudest(words, seconds=1), customer) > 0.9
    assert np.sqrt(np.mean(loudest(agent, seconds=1).astype(float) ** 2)) > 500
    invite = peer.messages("received")[0]
    assert invite.startswith(f"INVITE sip:{PHONE}@127.0.0.1:{peer.port}")
    assert re.search(rf"^From: .*<sip:{re.escape(CALLER_ID)}@", invite, re.M)
    assert f"X-VInfer-Call-Id: {call['id']}" in invite
    assert peer.requests() == ["INVITE", "ACK", "BYE"]


async def test_the_far_side_hangs_up(platform: Platform, script_id: str, tmp_path: Path) -> None:
    async with sipp("answer_and_hang_up", tmp_path, echo=True) as peer:
        call = await call_of(platform, script_id, await trunk_to(platform, peer))
        assert await peer.verdict() == 0
    assert outcome(call) == ("completed", "callback", "customer_hangup")
    assert call["answered_at"] is not None
    assert 1 <= call["duration_seconds"] <= 6
    assert OPENING.startswith(call["transcript"][0]["text"].rstrip("…").rstrip())
    customer, agent = await recording_of(platform, call)
    assert likeness(loudest(agent, seconds=0.5), customer) > 0.9, "the peer did not hear the agent"
    assert "BYE" not in peer.requests()


@pytest.mark.parametrize(
    ("scenario", "refusal", "expected"),
    [
        ("ring_then_refuse", "486 Busy Here", ("completed", "not_reachable", "busy")),
        ("ring_then_refuse", "603 Decline", ("completed", "not_reachable", "declined")),
        ("refuse", "404 Not Found", ("completed", "not_reachable", "invalid_number")),
        ("refuse", "503 Service Unavailable", ("failed", "not_reachable", "trunk_error")),
    ],
)
async def test_a_refusal_is_recorded(
    platform: Platform,
    script_id: str,
    tmp_path: Path,
    scenario: str,
    refusal: str,
    expected: tuple[str, str, str],
) -> None:
    async with sipp(scenario, tmp_path, refusal=refusal) as peer:
        call = await call_of(platform, script_id, await trunk_to(platform, peer))
        assert await peer.verdict() == 0
    assert outcome(call) == expected
    assert_never_answered(call)
    assert peer.requests() == ["INVITE", "ACK"]


async def test_a_phone_that_rings_on_is_cancelled(
    platform: Platform, script_id: str, tmp_path: Path
) -> None:
    async with sipp("ring_for_ever", tmp_path) as peer:
        call = await call_of(platform, script_id, await trunk_to(platform, peer))
        assert await peer.verdict() == 0
    assert outcome(call) == ("completed", "not_reachable", "no_answer")
    assert_never_answered(call)
    assert peer.requests() == ["INVITE", "CANCEL", "ACK"]


async def test_the_trunk_asks_for_credentials(
    platform: Platform, script_id: str, tmp_path: Path
) -> None:
    async with sipp("challenge", tmp_path, password=PASSWORD) as peer:
        trunk_id = await trunk_to(platform, peer, username=USERNAME, password=PASSWORD)
        call = await call_of(platform, script_id, trunk_id)
        assert await peer.verdict() == 0
    assert outcome(call) == ("completed", "not_reachable", "busy")
    assert PASSWORD not in "".join(peer.messages("received"))


async def test_wrong_credentials_are_trunk_trouble(
    platform: Platform, script_id: str, tmp_path: Path
) -> None:
    async with sipp("challenge", tmp_path, password=PASSWORD) as peer:
        trunk_id = await trunk_to(platform, peer, username=USERNAME, password="wrong")
        call = await call_of(platform, script_id, trunk_id)
        assert await peer.verdict() == 0
    assert outcome(call) == ("failed", "not_reachable", "trunk_error")
    assert_never_answered(call)
    assert peer.requests() == ["INVITE", "ACK", "INVITE", "ACK"], "it must not ask for ever"


async def test_a_proxy_asks_for_credentials(
    platform: Platform, script_id: str, tmp_path: Path
) -> None:
    async with sipp("proxy_challenge", tmp_path) as peer:
        trunk_id = await trunk_to(platform, peer, username=USERNAME, password=PASSWORD)
        call = await call_of(platform, script_id, trunk_id)
        assert await peer.verdict() == 0
    assert outcome(call) == ("completed", "not_reachable", "busy")


async def test_the_trunk_is_registered_before_its_first_call(
    platform: Platform, script_id: str, tmp_path: Path
) -> None:
    async with sipp("registrar", tmp_path, calls=3, password=PASSWORD) as peer:
        fields = {"username": USERNAME, "password": PASSWORD, "register": True}
        trunk_id = await trunk_to(platform, peer, **fields)
        first = await call_of(platform, script_id, trunk_id)
        second = await call_of(platform, script_id, trunk_id)
        assert await peer.verdict() == 0
    assert outcome(first) == outcome(second) == ("completed", "not_reachable", "busy")
    assert peer.requests() == ["REGISTER", "REGISTER", "INVITE", "ACK", "INVITE", "ACK"]


async def test_a_refused_registration_is_trunk_trouble(
    platform: Platform, script_id: str, tmp_path: Path
) -> None:
    async with sipp("registrar", tmp_path, password=PASSWORD) as peer:
        fields = {"username": USERNAME, "password": "wrong", "register": True}
        call = await call_of(platform, script_id, await trunk_to(platform, peer, **fields))
        assert await peer.verdict() == 0
    assert outcome(call) == ("failed", "not_reachable", "trunk_error")
    assert_never_answered(call)
    assert "INVITE" not in peer.requests()


async def test_a_campaign_ends_when_every_phone_was_busy(
    platform: Platform, script_id: str, tmp_path: Path
) -> None:
    async with sipp("ring_then_refuse", tmp_path, calls=3, refusal="486 Busy Here") as peer:
        body = {
            "name": "Busy",
            "script_id": script_id,
            "language": "en-IN",
            "trunk_id": await trunk_to(platform, peer),
            "max_attempts": 1,
            "contacts": [contact(number, "11") for number in range(3)],
        }
        campaign = await platform.call("POST", "/v1/campaigns", body)
        path = f"/v1/campaigns/{campaign['id']}"
        await platform.call("POST", f"{path}/start")
        done = await platform.until(path, lambda it: it["status"] == "completed", timeout_s=90)
        assert await peer.verdict() == 0
    calls = await platform.details(campaign["id"])
    assert done["progress"]["completed"] == done["progress"]["total"] == len(calls) == 3
    assert {outcome(call) for call in calls} == {("completed", "not_reachable", "busy")}
