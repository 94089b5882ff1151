"""The page's requests are sent as they stand there, and its tables are computed."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.domains.reports.pressing import Bench
from tests.domains.reports.test_rhythm import rhythm

from vinfer.domains.reports.cells import harmless
from vinfer.domains.reports.kinds import KINDS
from vinfer.domains.reports.kinds.agent_coaching import FOCUS_BELOW, LEAST_JUDGED
from vinfer.domains.reports.schemas import MOST_DAYS
from vinfer.domains.reports.service import LINK_LIFETIME, MOST_SCHEDULES, MOST_WAITING

PAGE = (Path(__file__).parents[3] / "docs/howto/reports.md").read_text()
BODIES = [json.loads(text) for text in re.findall(r"\$ api /reports -d '(\{.*?\})'", PAGE, re.S)]
RUNS = re.findall(
    r"^\| (\w+) (\d\d:\d\d), (\S+) \| [^|]* \| (\S+?)(?: \([^|]*\))? \| (\S+) to (\S+) \|$",
    PAGE,
    re.M,
)


@pytest.mark.parametrize("body", BODIES)
async def test_a_request_of_the_page_is_taken(bench: Bench, body: dict):
    asked = await bench.ask(**body)
    assert asked.status == ("scheduled" if "schedule" in body else "queued")


@pytest.mark.parametrize(("frequency", "time", "zone", "run", "first", "last"), RUNS)
def test_a_row_of_the_page_is_what_happens(
    frequency: str, time: str, zone: str, run: str, first: str, last: str
):
    of = rhythm(frequency, time, zone)
    at = datetime.fromisoformat(run).replace(tzinfo=UTC)
    assert of.last_run(at) == at
    assert [day.isoformat() for day in of.period(at)] == [first, last]


def test_the_page_has_them_all():
    assert len(BODIES) == 3
    assert len(RUNS) == 5
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.M)) == {*KINDS, "daily", "weekly", "monthly"}
    assert f"at least {LEAST_JUDGED} times and reached less than {FOCUS_BELOW:.0f} %" in PAGE
    assert f"at most {MOST_DAYS:,} days" in PAGE
    assert f"{MOST_SCHEDULES:,} schedules and {MOST_WAITING:,} reports" in PAGE
    assert f"works for {LINK_LIFETIME.days} days" in PAGE.replace("\n", " ")
    assert all(harmless(start + "1").startswith("'") for start in "=+-@\t\n")
