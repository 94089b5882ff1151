"""Recordings whose private parts are taken out: withheld until then, and for ever if it fails."""

import struct
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.domains import campaigning
from tests.domains.transcription.conftest import TALK, Bench
from tests.domains.transcription.conftest import bench as bench
from tests.domains.transcription.conftest import files as files
from tests.domains.transcription.test_calls import KEY, detail, recorded
from tests.domains.transcription.test_calls import world as world
from tests.domains.worlds import World

from vinfer import app
from vinfer.domains.calls import dialing, erasure, service
from vinfer.domains.recordings import silencing
from vinfer.domains.transcription.analysis import Finding
from vinfer.domains.transcription.held import Ears
from vinfer.lens.transcript import Transcript
from vinfer.media.plan import Turn

SILENCED = "recordings/w/call.silenced.wav"
SPANS = [(6.0, 7.0)]
TURNS = (
    Turn(0, "agent", 0.0, 1.0, "Your card?"),
    Turn(1, "customer", 1.5, 3.0, "four one one one one one one one one"),
    Turn(2, "agent", 3.0, 3.2, "Ok"),
    Turn(3, "customer", 3.5, 5.0, "one one one one one one one"),
)
HEAD = 44


def _redacted(transcript: Transcript) -> Finding:
    audio = [{"start": start_s, "end": end_s} for start_s, end_s in SPANS]
    return Finding({"counts": {}, "spans": [], "audio": audio}, transcript=transcript)


def broken(transcript: Transcript) -> Finding:
    raise RuntimeError("no rules")


async def analysed(bench: Bench, world: World, redaction: Any = _redacted) -> str:
    """A call that was recorded and transcribed, its redaction found."""
    call_id = await recorded(bench, world, analyze=["transcription", "redaction"])
    await redact_recording(bench, redaction)
    return call_id


async def redact_recording(bench: Bench, redaction: Any = _redacted) -> None:
    held = replace(bench.ears, analysers={"redaction": redaction})

    async def load() -> Ears:
        return held

    await bench.run_jobs()
    await bench.turn("heavy", ears=load)


def _loud(wav: bytes, from_s: float, until_s: float) -> bool:
    pcm = wav[HEAD + int(from_s * 8000) * 4 : HEAD + int(until_s * 8000) * 4]
    return any(struct.unpack(f"<{len(pcm) // 2}h", pcm))


def migration(name: str) -> str:
    """The SQL of one that was released."""
    return (Path(app.__file__).with_name("migrations") / name).read_text("utf-8")


async def heard(world: World, call_id: str) -> tuple[str | None, bool]:
    """The key that a link leads to, and whether the recording is withheld."""
    async with world.db.read() as conn:
        found = await service.get(conn, world.actor, call_id, link=lambda key: key)
    return found.recording_url, found.recording_withheld


async def test_a_recording_is_heard_once_its_private_parts_are_silent(bench: Bench, world: World):
    call_id = await analysed(bench, world)
    assert await heard(world, call_id) == (None, True)
    assert (await detail(world, call_id)).transcript_job_id is not None
    await bench.run_jobs()
    assert await heard(world, call_id) == (SILENCED, False)
    made = bench.storage.objects[SILENCED]
    assert (len(made), made[:HEAD]) == (len(TALK), TALK[:HEAD])
    assert _loud(TALK, 6.0, 7.0)
    assert not _loud(made, 6.0, 7.0)
    assert _loud(made, 0.5, 1.5)
    assert _loud(made, 12.0, 13.0)
    await bench.run_jobs()
    assert bench.storage.objects.keys() == {SILENCED}  # the other is deleted


async def test_what_is_not_to_be_redacted_is_heard_at_once(bench: Bench, world: World):
    call_id = await recorded(bench, world, analyze=["transcription"])
    assert await heard(world, call_id) == (KEY, False)


async def test_a_redaction_that_fails_leaves_the_recording_withheld(bench: Bench, world: World):
    call_id = await analysed(bench, world, broken)
    await bench.run_jobs()
    assert await heard(world, call_id) == (None, True)
    assert bench.storage.objects.keys() == {KEY}


async def test_a_file_that_is_no_recording_of_ours_stays_withheld(bench: Bench, world: World):
    call_id = await analysed(bench, world)
    bench.storage.objects[KEY] = b"OggS" + bytes(100)
    with pytest.raises(ValueError, match="WAV"):
        await silencing.silence(world.db, bench.storage, call_id, KEY, SPANS)
    assert await heard(world, call_id) == (None, True)


