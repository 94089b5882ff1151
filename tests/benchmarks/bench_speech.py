"""Time every stage of the speech process, and re-hear the voice.

Run: python tests/benchmarks/bench_speech.py
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import jiwer

import rehearing
import speech_models as models
from vinfer.adapters.dsp import from_pcm
from vinfer.adapters.vad.silero import SileroStream
from vinfer.ports.audio import FRAME_BYTES, Ear, Utterance


def row(stage: str, runs: list[tuple[float, float]], *, audio_s: float | None = None) -> None:
    """Print one line of the table. A run is wall seconds and processor seconds."""
    ordered = sorted(wall for wall, _ in runs)
    cpu = statistics.median(used for _, used in runs)
    p50 = statistics.median(ordered) * 1000
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))] * 1000
    rtf = f"{cpu / audio_s:6.3f}" if audio_s else "      "
    print(f"{stage:44} {len(runs):4} {p50:9.1f} {p95:9.1f} {cpu * 1000:9.1f} {rtf}")


async def timed(work: Callable[[], Awaitable[object]], *, times: int) -> list[tuple[float, float]]:
    """Wall and processor seconds of each run."""
    taken: list[tuple[float, float]] = []
    for _ in range(times):
        begun, used = time.perf_counter(), time.process_time()
        await work()
        taken.append((time.perf_counter() - begun, time.process_time() - used))
    return taken


def load(name: str, build: Callable[[], object]) -> None:
    """Time one loading."""
    begun, used = time.perf_counter(), time.process_time()
    build()
    row(f"load {name}", [(time.perf_counter() - begun, time.process_time() - used)])


async def stages() -> None:
    """VAD, turn model, recognition and synthesis alone."""
    short = await models.spoken("Yes, I will pay on Friday.")
    long = await models.spoken(
        "I have already paid the bill last week through the mobile application. Please check again."
    )
    hindi = await models.spoken("मैं कल पैसे भेज दूँगा।", language="hi-IN", by="hf_beta")
    samples = from_pcm(short)
    stream = SileroStream(models.silero())

    async def window() -> object:
        return stream.probability(samples[:256])

    row("silero, one 32 ms window", await timed(window, times=200), audio_s=0.032)

    async def judge() -> object:
        return models.smart_turn().probability(samples, rate_hz=8000)

    row("smart-turn, one decision", await timed(judge, times=20))
    for name, pcm, language in (
        ("english", short, "en-IN"),
        ("english", long, "en-IN"),
        ("hindi", hindi, "hi-IN"),
    ):
        for live in (True, False):

            async def hear(pcm: bytes = pcm, language: str = language, live: bool = live) -> object:
                return await models.recognizer().transcribe(
                    pcm, rate_hz=8000, language=language, live=live
                )

            seconds = len(pcm) / 16_000
            label = f"whisper {name} {seconds:.1f} s {'live' if live else 'full'}"
            row(label, await timed(hear, times=8), audio_s=seconds)
    for text in ("This call is recorded.", rehearing.ENGLISH[1][0]):

        async def render(text: str = text) -> object:
            return models.kokoro().render(text, language="en-IN", voice="hf_alpha")

        seconds = models.kokoro().render(text, language="en-IN", voice="hf_alpha").size / 8000
        row(f"kokoro english {seconds:.1f} s", await timed(render, times=5), audio_s=seconds)
    await models.spoken("This call is recorded.", by="female")
    row(
        "kokoro from the cache",
        await timed(lambda: models.spoken("This call is recorded.", by="female"), times=50),
    )


async def feed(ear: Ear, pcm: bytes) -> None:
    """Feed frames at the line's pace, then close."""
    begun = time.monotonic()
    for at in range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES):
        ear.feed(pcm[at : at + FRAME_BYTES])
        await asyncio.sleep(max(0.0, begun + at / 16_000 - time.monotonic()))
    await ear.close()


async def turns() -> None:
    """A whole turn at the line's own pace: from the last voice to the text."""
    waits: list[tuple[float, float]] = []
    for text, _ in rehearing.ENGLISH[2:12]:
        pcm = models.noisy(bytes(8000) + await models.spoken(text) + bytes(16_000 * 3))
        async with models.hearing() as hearing:
            ear = await hearing.open(language="en-IN")

            async with asyncio.TaskGroup() as group:
                group.create_task(feed(ear, pcm))
                said = [event async for event in ear.events() if isinstance(event, Utterance)]
        for turn in said:
            waits.append(((turn.endpointing_ms + turn.recognition_ms) / 1000, 0.0))
    row("turn: last voice to text (all, in order)", waits)


async def rehear(voice: str) -> None:
    """Word error rate of whisper on our own voice, 8 kHz."""
    said: list[str] = []
    heard: list[str] = []
    for text, expected in rehearing.ENGLISH:
        pcm = await models.spoken(text, by=voice)
        found = await models.recognizer().transcribe(pcm, rate_hz=8000, language="en-IN", live=True)
        said.append(rehearing.plain(expected))
        heard.append(rehearing.plain(found.text))
        if said[-1] != heard[-1]:
            print(f"    {said[-1]}\n  ≠ {heard[-1]}")
    print(f"re-hearing {voice}: WER {100 * jiwer.wer(said, heard):.1f} % of {len(said)} sentences")


async def main() -> None:
    """Print the table."""
    print(f"{'stage':44} {'n':>4} {'p50 ms':>9} {'p95 ms':>9} {'cpu ms':>9} {'RTF':>6}")
    load("silero", models.silero)
    load("smart-turn", models.smart_turn)
    load("whisper-base", models.recognizer)
    load("kokoro", models.kokoro)
    await stages()
    await turns()
    for voice in ("female", "male"):
        await rehear(voice)


if __name__ == "__main__":
    asyncio.run(main())
