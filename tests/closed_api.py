"""The whole API, from which nothing can leave: for tests that send what they did not choose."""

from typing import Any

from harness import Api, open_api
from vinfer.adapters.storage.memory import MemoryStorage
from vinfer.domains.qa.service import scorecards
from vinfer.domains.transcription.service import Intake
from vinfer.kit.addresses import AddressPolicy
from vinfer.kit.db import Database
from vinfer.kit.seal import Seal
from vinfer.ports.outbound import Unreachable

PLENTY = 10_000_000  # requests a minute
RECORDING = "recordings/example.wav"
"""What lies in the store."""


class NoWayOut:
    """Judges URLs as the product does, and sends nothing."""

    async def check(self, url: str) -> None:
        AddressPolicy().check_url(url)

    async def post(self, url: str, **_: Any) -> Any:
        raise Unreachable("nothing leaves a test")


async def open_closed(db: Database, seal: Seal, **options: Any) -> Api:
    """The application, with room for any number of requests."""
    more = {"outbound": NoWayOut()}
    storage = MemoryStorage()
    storage.objects[RECORDING] = b"RIFF"
    options = {
        "intake": Intake(storage=storage, scorecards=scorecards.check),
        "unauthenticated_per_minute": PLENTY,
    } | options
    api = await open_api(db, seal, more=more, **options)
    async with db.begin() as tx:
        await tx.conn.execute("update workspaces set requests_per_minute = $1", PLENTY)
    return api