async def test_the_raw_recording_stored_again_is_not_heard(bench: Bench, world: World):
    call_id = await analysed(bench, world)
    bench.storage.objects[KEY] = TALK
    async with world.db.begin() as tx:  # a process died between storing and saying so
        await dialing.attach_recording(tx, call_id, KEY)
    assert await heard(world, call_id) == (None, True)
    await bench.run_jobs()
    bench.storage.objects[KEY] = TALK
    async with world.db.begin() as tx:
        await dialing.attach_recording(tx, call_id, KEY)
    await bench.run_jobs()
    assert await heard(world, call_id) == (SILENCED, False)
    assert bench.storage.objects.keys() == {SILENCED}


REDACTED = ("transcription", "redaction")


async def told(bench: Bench, world: World, analyze: Sequence[str] | None = REDACTED) -> str:
    """A call that is to be redacted, in which a card number was said in two lines."""
    await campaigning.running(world, 1, analyze=analyze)
    (call,) = await campaigning.claim(world)
    captured = {"card": 4111111111111111, "pay_date": "2026-03-05", "amount": 5200, "agreed": True}
    result = replace(campaigning.answered(), turns=TURNS, captured=captured)
    await campaigning.record(world, call.call_id, result)
    bench.storage.objects[KEY] = TALK
    return call.call_id


SHOWN = {"card": "[CARD]", "pay_date": "2026-03-05", "amount": 5200, "agreed": True}


async def test_live_lines_are_shown_redacted_with_the_recording(bench: Bench, world: World):
    call_id = await told(bench, world)
    assert (await detail(world, call_id)).transcript == []  # nobody knows yet of a recording
    async with world.db.begin() as tx:
        await dialing.attach_recording(tx, call_id, KEY)
    await redact_recording(bench)
    withheld = await detail(world, call_id)
    assert (withheld.transcript, withheld.captured) == ([], SHOWN)
    await bench.run_jobs()
    call = await detail(world, call_id)
    assert [line.text for line in call.transcript] == ["Your card?", "[CARD]", "Ok", "[CARD]"]
    assert call.captured == SHOWN
    async with world.db.begin() as tx:
        await dialing.store_turns(tx, call_id, TURNS)  # late: a line is written as it is spoken
    kept = await world.rows(
        "select captured::text as said from calls union all select text from call_turns"
        " union all select data::text from events"
    )
    assert not [row["said"] for row in kept if "4111" in row["said"] or "one one" in row["said"]]


async def test_lines_of_others_are_shown_at_once(bench: Bench, world: World):
    call_id = await recorded(bench, world, analyze=["transcription"])
    assert [it.text for it in (await detail(world, call_id)).transcript] == ["Hello", "yes"]


async def test_twice_is_as_good_as_once(bench: Bench, world: World):
    call_id = await analysed(bench, world)
    await bench.run_jobs()
    made = bench.storage.objects[SILENCED]
    await silencing.silence(world.db, bench.storage, call_id, KEY, [])
    await bench.run_jobs()
    assert bench.storage.objects == {SILENCED: made}


async def test_a_call_erased_meanwhile_keeps_nothing(bench: Bench, world: World):
    call_id = await analysed(bench, world)
    async with world.db.begin() as tx:
        await erasure.erase_call(tx, world.actor, call_id, seal=bench.shop.seal, now=world.now)
    bench.storage.objects[SILENCED] = TALK  # as if it had been written just before
    await bench.run_jobs()
    await bench.run_jobs()
    assert bench.storage.objects == {}
    async with world.db.read() as conn:
        (row,) = await conn.fetch("select * from calls k")
    assert (row["recording_key"], row["recording_withheld"]) == (None, False)


async def test_recordings_from_before_are_withheld_and_silenced(bench: Bench, world: World):
    call_id = await analysed(bench, world)
    other = await recorded(bench, world, analyze=["transcription"])
    _, again = migration("0012_silenced_recordings.sql").split("boolean not null default false;")
    async with world.db.begin() as tx:
        await tx.conn.execute("delete from pgqueuer")
        await tx.conn.execute("update calls set recording_withheld = false")
        await tx.conn.execute(again)
    assert await heard(world, call_id) == (None, True)
    assert await heard(world, other) == (KEY, False)
    await bench.run_jobs()
    assert await heard(world, call_id) == (SILENCED, False)
    assert not _loud(bench.storage.objects[SILENCED], 6.0, 7.0)
