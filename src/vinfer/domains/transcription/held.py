"""What a worker works on jobs with, and how a job that it holds is locked or broken."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from vinfer.domains.transcription.analysis import Analyser, Judge, Outliner
from vinfer.domains.transcription.queries import working
from vinfer.domains.transcription.schemas import ErrorCode
from vinfer.kit.clock import Clock
from vinfer.kit.db import Database, Row, Tx
from vinfer.kit.leases import Held, Lost
from vinfer.kit.seal import Seal
from vinfer.ports.decoding import Decoder
from vinfer.ports.fetching import Fetcher
from vinfer.ports.storage import Storage
from vinfer.ports.stt import Transcriber
from vinfer.ports.voices import VoiceActivity, Voiceprinter

TURN_S: Final = 120.0  # then another workspace that waits has its turn


class Broken(Exception):
    """The job cannot be done, and the customer is told why."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code: ErrorCode = code


@dataclass(frozen=True, slots=True)
class Ears:
    """The engines of the heavy steps; `executor` is for work besides theirs."""

    decoder: Decoder
    activity: VoiceActivity
    transcriber: Transcriber
    voiceprinter: Voiceprinter
    analysers: Mapping[str, Analyser] = field(default_factory=dict[str, Analyser])
    judges: Sequence[Judge] = ()
    outliner: Outliner | None = None
    executor: Executor | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a recording may be, and how long getting it may take."""

    most_bytes: int = 2 << 30
    longest_s: float = 36_000.0
    fetch_timeout_s: float = 300.0


@dataclass(frozen=True, slots=True)
class Shop:
    """What a worker works with. `ears` loads the engines at the first call.

    `scratch` is a folder for audio on its way into the store, encrypted.
    """

    db: Database
    clock: Clock
    seal: Seal
    storage: Storage
    fetcher: Fetcher
    scratch: Path
    ears: Callable[[], Awaitable[Ears]]
    limits: Limits = field(default_factory=Limits)
    turn_s: float = TURN_S


async def lock(held: Held, tx: Tx) -> Row:
    """The job as it is now, and nobody else's until the transaction ends. Raises `Lost`."""
    row = await working.lock(tx.conn, held.id, held.token)
    if row is None:
        raise Lost
    return row
