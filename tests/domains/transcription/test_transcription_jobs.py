"""A recording's way through the API and a worker: every field, every refusal, every trace."""

import asyncio
import os
from typing import Any

import httpx
import msgspec
from aiohttp import web
from tests.domains.transcription.conftest import MOST_BYTES, TALK, Bench, speech

from vinfer.kit import sealed_file
from vinfer.kit.ids import new_id

METADATA = {"z": 1, "a": {"deep": [1.5, None, "ü"]}, "loan": "L-1042"}


async def submit(client: httpx.AsyncClient, url: str, **more: Any) -> dict[str, Any]:
    body = {"audio_url": url, "language": "en-IN"} | more
    answer = await client.post("/v1/transcription", json=body)
    assert answer.status_code == 202, answer.text
    return answer.json()


async def job(client: httpx.AsyncClient, id: str) -> dict[str, Any]:
    answer = await client.get(f"/v1/transcription/{id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_recording_becomes_a_transcript(bench: Bench, client: httpx.AsyncClient):
    url = bench.files.put("talk.wav", TALK)
    taken = await submit(client, url, metadata=METADATA, speakers=2)
    assert (taken["status"], taken["job_id"]) == ("queued", taken["id"])
    assert taken["progress"] == {"step": "fetch", "percent": 0}
    assert "transcript" not in taken
    await bench.turn("light")
    assert bench.files.asked == ["/talk.wav"]
    (stored,) = bench.storage.objects.values()
    assert TALK[:64] not in stored
    assert len(stored) > len(TALK)
    waiting = await job(client, taken["id"])
    assert (waiting["status"], waiting["progress"]["step"]) == ("queued", "survey")
    await bench.finish()
    done = await job(client, taken["id"])
    assert (done["status"], done["error"], done["progress"]) == ("completed", None, None)
    assert list(done["metadata"]) == list(METADATA)
    assert done["metadata"] == METADATA
    assert done["duration_seconds"] == 14
    segments = done["transcript"]["segments"]
    assert [(it["speaker"], it["text"]) for it in segments] == [
        ("agent", "good morning"),
        ("customer", "hello who is this"),
        ("agent", "this is asha from example bank"),
    ]
    assert [word["word"] for word in segments[0]["words"]] == ["good", "morning"]
    assert 0.3 <= segments[0]["start"] < segments[0]["end"] <= 1.8
    assert done["transcript"]["text"].splitlines()[1] == "hello who is this"
    assert not {"summary", "sentiment", "intent", "qa", "compliance"} & done.keys()
    assert bench.storage.objects == {}
    assert await bench.events() == ["transcription.completed"]
    (event,) = await bench.rows("select data from events")
    assert event["data"] == done
    (left,) = await bench.rows("select * from transcriptions")
    gone = ("url_sealed", "audio_key", "audio_secret_sealed", "survey", "claim", "step")
    assert [left[name] for name in gone] == [None] * len(gone)
    assert await bench.rows("select * from transcription_pieces") == []


ODD_METADATA = (
    b'{ "price": 1e2, "rate":1.10, "zero" : -0.0, "id": 12345678901234567890123,\n'
    b'  "name":"\\u0905\\/\xe0\xa4\x85", "b": {"z": [], "a": {}}, "": null}'
)


async def test_metadata_comes_back_byte_for_byte(bench: Bench, client: httpx.AsyncClient):
    url = bench.files.put("talk.wav", TALK)
    json = {"content-type": "application/json"}
    body = b'{"audio_url": "%s", "metadata": %s, "language": "en-IN"}'
    taken = await client.post(
        "/v1/transcription", content=body % (url.encode(), ODD_METADATA), headers=json
    )
    assert b'"metadata":' + ODD_METADATA + b"," in taken.content
    part = b'{"language": "en-IN", "metadata": %s}' % ODD_METADATA
    sent = await send(client, TALK, parts={"request": ("request", part)})
    assert b'"metadata":' + ODD_METADATA + b"," in sent.content
    await bench.finish()
    for id in (taken.json()["id"], sent.json()["id"]):
        got = await client.get(f"/v1/transcription/{id}")
        assert b'"metadata":' + ODD_METADATA + b"," in got.content
    listed = await client.get("/v1/transcription")
    assert listed.content.count(ODD_METADATA) == 2
    told = await bench.rows("select data from events")
    assert [row["data"]["metadata"] for row in told] == [msgspec.json.decode(ODD_METADATA)] * 2
    blown_up = ODD_METADATA.replace(b" ", b" " * 60_000)
    small = await client.post(
        "/v1/transcription", content=body % (url.encode(), blown_up), headers=json
    )
    assert small.json()["metadata"] == msgspec.json.decode(ODD_METADATA)
    assert len(small.content) < 2000


async def test_silence_is_completed_without_a_word(bench: Bench, client: httpx.AsyncClient):
    taken = await submit(client, bench.files.put("quiet.wav", speech(seconds=3)))
    await bench.finish()
    done = await job(client, taken["id"])
    assert done["status"] == "completed"
    assert done["transcript"] == {"text": "", "segments": [], "damaged": False}
    assert bench.transcriber.heard == 0


NO_RECORDINGS = {
    "audio_empty": b"",
    "audio_not_decodable": b"<html>Not found</html>" * 9,
    "audio_too_long": speech(seconds=61, channels=1),
    "audio_too_large": bytes(MOST_BYTES + 1),
}


async def test_what_is_no_recording_fails_with_its_code(bench: Bench, client: httpx.AsyncClient):
    for code, content in NO_RECORDINGS.items():
        taken = await submit(client, bench.files.put("x.wav", content))
        await bench.finish()
        failed = await job(client, taken["id"])
        assert (failed["status"], failed["error"]["code"]) == ("failed", code)
        assert failed["completed_at"] is not None
        assert "transcript" not in failed
    assert bench.storage.objects == {}
    assert list(bench.shop.scratch.glob("*")) == []
    assert await bench.events() == ["transcription.failed"] * len(NO_RECORDINGS)


async def test_too_large_is_found_without_a_length_too(bench: Bench, client: httpx.AsyncClient):
    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while not request.transport.is_closing():  # type: ignore[union-attr]
            await answer.write(bytes(1 << 16))
        return answer

    bench.files.answers["/endless"] = endless
    taken = await submit(client, f"{bench.files.url}/endless")
    await bench.finish()
    assert (await job(client, taken["id"]))["error"]["code"] == "audio_too_large"


async def test_a_passing_trouble_is_tried_again_and_a_final_one_is_not(
    bench: Bench, client: httpx.AsyncClient
):
    taken = await submit(client, bench.files.answer("a.wav", status=503))
    for pause_s in (2.1, 10.1, 60.1):
        await bench.finish()
        assert (await job(client, taken["id"]))["status"] == "queued"
        bench.clock.pass_time(pause_s)
    await bench.finish()
    assert (await job(client, taken["id"]))["error"]["code"] == "audio_unreachable"
    assert len(bench.files.asked) == 4
    gone = await submit(client, f"{bench.files.url}/no-such-file.wav")
    await bench.finish()
    assert "404" in (await job(client, gone["id"]))["error"]["message"]


async def test_five_redirects_are_followed(bench: Bench, client: httpx.AsyncClient):
    bench.files.put("hop0", TALK)
    for n in range(1, 7):
        bench.files.answer(f"hop{n}", status=302, headers={"Location": f"/hop{n - 1}"})
    taken = [await submit(client, f"{bench.files.url}/hop{hops}") for hops in (5, 6)]
    await bench.finish()
    statuses = [(await job(client, it["id"]))["status"] for it in taken]
    assert statuses == ["completed", "failed"]


INSIDE = (
    "http://127.0.0.2:1/x",
    "http://169.254.169.254/latest/meta-data",
    "http://[::ffff:10.0.0.1]/",
    "http://2130706434/",
    "file:///etc/passwd",
    "http://[::1",
    "http://user:word@127.0.0.1/",
)


async def test_no_redirect_leads_inside(bench: Bench, client: httpx.AsyncClient):
    for inward in INSIDE:
        url = bench.files.answer("r", status=302, headers={"Location": inward})
        taken = await submit(client, url)
        await bench.finish()
        failed = await job(client, taken["id"])
        assert failed["error"]["code"] == "audio_address_refused", inward
        assert inward not in failed["error"]["message"]


BAD: tuple[tuple[dict[str, Any], str], ...] = (
    ({"audio_url": "http://10.0.0.1/x.wav"}, "audio_url"),
    ({"audio_url": "ftp://files.example.com/x.wav"}, "audio_url"),
    ({"audio_url": "http://user:pw@example.com/x.wav"}, "audio_url"),
    ({"audio_url": None}, "audio_url"),
    ({"language": "hindi"}, "language"),
    ({"language": "fr-FR"}, "language"),
    ({"speakers": 0}, "speakers"),
    ({"speakers": 11}, "speakers"),
    ({"speakers": "2"}, "speakers"),
    ({"features": ["transcription", "summary"]}, "features[1]"),
    ({"features": ["magic"]}, "features[0]"),
    ({"features": ["qa_scoring"]}, "qa_scorecard_id"),
    ({"features": ["qa_scoring"], "qa_scorecard_id": "qas_1"}, "features[0]"),
    ({"qa_scorecard_id": "qas_1"}, "qa_scorecard_id"),
    ({"metadata": [1]}, "metadata"),
    ({"webhook": "x"}, "webhook"),
)


async def test_a_bad_request_names_its_field(client: httpx.AsyncClient):
    good = {"audio_url": "https://files.example.com/x.wav", "language": "en-IN"}
    for change, field in BAD:
        answer = await client.post("/v1/transcription", json=good | change)
        assert answer.status_code == 400, change
        assert answer.json()["error"]["details"]["field"] == field
    listed = await client.get("/v1/transcription")
    assert listed.json()["total"] == 0


async def test_a_refused_feature_names_those_there_are(client: httpx.AsyncClient):
    body = {"audio_url": "https://a.example/x", "language": "en-IN", "features": ["sentiment"]}
    error = (await client.post("/v1/transcription", json=body)).json()["error"]
    assert error["details"]["expected"] == "an installed feature: transcription"


async def test_nothing_is_left_of_a_deleted_job(
    bench: Bench, client: httpx.AsyncClient, stranger: httpx.AsyncClient
):
    url = bench.files.put("talk.wav", TALK)
    body = {"audio_url": url, "language": "en-IN", "metadata": {"who": "Ananya"}}
    key = {"Idempotency-Key": "once"}
    first = await client.post("/v1/transcription", json=body, headers=key)
    await bench.finish()
    path = f"/v1/transcription/{first.json()['id']}"
    assert (await stranger.delete(path)).status_code == 404
    assert (await client.delete(path)).status_code == 204
    assert (await client.delete(path)).status_code == 404
    assert (await client.get(path)).status_code == 404
    (event,) = await bench.rows("select data from events")
    assert event["data"]["metadata"] == {}
    assert "transcript" not in event["data"]
    again = await client.post("/v1/transcription", json=body, headers=key)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json()["metadata"] == {}
    assert await bench.rows("select * from transcriptions") == []


async def test_a_job_that_is_deleted_while_it_is_fetched_leaves_no_audio(
    bench: Bench, client: httpx.AsyncClient
):
    taken = await submit(client, bench.files.put("talk.wav", TALK))
    served = bench.files.answers["/talk.wav"]

    async def delete_first(request: web.Request) -> web.StreamResponse:
        assert (await client.delete(f"/v1/transcription/{taken['id']}")).status_code == 204
        return served(request)

    bench.files.answers["/talk.wav"] = delete_first
    await bench.finish()
    assert bench.storage.objects == {}
    assert await bench.events() == []


async def test_jobs_are_listed_newest_first_and_by_filter(
    bench: Bench, client: httpx.AsyncClient, stranger: httpx.AsyncClient
):
    made: list[str] = []
    for n in range(3):
        made.append((await submit(client, bench.files.put(f"{n}.wav", TALK)))["id"])
        bench.clock.pass_time(60)
    await bench.turn("light")
    await bench.turn("heavy")

    async def ids(query: str) -> list[str]:
        answer = (await client.get(f"/v1/transcription?{query}")).json()
        assert answer["total"] == len(answer["data"])
        return [row["job_id"] for row in answer["data"]]

    assert await ids("") == made[::-1]
    assert await ids("status=completed") == made[:1]
    assert await ids("from=2026-03-04T12:01:00Z&to=2026-03-04T12:01:00Z") == made[1:2]
    assert await ids("from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z") == made[::-1]
    assert await ids(f"call_id={new_id('cal')}") == []
    assert (await client.get("/v1/transcription?status=done")).status_code == 400
    assert (await stranger.get("/v1/transcription")).json()["total"] == 0
    assert (await stranger.get(f"/v1/transcription/{made[0]}")).status_code == 404


async def test_what_dead_workers_left_is_swept(bench: Bench):
    bench.shop.scratch.mkdir()
    for name in ("sealed-old", "sealed-new"):
        (bench.shop.scratch / name).write_bytes(b"x")
        age_s = 90_000 if name == "sealed-old" else 10
        at = bench.clock.now().timestamp() - age_s
        os.utime(bench.shop.scratch / name, (at, at))
    assert (
        await asyncio.to_thread(sealed_file.sweep, bench.shop.scratch, now=bench.clock.now()) == 1
    )
    assert [path.name for path in bench.shop.scratch.iterdir()] == ["sealed-new"]


async def send(client: httpx.AsyncClient, content: bytes, **more: Any) -> httpx.Response:
    """Upload a recording."""
    request = msgspec.json.encode({"language": "en-IN"} | more.pop("request", {}))
    parts = {
        "audio": ("Anrufe März.wav", content, "audio/wav"),
        "request": ("request.json", request, "application/json"),
    }
    return await client.post("/v1/transcription", files=parts | more.pop("parts", {}), **more)


async def test_a_recording_may_be_uploaded(bench: Bench, client: httpx.AsyncClient):
    answer = await send(client, TALK, request={"metadata": METADATA})
    assert answer.status_code == 202, answer.text
    taken = answer.json()
    assert (taken["status"], taken["progress"]["step"]) == ("queued", "survey")
    (stored,) = bench.storage.objects.values()
    assert TALK[:64] not in stored
    await bench.finish()
    done = await job(client, taken["id"])
    assert (done["status"], done["metadata"]) == ("completed", METADATA)
    assert len(done["transcript"]["segments"]) == 3
    assert bench.storage.objects == {}
    assert list(bench.shop.scratch.glob("*")) == []


async def test_an_upload_is_idempotent_whatever_its_boundary(
    bench: Bench, client: httpx.AsyncClient
):
    key = {"Idempotency-Key": "once"}
    first = await send(client, TALK, headers=key)
    again = await send(client, TALK, headers=key)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == first.json()
    other = await send(client, TALK[:-2], headers=key)
    assert (other.status_code, len(bench.storage.objects)) == (422, 1)


async def test_a_bad_upload_names_its_part(bench: Bench, client: httpx.AsyncClient):
    extra = {"parts": {"more": ("x", b"x")}}
    cases: list[tuple[httpx.Response, int, str]] = [
        (await send(client, b""), 400, "audio"),
        (await send(client, TALK, request={"language": "fr-FR"}), 400, "language"),
        (await send(client, TALK, request={"audio_url": "https://a.example"}), 400, "audio_url"),
        (await send(client, TALK, **extra), 400, "body"),
        (await client.post("/v1/transcription", files={"audio": TALK}), 400, "request"),
        (await client.post("/v1/transcription", files={"x": TALK}), 400, "x"),
    ]
    kinds = ("multipart/form-data", "multipart/form-data; boundary=x")
    for kind in kinds:
        headers = {"content-type": kind}
        sent = await client.post("/v1/transcription", content=b"junk", headers=headers)
        cases.append((sent, 400, "body"))
    for answer, status, field in cases:
        assert answer.status_code == status, answer.text
        assert answer.json()["error"]["details"]["field"] == field
    assert bench.storage.objects == {}
    assert list(bench.shop.scratch.glob("*")) == []


async def test_too_large_an_upload_is_413(bench: Bench, client: httpx.AsyncClient):
    answer = await send(client, bytes(MOST_BYTES + 1))
    assert answer.status_code == 413
    assert answer.json()["error"]["details"]["limit"] == MOST_BYTES
    assert list(bench.shop.scratch.glob("*")) == []
