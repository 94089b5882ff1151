"""`vinfer audit verify` and `vinfer audit export`: the log as auditors take it."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import msgspec
from cyclopts import Parameter
from cyclopts.validators import Number

from vinfer.app import wiring
from vinfer.app.launch import DataDir, say, settings_for
from vinfer.app.serve import database
from vinfer.app.settings import Settings, SettingsError
from vinfer.domains.compliance.service import proof
from vinfer.domains.compliance.service.proof import Tampering
from vinfer.kit import chain, chain_check
from vinfer.kit.chain import Anchor
from vinfer.kit.chain_check import Verdict
from vinfer.kit.db import Connection


def verify(
    *,
    anchor: Annotated[
        tuple[str, ...],
        Parameter(help="NUMBER:DIGEST that somebody noted, as the log of workers shows them."),
    ] = (),
    data_dir: DataDir = None,
) -> None:
    """Check the audit log's chain: up to where it is whole, or where it breaks first (status 1)."""
    settings = settings_for(data_dir=data_dir)
    verdict, checks, tampering = asyncio.run(_verify(settings, _anchors(settings, anchor)))
    _say(verdict)
    if tampering is not None:
        say(f"BROKEN\tposition {tampering.position}\t{tampering.what}")
    elif verdict.fault is None:
        say(f"whole\t{checks} compliance checks")
    if verdict.fault is not None or tampering is not None:
        sys.exit(1)


def _anchors(settings: Settings, given: tuple[str, ...]) -> list[Anchor]:
    """What is known outside the database. Raises `SettingsError`."""
    path = chain.anchor_path(settings.data_dir)
    try:
        kept = chain.kept_anchors(path)
    except ValueError as error:
        raise SettingsError(f"{path} does not hold anchors: {error}.") from error
    try:
        found = [Anchor.parse(text) for text in given]
    except ValueError as error:
        raise SettingsError(f"--anchor takes NUMBER:DIGEST: {error}.") from error
    return [*found, *kept]


async def _verify(
    settings: Settings, anchors: list[Anchor]
) -> tuple[Verdict, int, Tampering | None]:
    """The chain, and whether what it vouches for is still what it was."""
    keys = wiring.seal(settings)
    async with _moment(settings) as conn:
        verdict = await chain_check.verify(conn, keys, anchors)
        return verdict, *await proof.verify(conn, keys)


def _say(verdict: Verdict) -> None:
    fault = verdict.fault
    if fault is not None:
        number = "" if fault.number is None else f"\tentry {fault.number}"
        position = "" if fault.position is None else f"\tposition {fault.position}"
        return say(f"BROKEN{number}{position}\t{fault.what}")
    say(f"whole\t{verdict.entries} entries\t{verdict.waiting} not sealed yet")
    if verdict.late:
        say(f"late\t{verdict.late} entries were sealed more than an hour after they were written")
    if verdict.end is not None:
        say(f"anchor\t{verdict.end}")


def export(
    *,
    output: Annotated[Path | None, Parameter(help="Default: standard output.")] = None,
    after: Annotated[int, Parameter(help="Go on after this number.", validator=Number(gte=0))] = 0,
    data_dir: DataDir = None,
) -> None:
    """Write the sealed audit log, oldest first: a line of JSON for each entry."""
    settings = settings_for(data_dir=data_dir)
    if output is None:
        return asyncio.run(_export(settings, sys.stdout.buffer, after=after))
    with output.open("xb") as file:
        asyncio.run(_export(settings, file, after=after))


async def _export(settings: Settings, file: BinaryIO, *, after: int) -> None:
    async with _moment(settings) as conn:
        async for line in chain_check.export(conn, after=after):
            file.write(msgspec.json.encode(line) + b"\n")
    file.flush()


@asynccontextmanager
async def _moment(settings: Settings) -> AsyncGenerator[Connection]:
    """One moment of the database of these settings."""
    async with (
        database(settings) as dsn,
        wiring.open_database(settings, dsn=dsn) as db,
        db.begin() as tx,
    ):
        await chain_check.snapshot(tx.conn)
        yield tx.conn
