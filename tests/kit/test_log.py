"""What may stand in the log."""

import json
import subprocess
import sys

import pytest
import structlog

from vinfer.kit.db import Database
from vinfer.kit.log import mask_personal, mask_rows

PHONE = "+919810000001"
OTHERS = f"""
import logging
from vinfer.kit import log
log.configure()
try:
    raise ValueError("no\\nDETAIL:  Key (phone)=({PHONE})")
except ValueError:
    logging.getLogger("asyncio").exception("never retrieved")
logging.getLogger("asyncio").info("chatter")
"""


def test_personal_values_are_masked() -> None:
    event = {"event": "x", "pii_phone": PHONE, "call_id": "cal_1"}
    masked = mask_personal(None, "info", event)
    assert masked == {"event": "x", "pii_phone": "***", "call_id": "cal_1"}


async def fail(db: Database, statement: str, *values: str) -> None:
    try:
        async with db.begin() as tx:
            await tx.conn.execute(statement, *values)
    except Exception as error:
        raise RuntimeError("later") from error


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        ("insert into dnc values ('w', $1, $2)", (PHONE, "twice")),
        ("insert into dnc values ('w', $1, $2, null)", (PHONE, f"a\n\nb{PHONE}")),
        ("select $1::int", (PHONE,)),
    ],
)
async def test_a_database_error_tells_no_row(
    db: Database, statement: str, values: tuple[str, ...]
) -> None:
    async with db.begin() as tx:
        await tx.conn.execute("insert into workspaces (id, name) values ('w', 'w')")
        await tx.conn.execute("insert into dnc values ('w', $1, 'once')", PHONE)
    with pytest.raises(RuntimeError) as raised:
        await fail(db, statement, *values)
    event = {"event": "x", "exc_info": raised.value}
    event = dict(structlog.processors.format_exc_info(None, "error", event))
    assert PHONE in event["exception"]
    masked = mask_rows(None, "error", event)["exception"]
    assert PHONE not in masked
    assert masked.endswith("RuntimeError: later")


async def test_the_servers_own_log_tells_no_row_either(db: Database) -> None:
    async with db.read() as conn:
        assert await conn.fetchval("show log_error_verbosity") == "terse"


def test_what_libraries_log_is_json_and_masked_too() -> None:
    done = subprocess.run(
        [sys.executable, "-c", OTHERS], capture_output=True, text=True, check=True
    )
    event = json.loads(done.stderr)
    assert (event["event"], event["level"]) == ("never retrieved", "error")
    assert "ValueError: no" in event["exception"]
    assert PHONE not in done.stderr
