"""A worker process on the shipped fakes that says what it does and, at one step, hangs.

`python -m tests.domains.transcription.doomed_worker '{…}'`: see `Orders`. It prints a line for each
act, and `hangs` where it waits to be killed.
"""

import asyncio
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from tests.domains.transcription.clocks import MovableClock

from vinfer.adapters.decoding.fake import WavDecoder
from vinfer.adapters.embedding.fake import PitchVoiceprinter
from vinfer.adapters.http_out.fetching import HEAD_BYTES, GuardedFetcher
from vinfer.adapters.http_out.guarded import guarded_http
from vinfer.adapters.storage import open_storage
from vinfer.adapters.stt.fake import ScriptedTranscriber
from vinfer.adapters.vad.fake import LoudActivity
from vinfer.domains.campaigns.schemas import Feature
from vinfer.domains.transcription.analysis import Analyser, Facts, Finding
from vinfer.domains.transcription.engine import engine
from vinfer.domains.transcription.held import Ears, Limits, Shop
from vinfer.kit.addresses import allow
from vinfer.kit.db import Connection, Database, Tx, connect_pool
from vinfer.kit.jobs import write_jobs
from vinfer.kit.seal import open_seal
from vinfer.lens.transcript import Transcript
from vinfer.ports.stt import HeardSegment

MOST_BYTES = 4 << 20


class Orders(msgspec.Struct, frozen=True):
    """How long after the test's noon it lives, and the act before whose end it hangs."""

    dsn: str
    keys: str
    storage: str
    scratch: str
    later_s: float
    hang_at: str | None


class Told:
    """Says each act once, and hangs at one."""

    def __init__(self, hang_at: str | None) -> None:
        self._hang_at = hang_at
        self._said = set[str]()

    def _hangs(self, act: str) -> bool:
        if act in self._said:
            return False
        self._said.add(act)
        print(act, flush=True)
        if act == self._hang_at:
            print("hangs", flush=True)
        return act == self._hang_at

    async def act(self, act: str) -> None:
        """On the loop."""
        if self._hangs(act):
            await asyncio.Event().wait()

    def act_in_thread(self, act: str) -> None:
        """In a thread."""
        if self._hangs(act):
            time.sleep(3600)


class Fetcher(GuardedFetcher):
    """Hangs with the file half there."""

    told: Told

    @asynccontextmanager
    async def open(
        self, url: str, *, most_bytes: int, timeout_s: float
    ) -> AsyncGenerator[AsyncIterator[bytes]]:
        async with super().open(url, most_bytes=most_bytes, timeout_s=timeout_s) as parts:
            yield self._told(parts)

    async def _told(self, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for part in parts:
            yield part[: len(part) // 2]
            await self.told.act("fetch")
            yield part[len(part) // 2 :]


class Activity(LoudActivity):
    """Hangs in the survey."""

    def __init__(self, told: Told) -> None:
        self._told = told

    async def score(self, chunk: Any) -> Sequence[Sequence[float]]:
        await self._told.act("survey")
        return await super().score(chunk)


class Transcriber(ScriptedTranscriber):
    """Hangs at a piece; each piece says which it is of this process's."""

    def __init__(self, told: Told) -> None:
        super().__init__(["good morning"] * 9)
        self._told = told
        self._count = 0

    async def hear(self, pcm: bytes, *, language: str) -> tuple[HeardSegment, ...]:
        self._count += 1
        await self._told.act(f"hear {self._count}")
        return await super().hear(pcm, language=language)


class Judge:
    """Hangs when its rows are written and the job is published, but for the commit."""

    feature: Feature = "qa_scoring"

    def __init__(self, told: Told) -> None:
        self._told = told

    async def prepare(self, conn: Connection, facts: Facts) -> Analyser | None:
        return self._judge

    def _judge(self, transcript: Transcript) -> Finding:
        self._told.act_in_thread("analyse")
        return Finding({"segments": len(transcript.segments)})

    async def record(self, tx: Tx, facts: Facts, result: Mapping[str, Any]) -> Mapping[str, Any]:
        await tx.conn.execute(
            "update transcriptions set status = status where id = $1", facts.job_id
        )
        await self._told.act("publish")
        return result


async def main(orders: Orders) -> None:
    """Work until killed."""
    told, clock = Told(orders.hang_at), MovableClock()
    clock.pass_time(orders.later_s)
    ears = Ears(
        WavDecoder(), Activity(told), Transcriber(told), PitchVoiceprinter(), judges=[Judge(told)]
    )

    async def load() -> Ears:
        return ears

    policy = allow(["127.0.0.1"], plain_http=True)
    async with guarded_http(policy, answer_bytes=MOST_BYTES + HEAD_BYTES) as client:
        fetcher = Fetcher(client)
        fetcher.told = told
        shop = Shop(
            Database(await connect_pool(orders.dsn), subscribers={}, write_jobs=write_jobs),
            clock,
            open_seal(Path(orders.keys)),
            open_storage(orders.storage),
            fetcher,
            Path(orders.scratch),
            load,
            Limits(most_bytes=MOST_BYTES, longest_s=60, fetch_timeout_s=20),
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(engine(shop, "light", slots=1).run())
            group.create_task(engine(shop, "heavy", slots=1).run())


if __name__ == "__main__":
    asyncio.run(main(msgspec.json.decode(sys.argv[1], type=Orders)))
