"""A recording of two people through the real API, a real worker and the real models."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from platforms import free_port, served

import transcribing

LINES = (
    ("female", "Good morning, this is Asha calling from Example Bank about your loan."),
    ("male", "Yes, I will pay the full amount on Friday."),
    ("female", "Thank you very much. Have a nice day."),
)


@asynccontextmanager
async def file_server(content: bytes) -> AsyncGenerator[str]:
    """The URL of a file behind a redirect."""
    port = free_port()

    async def give(_: web.Request) -> web.Response:
        return web.Response(body=content)

    async def redirect(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/call.wav"})

    app = web.Application()
    app.router.add_get("/call.wav", give)
    app.router.add_get("/latest", redirect)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}/latest"
    finally:
        await runner.cleanup()


def _audio_in(data_dir: Path) -> list[Path]:
    """Files that hold, or held, what was said."""
    folders = (data_dir / "scratch", data_dir / "objects")
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_a_recording_is_heard(data_dir: Path) -> None:
    _, tracks = await transcribing.dialogue(LINES)
    content = transcribing.wav(tracks["male"], tracks["female"])
    settings = {"AUDIO_ALLOW": "127.0.0.1", "MEDIA_PROCESSES": "0"}
    async with file_server(content) as url, served(data_dir, **settings) as platform:
        body = {"audio_url": url, "language": "en-IN", "metadata": {"loan": 7}}
        body["features"] = ["summary", "sentiment", "intent", "redaction"]
        taken = await platform.call("POST", "/v1/transcription", body)
        assert taken["status"] == "queued"
        path = f"/v1/transcription/{taken['job_id']}"
        done = await platform.until(
            path, lambda job: job["status"] in ("completed", "failed"), timeout_s=120
        )
        assert (done["status"], done["error"], done["metadata"]) == ("completed", None, {"loan": 7})
        said = [(it["speaker"], it["text"].lower()) for it in done["transcript"]["segments"]]
        agent = " ".join(text for who, text in said if who == "agent")
        customer = " ".join(text for who, text in said if who == "customer")
        assert "example bank" in agent
        assert "thank you" in agent
        assert "i will pay the full amount" in customer
        assert done["intent"]["label"] in ("loan_renewal_interest", "interested", "other")
        assert done["sentiment"]["speakers"].keys() == {"agent", "customer"}
        assert {"score", "label"} == done["transcript"]["segments"][0]["sentiment"].keys()
        assert done["summary"]["evidence"]
        assert done["redaction"]["counts"] == {}
        log = await platform.call("GET", "/v1/events?after=0")
        assert [event["event"] for event in log["data"]] == ["transcription.completed"]
        async with asyncio.timeout(20):
            while _audio_in(data_dir):  # noqa: ASYNC110  # another process deletes it
                await asyncio.sleep(0.2)
