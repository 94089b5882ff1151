"""`vinfer demo`: start everything on a new directory, run a campaign over the API, show it."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import aiohttp
import msgspec
from cyclopts import Parameter
from cyclopts.validators import Number

from vinfer.app.demo.client import Api, DemoFailed
from vinfer.app.demo.screen import Screen, as_expected
from vinfer.app.settings import PARENT, inherited
from vinfer.app.simulator import demo_campaign, personas

POLL_S: Final = 0.5
FINAL: Final = ("completed", "stopped")
DESK: Final = demo_campaign.DESK_PHONE[-2:]
CALLER_ID: Final = "+911140000000"


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """What the command line asked for."""

    contacts: int
    concurrency: int
    stay: bool
    json_file: Path | None
    data_dir: Path


def command(
    *,
    contacts: Annotated[
        int, Parameter(help="How many people to call.", validator=Number(gte=1, lte=600))
    ] = 12,
    concurrency: Annotated[
        int, Parameter(help="Calls at a time.", validator=Number(gte=1, lte=50))
    ] = 2,
    exit: Annotated[bool, Parameter(help="End after the campaign.", negative="")] = False,
    json: Annotated[Path | None, Parameter(help="Write campaign and calls as JSON here.")] = None,
    data_dir: Annotated[Path | None, Parameter(help="Default: a new directory.")] = None,
) -> None:
    """Run a whole campaign against simulated people, with real audio over real SIP."""
    plan = DemoPlan(
        contacts=contacts,
        concurrency=concurrency,
        stay=not exit,
        json_file=json,
        data_dir=data_dir or Path(tempfile.mkdtemp(prefix="vinfer-demo-")),
    )
    try:
        right = asyncio.run(_until_interrupted(plan))
    except DemoFailed as error:
        sys.exit(f"vinfer demo: {error}")
    sys.exit(0 if right else 1)


async def _until_interrupted(plan: DemoPlan) -> bool:
    """Run the demo; Ctrl-C or SIGTERM ends it and all that it started."""
    demo = asyncio.current_task()
    assert demo is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, demo.cancel)
    try:
        return await run(plan)
    except asyncio.CancelledError:
        return True


async def run(plan: DemoPlan) -> bool:
    """The whole demo. Returns whether every call came out as its persona should."""
    screen = Screen()
    began = monotonic()
    screen.step(f"VInfer demo in {plan.data_dir}")
    async with _platform(plan, screen) as (url, sip_port), aiohttp.ClientSession() as session:
        api = Api(session, url=url, key=await _create_key(plan.data_dir))
        ready = monotonic()
        screen.step(f"Ready in {ready - began:.0f} s. Calling {plan.contacts} people …")
        campaign_id = await _start_campaign(api, plan, sip_port=sip_port)
        first_call_s = await _watch(api, campaign_id, screen, began=began)
        ended = monotonic()
        timings = {
            "ready_seconds": round(ready - began, 1),
            "first_call_seconds": first_call_s,
            "campaign_seconds": round(ended - ready, 1),
            "total_seconds": round(ended - began, 1),
        }
        calls = [_with_persona(call) for call in await api.all_calls(campaign_id)]
        campaign = await api.get(f"/v1/campaigns/{campaign_id}")
        return await _show(plan, screen, api, campaign, calls, timings)


async def _show(
    plan: DemoPlan,
    screen: Screen,
    api: Api,
    campaign: dict[str, Any],
    calls: list[dict[str, Any]],
    timings: Mapping[str, float],
) -> bool:
    screen.results(calls)
    right = sum(as_expected(call) for call in calls)
    screen.step(
        f"{right} of {len(calls)} calls came out as their persona should. First call after "
        f"{timings['first_call_seconds']:.0f} s, all in {timings['total_seconds'] / 60:.1f} min."
    )
    if plan.json_file:
        result = {"campaign": campaign, "calls": calls, "timings": timings}
        await asyncio.to_thread(_write_json, plan.json_file, result)
    if plan.stay:
        talked = next((call["id"] for call in calls if call["transcript"]), None)
        screen.next_steps(url=api.url, key=api.key, campaign_id=campaign["id"], call_id=talked)
        screen.step("Press Ctrl-C to stop.")
        await asyncio.Event().wait()
    return right == len(calls)


def _write_json(path: Path, result: Mapping[str, Any]) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=2))


@asynccontextmanager
async def _platform(plan: DemoPlan, screen: Screen) -> AsyncGenerator[tuple[str, int]]:
    """The server and the simulated phones, in processes of their own; gives URL and SIP port."""
    home = plan.data_dir
    home.mkdir(parents=True, exist_ok=True)
    port, sip_port = _free_port(socket.SOCK_STREAM), _free_port(socket.SOCK_DGRAM)
    server = ("serve", "--port", str(port), "--data-dir", str(home / "data"))
    phones = ("simulate-phones", "--sip-port", str(sip_port), "--cache-dir", str(home / "phones"))
    people = {person["phone"][-2:] for person in _contacts(plan.contacts)}
    asked = [word for code in (*sorted(people), DESK) for word in ("--people", code)]
    async with (
        _process(*server, home=home) as serving,
        _process(*phones, *asked, home=home) as simulating,
    ):
        with screen.waiting("Starting the database, the models and the API …"):
            await _until_ready(serving, "serve", home)
        with screen.waiting("Rendering the voices of the simulated people …"):
            await _until_ready(simulating, "simulate-phones", home)
        yield f"http://127.0.0.1:{port}", sip_port


@asynccontextmanager
async def _process(*arguments: str, home: Path) -> AsyncGenerator[Process]:
    """Run `vinfer <arguments>` until the block ends."""
    environment = inherited() | {
        "VINFER_SIP_INTERFACE": "127.0.0.1",
        "VINFER_SIP_HOST": "127.0.0.1",
        "VINFER_TRUNK_ALLOW": "127.0.0.1",
        "VINFER_DATA_DIR": str(home / "data"),
        PARENT: str(os.getpid()),  # a closed terminal must leave nothing behind
    }
    with _log_of(home).open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "vinfer.app.cli",
            *arguments,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            env=environment,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _until_ready(process: Process, name: str, home: Path) -> None:
    """Wait for the line that says so. Raises `DemoFailed` when the process ends instead."""
    assert process.stdout is not None
    if not await process.stdout.readline():
        raise DemoFailed(f"'vinfer {name}' ended. See {_log_of(home)}.")


def _log_of(home: Path) -> Path:
    return home / "demo.log"


def _free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def _create_key(data_dir: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "vinfer.app.cli", "keys", "create", "--workspace", "default"),
        *("--name", "demo", "--scope", "admin", "--data-dir", str(data_dir / "data")),
        stdout=asyncio.subprocess.PIPE,
        env=inherited(),
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise DemoFailed("'vinfer keys create' failed.")
    return output.decode().strip()


async def _start_campaign(api: Api, plan: DemoPlan, *, sip_port: int) -> str:
    await api.post(
        "/v1/trunks",
        {
            "name": "Simulated phones",
            "server": f"127.0.0.1:{sip_port}",
            "caller_ids": [CALLER_ID],
            "channels": 20,
            "calls_per_second": 5,
        },
    )
    script = await api.post("/v1/scripts", demo_campaign.demo_script())
    campaign = await api.post(
        "/v1/campaigns",
        {
            "name": "EMI reminder",
            "script_id": script["id"],
            "language": "en-IN",
            "contacts": _contacts(plan.contacts),
            "concurrency": plan.concurrency,
            "fallback": {"transfer_to": demo_campaign.DESK_PHONE, "mode": "cold"},
        },
    )
    await api.post(f"/v1/campaigns/{campaign['id']}/start")
    return campaign["id"]


def _contacts(count: int) -> list[dict[str, Any]]:
    """The demo's people; past the twelfth the same ones again, under other numbers."""
    people = demo_campaign.demo_contacts(today=datetime.now(ZoneInfo("Asia/Kolkata")).date())
    return [
        person | {"phone": f"{person['phone'][:-4]}{32 + again:02d}{person['phone'][-2:]}"}
        for again in range(1 + (count - 1) // len(people))
        for person in people
    ][:count]


async def _watch(api: Api, campaign_id: str, screen: Screen, *, began: float) -> float:
    """Follow the campaign to its end; returns after how many seconds the first call was placed."""
    first_call_s: float | None = None
    with screen.running():
        while True:
            campaign = await api.get(f"/v1/campaigns/{campaign_id}")
            page = await api.get(f"/v1/calls?campaign_id={campaign_id}&status=in_progress")
            live: Sequence[dict[str, Any]] = page["data"]
            if first_call_s is None and (live or campaign["progress"]["completed"]):
                first_call_s = round(monotonic() - began, 1)
            screen.progress(campaign, live)
            if campaign["status"] in FINAL:
                return first_call_s or 0.0
            await asyncio.sleep(POLL_S)


def _with_persona(call: dict[str, Any]) -> dict[str, Any]:
    persona = personas.persona_for(call["contact"]["phone"])
    expected = persona.expected
    return call | {
        "persona": persona.id,
        "expected_disposition": expected.disposition if expected else None,
        "expected_end_reason": expected.end_reason if expected else None,
    }
