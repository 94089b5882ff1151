"""A process that dials the phones with the product's own telephone engine and prints what it saw.

Usage: agent_calls.py SIP_PORT. The engine's native stack is one per process, hence a process.
"""

import asyncio
import json
import sys

import numpy as np

from vinfer.adapters.telephony.sip import SipTelephony
from vinfer.adapters.telephony.sip_config import SipSettings
from vinfer.ports.telephony import CallNotAnswered, Leg, TransferFailed, TrunkLine

FRAME_BYTES = 320
SPEECH = np.random.default_rng(4).normal(0, 3000, 160).astype("<i2").tobytes()
DESK, BUSY_DESK = "+919876543220", "+919876543201"


async def main(port: int) -> None:
    trunk = TrunkLine(id="trk", server=f"127.0.0.1:{port}")
    engine = SipTelephony(SipSettings(bind_host="127.0.0.1", net_interface="127.0.0.1"))
    await engine.start()
    try:
        codes = ("00", "01", "02", "03", "04", "07", "08", "09", "14", "18", "19")
        seen = await asyncio.gather(*(observe(engine, trunk, code) for code in codes))
        print(json.dumps(dict(zip(codes, seen, strict=True))))
    finally:
        await engine.close()


async def observe(engine: SipTelephony, trunk: TrunkLine, code: str) -> dict[str, object]:
    try:
        leg = await engine.dial(
            trunk,
            f"+9198765432{code}",
            caller_id="+911140000000",
            call_id=f"cal_{code}",
            ring_timeout_s=4,
        )
    except CallNotAnswered as refused:
        return {"reason": refused.reason.value, "status": refused.sip_status}
    return await {"00": converse, "09": transfer, "14": talk_long}.get(code, listen)(leg)


async def listen(leg: Leg) -> dict[str, object]:
    heard = await exchange(leg, silent_s=2.5)
    await leg.hangup()
    return {"loud_s": loud_s(heard)}


async def converse(leg: Leg) -> dict[str, object]:
    heard = await exchange(leg, silent_s=1.5)
    await exchange(leg, spoken_s=1.5)
    reply = await exchange(leg, silent_s=3.0)
    leg.send_digits("7")
    await exchange(leg, silent_s=1.0)
    await leg.hangup()
    return {"loud_s": loud_s(heard), "reply_s": loud_s(reply)}


async def talk_long(leg: Leg) -> dict[str, object]:
    await exchange(leg, spoken_s=5.0)
    return {"ended": leg.ended and leg.ended.value}


async def transfer(leg: Leg) -> dict[str, object]:
    failed = 0
    try:
        await leg.transfer(BUSY_DESK)
    except TransferFailed as refused:
        failed = refused.sip_status
    alive = leg.ended is None
    await leg.transfer(DESK)
    await leg.hangup()
    return {"failed": failed, "alive": alive}


async def exchange(leg: Leg, *, spoken_s: float = 0.0, silent_s: float = 0.0) -> bytes:
    heard = bytearray()
    loop = asyncio.get_running_loop()
    due = loop.time()
    for frame in [SPEECH] * round(spoken_s * 50) + [bytes(FRAME_BYTES)] * round(silent_s * 50):
        if leg.ended is not None:
            break
        leg.write(frame)
        while (got := leg.read()) is not None:
            heard += got
        due += 0.02
        await asyncio.sleep(max(0.0, due - loop.time()))
    return bytes(heard)


def loud_s(pcm: bytes) -> float:
    samples = np.frombuffer(pcm, dtype="<i2").astype(float)
    frames = samples[: samples.size // 160 * 160].reshape(-1, 160)
    return round(float(0.02 * (np.sqrt((frames * frames).mean(axis=1)) > 600).sum()), 2)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
