"""Zones: every name that is taken means the same days to Python and to the database."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from vinfer.kit import zones
from vinfer.kit.db import Database

MOMENTS = [datetime(year, month, 15, 12, tzinfo=UTC) for year in (2015, 2024) for month in (1, 7)]


async def test_every_zone_has_the_same_time_in_the_database(db: Database) -> None:
    async with db.read() as conn:
        rows = await conn.fetch(
            "select zone, moment, moment at time zone zone as here"
            " from unnest($1::text[]) as zone, unnest($2::timestamptz[]) as moment",
            sorted(zones.known()),
            MOMENTS,
        )
    assert len(rows) > 2_000
    differ = {
        row["zone"]
        for row in rows
        if row["moment"].astimezone(ZoneInfo(row["zone"])).replace(tzinfo=None) != row["here"]
    }
    assert differ == set()


@pytest.mark.parametrize("name", ["CET", "EET", "MET", "WET", "localtime", "asia/kolkata", ""])
def test_names_that_mean_something_else_are_no_zones(name: str) -> None:
    assert not zones.is_zone(name)
