"""Starts far ends as child processes and reads what they saw."""

import asyncio
import json
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vinfer.ports.telephony import TrunkLine

HERE = Path(__file__).parent


def free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Far:
    """The child running `sip_callee.py`, and every event it told so far."""

    process: subprocess.Popen[str]
    port: int
    events: list[dict[str, Any]] = field(default_factory=list)

    def trunk(self, **changes: Any) -> TrunkLine:
        values: dict[str, Any] = {"id": "trk_test", "server": f"127.0.0.1:{self.port}"}
        return TrunkLine(**{**values, **changes})

    def collect(self) -> None:
        for line in self.process.stdout:
            self.events.append(json.loads(line))

    def find(self, name: str, call_id: str) -> list[dict[str, Any]]:
        """Events called `name` of the call that carried our `call_id` header."""
        ours = {
            e["sip_call_id"]
            for e in self.events
            if e["event"] == "INVITE" and e["headers"].get("x-vinfer-call-id") == call_id
        }
        return [e for e in self.events if e["event"] == name and e["sip_call_id"] in ours]

    async def saw(self, name: str, call_id: str, *, count: int = 1) -> list[dict[str, Any]]:
        """Wait until the far end told `count` such events."""
        deadline = time.monotonic() + 8
        while len(found := self.find(name, call_id)) < count:
            assert time.monotonic() < deadline, f"no {name} for {call_id}: {self.events[-5:]}"
            await asyncio.sleep(0.01)
        return found

    async def heard(self, call_id: str) -> tuple[NDArray[np.int16], int]:
        """What the far end heard in the whole call, and its sample rate."""
        bye = (await self.saw("BYE", call_id))[0]
        return np.fromfile(bye["heard"], np.int16), bye["rate_hz"]


def start_far(out: Path, *, transport: str = "udp", rtp_port: int = 21000) -> Far:
    port = free_udp_port()
    # -O: the stack asserts a type that CPython 3.11's datagram transport does not have.
    command = [sys.executable, "-O", str(HERE / "sip_callee.py"), "--port", str(port)]
    command += ["--rtp-port", str(rtp_port), "--out", str(out), "--transport", transport]
    far = Far(subprocess.Popen(command, stdout=subprocess.PIPE, text=True), port)
    assert json.loads(far.process.stdout.readline())["event"] == "READY"
    threading.Thread(target=far.collect, daemon=True).start()
    return far


def stop_far(far: Far) -> None:
    far.process.terminate()
    far.process.wait(5)
    far.process.stdout.close()
