"""A server on this machine that plays an engine's side of a written conversation."""

import io
import json
import wave
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

TRAFFIC = Path(__file__).parent / "contracts" / "traffic"
KEY = "key-of-test"


@dataclass
class Far:
    """The far side: where it is, how often it was asked, and what was asked amiss."""

    url: str = ""
    asked: int = 0
    amiss: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)


def exchanges(name: str) -> list[dict[str, Any]]:
    """A conversation of the traffic folder, e.g. `deepgram/said`."""
    content = json.loads((TRAFFIC / f"{name}.json").read_text())
    assert content["source"]
    return content["exchanges"]


@asynccontextmanager
async def replay(told: list[dict[str, Any]]) -> AsyncGenerator[Far]:
    """Play a conversation; the last answer is repeated to whoever asks on."""
    far = Far()

    async def answer(request: web.Request) -> web.Response:
        multipart = request.content_type == "multipart/form-data"
        body = b"" if multipart else await request.read()
        exchange = told[min(far.asked, len(told) - 1)]
        far.asked += 1
        far.bodies.append(body)
        far.methods.append(request.method)
        seen = await seen_in(request, body)
        far.requests.append(seen)
        far.amiss += problems(seen, exchange.get("request", {}))
        said = exchange["response"]
        text = said["text"] if "text" in said else json.dumps(said.get("json"))
        return web.Response(status=said["status"], text=text, headers=said.get("headers"))

    app = web.Application(client_max_size=1 << 24)
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    far.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield far
    finally:
        await runner.cleanup()


async def seen_in(request: web.Request, body: bytes) -> dict[str, Any]:
    """A request in the terms that conversations are written in."""
    seen: dict[str, Any] = {
        "method": request.method,
        "path": request.path,
        "query": folded(list(request.query.items())),
        "headers": request.headers,
    }
    if request.content_type == "multipart/form-data":
        fields, file = await form_of(request)
        return seen | {"form": fields, "file": [file.filename, file.content_type],
                       "audio": file.file.read()}  # fmt: skip
    if request.content_type == "application/json":
        return seen | {"json": json.loads(body)}
    return seen | {"audio": body}


def problems(seen: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """What a request has otherwise than the conversation says."""
    found = [
        f"{name}: {seen['headers'].get(name)!r}"
        for name, value in wanted.get("headers", {}).items()
        if seen["headers"].get(name) != value
    ]
    found += [
        f"{part}: {seen.get(part)!r}"
        for part in ("method", "path", "query", "json", "form", "file")
        if part in wanted and seen.get(part) != wanted[part]
    ]
    if "wav_seconds" in wanted and wav_seconds(seen["audio"]) != wanted["wav_seconds"]:
        found.append(f"audio of {wav_seconds(seen['audio'])} s")
    return found


async def form_of(request: web.Request) -> tuple[dict[str, Any], web.FileField]:
    """The text fields of a form, several of one name as a list, and its file."""
    posted = await request.post()
    pairs = [(name, value) for name, value in posted.items() if isinstance(value, str)]
    file = posted["file"]
    assert isinstance(file, web.FileField)
    return folded(pairs), file


def folded(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Values by their names, several of one name as a list."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return {name: found[0] if len(found) == 1 else found for name, found in values.items()}


def wav_seconds(audio: bytes) -> float:
    """How long 16 kHz mono sound in a WAV file lasts."""
    with wave.open(io.BytesIO(audio)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)
        return file.getnframes() / 16_000
