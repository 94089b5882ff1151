"""Debian's sipp as the far end: a SIP stack that shares nothing with the product's."""

import asyncio
import contextlib
import re
import shutil
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platforms import free_port

SCENARIOS = Path(__file__).parent / "sipp"
SPEECH_FILE = "speech.ulaw"  # what the scenario that speaks plays
RATE_HZ = 8000
INSTALLED = shutil.which("sipp") is not None


@dataclass
class Peer:
    """One running scenario, which judges the dialog itself."""

    port: int
    folder: Path
    process: asyncio.subprocess.Process

    async def verdict(self) -> int:
        """The exit status: 0 when every call went as the scenario says."""
        async with asyncio.timeout(30):
            return await self.process.wait()

    def messages(self, direction: str) -> list[str]:
        """SIP messages that sipp `sent` or `received`, in order."""
        parts = re.split(r"^-{20,}.*\n", (self.folder / "messages").read_text(), flags=re.M)
        found = (re.match(rf"\w+ message {direction} .*:\n\n", part) for part in parts)
        return [part[it.end() :] for part, it in zip(parts, found, strict=True) if it]

    def requests(self) -> list[str]:
        """Methods of the requests that sipp received, in order."""
        return [text.split(" ", 1)[0] for text in self.messages("received")]


@asynccontextmanager
async def sipp(
    scenario: str, folder: Path, *, calls: int = 1, echo: bool = False, **keys: str
) -> AsyncGenerator[Peer]:
    """Run `sipp/<scenario>.xml` for so many SIP dialogs; `keys` stand for its `[…]` words.

    They are put in before sipp reads the file, since it wants statuses as plain numbers.
    """
    text = (SCENARIOS / f"{scenario}.xml").read_text()
    for name, value in keys.items():
        text = text.replace(f"[{name}]", value)
    (folder / "scenario.xml").write_text(text)
    port = free_port(socket.SOCK_DGRAM)
    media = 20000 + port % 300 * 32
    command = ["-sf", "scenario.xml", "-i", "127.0.0.1", "-p", str(port)]
    command += ["-m", str(calls), "-mi", "127.0.0.1", "-mp", str(media), "-nostdin"]
    command += ["-trace_msg", "-message_file", "messages"]
    command += ["-trace_err", "-error_file", "errors"]
    command += ["-rtp_echo"] if echo else []
    with (folder / "output").open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            "sipp", *command, cwd=folder, stdout=output, stderr=output
        )
    try:
        await _listening(process, port)
        yield Peer(port, folder, process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _listening(process: asyncio.subprocess.Process, port: int) -> None:
    """A request that comes before the socket is open would be refused by the kernel."""
    async with asyncio.timeout(20):
        while process.returncode is None:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    return
            await asyncio.sleep(0.05)
    raise AssertionError("sipp ended before it listened")


def mu_law(pcm: NDArray[np.int16]) -> bytes:
    """G.711 µ-law, as sipp's files hold it."""
    biased = np.minimum(np.abs(pcm.astype(np.int32)), 32635) + 132
    exponent = np.log2(biased).astype(np.int32) - 7
    mantissa = biased >> (exponent + 3) & 15
    sign = np.where(pcm < 0, 128, 0)
    return (~(sign | exponent << 4 | mantissa)).astype(np.uint8).tobytes()


def likeness(part: NDArray[np.int16], whole: NDArray[np.int16]) -> float:
    """How much `part` is like the most similar stretch of `whole`: 1 is the same but for loudness.

    Normalised cross-correlation at every delay.
    """
    a, b = part.astype(float), whole.astype(float)
    if len(b) < len(a):
        return 0.0
    size = 1 << (len(a) + len(b)).bit_length()
    products = np.fft.irfft(np.fft.rfft(b, size) * np.conj(np.fft.rfft(a, size)), size)
    energy = np.concatenate([[0.0], np.cumsum(b**2)])
    norms = np.sqrt(energy[len(a) :] - energy[: -len(a)])
    loud = norms > norms.max() / 10  # next to silence any noise may look alike
    products = products[: len(norms)]
    return float((products[loud] / norms[loud]).max() / np.linalg.norm(a))


def loudest(samples: NDArray[np.int16], *, seconds: float) -> NDArray[np.int16]:
    """The stretch with the most energy."""
    length = round(seconds * RATE_HZ)
    energy = np.concatenate([[0.0], np.cumsum(samples.astype(float) ** 2)])
    start = int(np.argmax(energy[length:] - energy[:-length]))
    return samples[start : start + length]
