"""Durable background work on PgQueuer, behind a face of our own."""

from collections.abc import Sequence

from vinfer.kit.db import Connection, Job


async def write_jobs(conn: Connection, jobs: Sequence[Job]) -> None:
    """Insert job rows on `conn`, inside whatever transaction it is in."""
    await conn.execute(
        "insert into pgqueuer (priority, entrypoint, payload, execute_after, status)"
        " select 0, name, payload, coalesce(at, now()), 'queued'"
        " from unnest($1::text[], $2::bytea[], $3::timestamptz[]) as job (name, payload, at)",
        [job.name for job in jobs],
        [job.payload for job in jobs],
        [job.at for job in jobs],
    )
