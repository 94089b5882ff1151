"""Agreement of machine and people, and the alarm when it falls."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
import structlog
from tests.domains.qa.conftest import Qa, parameter

from vinfer.domains.qa import tasks
from vinfer.domains.qa.service.agreeing import Drift
from vinfer.kit.clock import SystemClock

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY = timedelta(days=1)


async def verdicts(
    qa: Qa, card: dict[str, Any], pairs: list[tuple[float | None, float | None]], *, ago: timedelta
) -> None:
    """Results of a card with one verdict each: the machine's score, and a person's."""
    at: datetime = SystemClock().now() - ago
    for number, (machine, human) in enumerate(pairs):
        shown = await qa.judged(await qa.job(qa_scorecard_id=card["id"]))
        async with qa.api.db.begin() as tx:
            await tx.conn.execute(
                "update qa_results set created_at = $2 where id = $1",
                shown["id"],
                at + timedelta(seconds=number),
            )
            await tx.conn.execute(
                "update qa_verdicts set machine_score = $2, human_score = $3,"
                " reviewed_at = case when $3::float8 is not null then now() end"
                " where result_id = $1",
                shown["id"],
                machine,
                human,
            )


@pytest_asyncio.fixture(loop_scope="module")
async def card(qa: Qa) -> dict[str, Any]:
    """A card with one parameter."""
    return await qa.card(parameter("Bye", "goodbye"))


async def test_agreement_counts_what_both_have_judged(qa: Qa, card: dict[str, Any]):
    assert await qa.get("/agreement") == {"data": []}
    pairs = [(1.0, 1.0), (1.0, 1.0), (0.0, 0.0), (1.0, 0.0), (1.0, None), (None, 1.0)]
    await verdicts(qa, card, pairs, ago=DAY)
    (found,) = (await qa.get("/agreement"))["data"]
    assert (found["scorecard_id"], found["parameter"]) == (card["id"], "Bye")
    assert (found["judged"], found["abstained"], found["reviewed"]) == (5, 1, 4)
    assert found["abstention_rate"] == 0.167
    # p_o = 3/4; p_e = (3 * 2 + 1 * 2) / 16 = 1/2; (p_o - p_e) / (1 - p_e) = 1/2
    assert (found["agreement"], found["kappa"]) == (0.75, 0.5)
    assert found["recent"]["reviewed"] == 4
    assert (found["before"]["reviewed"], found["before"]["kappa"]) == (0, None)
    assert found["drift"] == []
    assert (await qa.get("/agreement?scorecard_id=qsc_none"))["data"] == []


async def test_a_fall_raises_the_alarm(qa: Qa, card: dict[str, Any]):
    good = [(1.0, 1.0), (0.0, 0.0)] * 2
    await verdicts(qa, card, good, ago=40 * DAY)
    await verdicts(qa, card, [(1.0, 0.0), (0.0, 0.0), (None, None), (1.0, 1.0)], ago=DAY)
    drift = Drift(least=3, kappa_fall=0.2, abstention_rise=0.2)
    deps = Deps(qa.api.db, SystemClock(), drift)
    with structlog.testing.capture_logs() as logs:
        await tasks.watch_drift(deps)
    (alarm,) = [each for each in logs if each["event"] == "qa_drift"]
    assert alarm["drift"] == ["kappa", "abstention"]
    assert (alarm["kappa_before"], alarm["abstention_rate_before"]) == (1.0, 0.0)
    calm = Deps(qa.api.db, SystemClock(), Drift(least=5))
    with structlog.testing.capture_logs() as logs:
        await tasks.watch_drift(calm)
    assert [each for each in logs if each["event"] == "qa_drift"] == []


class Deps:
    """What the daily look needs."""

    def __init__(self, db: Any, clock: SystemClock, qa_drift: Drift) -> None:
        self.db = db
        self.clock = clock
        self.qa_drift = qa_drift
