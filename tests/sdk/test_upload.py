"""Recordings from a path, a file and a pipe, streamed to the real application."""

import io
import os
import tracemalloc
from pathlib import Path

import httpx
import pytest
from bridge import use

from harness import Api, open_api
from vinfer.adapters.storage.memory import MemoryStorage
from vinfer.domains.transcription.service import Intake
from vinfer.kit import http
from vinfer.kit.db import Database
from vinfer.kit.seal import open_seal
from vinfer_client import ApiError, Client, types

BODY: types.UploadBody = {"language": "en-IN", "metadata": {"loan": "März"}}
JOB = {"job_id": "job_1"}


@pytest.fixture
def storage() -> MemoryStorage:
    return MemoryStorage()


@pytest.fixture
async def api(db: Database, tmp_path: Path, storage: MemoryStorage) -> Api:
    uploads = http.Uploads(tmp_path / "scratch", 1 << 20)
    intake = Intake(storage=storage)
    return await open_api(db, open_seal(tmp_path / "keys"), intake=intake, uploads=uploads)


async def test_a_path_and_an_open_file_are_taken(
    api: Api, storage: MemoryStorage, tmp_path: Path
) -> None:
    path = tmp_path / "Anruf März.wav"
    path.write_bytes(b"RIFF" + bytes(100_000))

    def upload(vinfer: Client) -> list[types.TranscriptionDetail]:
        with path.open("rb") as file:
            file.seek(50)  # what was read before matters not
            jobs = [
                vinfer.upload_transcription(path, BODY),
                vinfer.upload_transcription(file, BODY),
            ]
        return [*jobs, vinfer.upload_transcription(str(path), BODY, idempotency_key="once")]

    for job in await use(api, upload):
        assert job["status"] == "queued"
        assert job["metadata"] == BODY["metadata"]
    sizes = {len(content) for content in storage.objects.values()}
    assert len(storage.objects) == 3
    assert len(sizes) == 1, "each is the whole file"
    async with api.db.read() as conn:
        rows = await conn.fetch("select audio_name, audio_bytes from transcriptions")
    assert {tuple(row) for row in rows} == {("audio.wav", 100_004)}, "a name may say who called"


async def test_the_same_key_stores_one_recording(api: Api, storage: MemoryStorage) -> None:
    def twice(vinfer: Client) -> None:
        first = vinfer.upload_transcription(io.BytesIO(b"RIFF"), BODY, idempotency_key="k")
        again = vinfer.upload_transcription(io.BytesIO(b"RIFF"), BODY, idempotency_key="k")
        assert first["job_id"] == again["job_id"]

    await use(api, twice)
    assert len(storage.objects) == 1


async def test_a_refusal_names_the_part(api: Api) -> None:
    def refused(vinfer: Client) -> ApiError:
        with pytest.raises(ApiError) as raised:
            vinfer.upload_transcription(io.BytesIO(b""), BODY)
        return raised.value

    error = await use(api, refused)
    assert (error.status, error.details["field"]) == (400, "audio")


class Far(httpx.BaseTransport):
    """Reads each request to its end, piece by piece, and answers busy first."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.sizes: list[int] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        self.sizes.append(sum(map(len, request.stream)))
        if len(self.sizes) <= self.refusals:
            return httpx.Response(503)
        return httpx.Response(202, json=JOB)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "long.wav"
    with path.open("wb") as file:
        file.truncate(64 << 20)  # sparse
    return path


def client(far: Far) -> Client:
    return Client("vk_1", http=httpx.Client(transport=far), sleep=lambda _: None)


def test_a_large_file_is_sent_again_whole_and_never_held(large: Path) -> None:
    far = Far(2)
    tracemalloc.start()
    try:
        assert client(far).upload_transcription(large, BODY) == JOB
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(far.sizes) == 3
    assert len(set(far.sizes)) == 1
    assert far.sizes[0] > 64 << 20
    assert peak < 8 << 20


def test_a_pipe_is_sent_once() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as end:
        end.write(b"RIFF" * 100)
    far = Far(1)
    with os.fdopen(reading, "rb") as pipe, pytest.raises(ApiError, match="503"):
        client(far).upload_transcription(pipe, BODY)
    assert len(far.sizes) == 1
