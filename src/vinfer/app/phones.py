"""`vinfer simulate-phones`: simulated people on a SIP port of their own."""

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from vinfer.app.launch import say, settings_for
from vinfer.app.settings import port_range
from vinfer.app.simulator.personas import PERSONAS
from vinfer.app.simulator.phone import PhoneCall
from vinfer.app.simulator.server import SimulatorSettings, serve_phones
from vinfer.app.supervisor import until_signal


def command(
    *,
    sip_port: Annotated[int, Parameter(help="UDP port for SIP.")] = 6200,
    rtp_ports: Annotated[str, Parameter(help="UDP ports for audio.")] = "42000-43999",
    host: Annotated[str, Parameter(help="The address the phones answer at.")] = "127.0.0.1",
    cache_dir: Annotated[Path | None, Parameter(help="Keeps rendered lines and models.")] = None,
    people: Annotated[
        tuple[str, ...],
        Parameter(
            help="Codes of those who have a phone.", negative="", show_default=lambda _: "everybody"
        ),
    ] = tuple(PERSONAS),
    recordings_dir: Annotated[Path | None, Parameter(help="Write each call as WAV here.")] = None,
    calls_file: Annotated[Path | None, Parameter(help="Append one JSON line a call here.")] = None,
) -> None:
    """Answer calls with simulated people: the last two digits dialled choose who picks up."""
    settings = SimulatorSettings(
        cache_dir=cache_dir or Path(tempfile.gettempdir()) / "vinfer-phones",
        models_dir=settings_for().models_dir,
        host=host,
        sip_port=sip_port,
        rtp_ports=port_range(rtp_ports),
        recordings_dir=recordings_dir,
        people=people,
    )
    asyncio.run(_serve(settings, calls_file))


async def _serve(settings: SimulatorSettings, calls_file: Path | None) -> None:
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(
            serve_phones(
                settings,
                ready=lambda port: say(f"Simulated phones answer on {settings.host}:{port}"),
                on_call=lambda call: _note(calls_file, call),
            )
        )
        await until_signal()
        serving.cancel()


def _note(calls_file: Path | None, call: PhoneCall) -> None:
    if calls_file is None:
        return
    facts = {
        "number": call.number,
        "persona": call.persona.id,
        "outcome": call.outcome,
        "answered": call.sip_status == 200,
        "sip_status": call.sip_status,
        "rang_s": round(call.rang_s, 2),
        "talked_s": round(call.talked_s, 2),
        "heard_s": round(call.heard_s, 2),
    }
    with calls_file.open("a") as file:
        file.write(json.dumps(facts) + "\n")
