"""Where parts become a whole: database, seal, storage, engines, made from settings."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from vinfer.app.serve import running_dsn
from vinfer.app.settings import Settings
from vinfer.kit import jobs
from vinfer.kit.db import Database, connect_pool
from vinfer.kit.seal import Seal, open_seal

SUBSCRIBERS: Final = {"*": ("webhooks.dispatch",)}
INSTALLED_LANGUAGES: Final = ("en-IN", "hi-IN")


@asynccontextmanager
async def open_database(
    settings: Settings, *, connections: int = 8, dsn: str | None = None
) -> AsyncGenerator[Database]:
    """The database of these settings, for as long as the block lasts. Raises `NoDatabase`."""
    pool = await connect_pool(dsn or running_dsn(settings), max_size=connections)
    try:
        yield Database(pool, subscribers=SUBSCRIBERS, write_jobs=jobs.write_jobs)
    finally:
        await pool.close()


def seal(settings: Settings) -> Seal:
    """The key that seals secrets at rest; made at first use."""
    return open_seal(settings.data_dir / "keys")
