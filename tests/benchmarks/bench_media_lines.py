"""How many calls one media process moves with stub speech, far end `sipp -rtp_echo`.

PYTHONPATH=src python tests/benchmarks/bench_media_lines.py 20 50 100
"""

import asyncio
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from vinfer.adapters.telephony.sip import SipTelephony
from vinfer.adapters.telephony.sip_config import SipSettings
from vinfer.adapters.telephony.sip_leg import SipLeg
from vinfer.ports.telephony import TrunkLine

SCENARIO = Path(__file__).parents[1] / "adapters/telephony/scenarios/answer_echo.xml"
SECONDS = 10
PORT = 6190


def cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def tick(legs: list[SipLeg], seconds: float) -> tuple[int, list[float]]:
    """One ticker for every call, as in the media process; frames heard and tick lags."""
    loop, heard, lags = asyncio.get_running_loop(), 0, list[float]()
    due = loop.time()
    for _ in range(int(seconds * 50)):
        for leg in legs:
            while leg.read() is not None:
                heard += 1
            if leg.queued_ms() < 60:
                leg.write(b"\x11\x01" * 160)
        due += 0.02
        await asyncio.sleep(max(0.0, due - loop.time()))
        lags.append(max(0.0, loop.time() - due))
    return heard, lags


async def measure(calls: int) -> str:
    settings = SipSettings(bind_host="127.0.0.1", net_interface="127.0.0.1")
    engine = SipTelephony(settings)
    await engine.start()
    trunk = TrunkLine(id="trk_bench", server=f"127.0.0.1:{PORT}", codecs=("pcmu",))

    async def dial(number: int) -> SipLeg:
        to = f"+9199{number:08d}"
        return await engine.dial(
            trunk, to, caller_id="+9111", call_id=f"call_{number}", ring_timeout_s=20
        )

    legs: list[SipLeg] = []
    for first in range(0, calls, 10):
        numbers = range(first, min(first + 10, calls))
        legs += await asyncio.gather(*(dial(number) for number in numbers))
    await tick(legs, 2)
    before = cpu_s()
    heard, lags = await tick(legs, SECONDS)
    busy = (cpu_s() - before) / SECONDS
    await engine.close()
    p99_ms = sorted(lags)[int(len(lags) * 0.99)] * 1000
    return f"{calls:5} {busy:7.0%} {heard / (calls * SECONDS * 50):9.3f} {p99_ms:11.1f}"


def main() -> None:
    print("calls     CPU  rx ratio  lag p99 ms")
    for calls in [int(argument) for argument in sys.argv[1:]] or [20, 50, 100]:
        command = ["sipp", "-sf", str(SCENARIO), "-i", "127.0.0.1", "-p", str(PORT)]
        command += ["-m", str(calls), "-mp", "26000", "-nostdin", "-rtp_echo"]
        quiet = subprocess.DEVNULL
        with tempfile.TemporaryDirectory() as folder:
            peer = subprocess.Popen(command, cwd=folder, stdout=quiet, stderr=quiet)
            try:
                print(asyncio.run(measure(calls)), flush=True)
            finally:
                peer.kill()
                peer.wait()


if __name__ == "__main__":
    main()
