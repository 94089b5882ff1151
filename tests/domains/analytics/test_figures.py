"""Figures are those of the calls counted one by one, whatever happened, folded or not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from tests.domains.analytics.conftest import CAMPAIGNS, RULES, SCORECARDS, Book, Told, open_book

from vinfer.domains.analytics import service
from vinfer.domains.analytics.queries.reading import periods
from vinfer.domains.analytics.schemas import (
    FEELINGS,
    INTENTS,
    RULE_TYPES,
    SEVERITIES,
    CallFigures,
    FiguresQuery,
)
from vinfer.domains.contacts.schemas import DISPOSITIONS
from vinfer.kit.db import Database
from vinfer.kit.ids import new_id

ZONES = (
    "Asia/Kolkata",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Havana",
    "Pacific/Apia",
    "UTC",
)
# around changes of the clock, and around the day that Apia never had
TURNS = (
    datetime(2026, 3, 8, 6, tzinfo=UTC),
    datetime(2026, 11, 1, 5, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),
)
moments = st.builds(
    lambda turn, minutes: turn + timedelta(minutes=minutes),
    st.sampled_from(TURNS),
    st.integers(-4000, 4000),
)
scores = st.one_of(
    st.just((None, None)),
    st.tuples(st.integers(0, 1000).map(lambda it: it / 10), st.booleans()),
)
tolds = st.builds(
    Told,
    id=st.builds(lambda: new_id("cal")),
    started_at=moments,
    campaign_id=st.sampled_from((*CAMPAIGNS, None)),
    agent_id=st.sampled_from(("desk-1", "desk-2", None)),
    language=st.sampled_from(("en-IN", "hi-IN")),
    ended=st.sampled_from((True, True, True, False)),
    answered=st.booleans(),
    end_reason=st.sampled_from(("agent_hangup", "voicemail", "customer_hangup")),
    disposition=st.sampled_from((*DISPOSITIONS, None)),
    seconds=st.integers(0, 500),
    job_id=st.one_of(st.none(), st.builds(lambda: new_id("job"))),
    intent=st.sampled_from((None, *INTENTS, "of another model")),
    sentiment=st.sampled_from((None, *FEELINGS)),
    scores=st.dictionaries(st.sampled_from(SCORECARDS), scores),
    violations=st.lists(
        st.tuples(st.sampled_from(SEVERITIES), st.sampled_from(RULE_TYPES)), max_size=len(RULES)
    ),
)
steps = st.lists(
    st.tuples(
        st.sampled_from(("end", "outcome", "analysis", "override", "erase", "move", "fold")),
        st.integers(0, 7),
    ),
    max_size=6,
)
queries = st.builds(
    lambda turn, before, after, **rest: FiguresQuery(
        from_=(turn - timedelta(days=before)).date(),
        to=(turn + timedelta(days=after)).date(),
        **rest,
    ),
    st.sampled_from(TURNS),
    st.integers(0, 80),
    st.integers(0, 80),
    timezone=st.sampled_from((None, *ZONES)),
    campaign_id=st.sampled_from((None, *CAMPAIGNS)),
    agent_id=st.sampled_from((None, "desk-1")),
    language=st.sampled_from((None, "hi-IN")),
    group_by=st.sampled_from((None, "day", "week", "agent", "campaign", "language")),
)


@settings(
    max_examples=settings.default.max_examples // 10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_figures_are_those_of_the_calls(db: Database, data: st.DataObject) -> None:
    book = await open_book(db)
    for zone in data.draw(st.sets(st.sampled_from(ZONES))):
        await book.keep(zone)
    for told in data.draw(st.lists(tolds, max_size=8)):
        named = told.campaign_id and told.campaign_id + book.world.actor.workspace_id
        await book.write(replace(told, campaign_id=named))
    for kind, at in data.draw(steps):
        if kind == "fold":
            await service.fold(db)
        elif book.calls:
            await happen(book, kind, book.calls[at % len(book.calls)])
    for query in data.draw(st.lists(queries, min_size=1, max_size=4)):
        if query.campaign_id:
            query = FiguresQuery(
                **{name: getattr(query, name) for name in query.__struct_fields__}
                | {"campaign_id": query.campaign_id + book.world.actor.workspace_id}
            )
        await check(book, query)
    await service.fold(db)
    assert await service.verify(db, book.world.actor.workspace_id) == service.Wrong(0, 0)


async def happen(book: Book, kind: str, told: Told) -> None:
    """Something comes late."""
    run = book.world.run
    match kind:
        case "end" if not told.ended:
            told.ended, told.end_reason = True, "agent_hangup"
            await run(
                "update calls set status = 'completed', disposition = $2, end_reason = $3"
                " where id = $1",
                told.id,
                told.disposition,
                told.end_reason,
            )
        case "outcome" if told.ended:
            told.disposition = "escalated"
            await run("update calls set disposition = 'escalated' where id = $1", told.id)
        case "analysis" if told.job_id is None:
            told.job_id, told.intent = new_id("job"), "complaint"
            await book.analyse(told)
        case "override" if told.job_id and told.scores:
            told.scores = dict.fromkeys(told.scores, (12.5, False))
            await run(
                "update qa_results set score = 12.5, passed = false where call_id = $1", told.id
            )
        case "erase" if told.job_id:  # the job goes, the call stays
            await run("delete from transcriptions where id = $1", told.job_id)
            told.job_id = told.sentiment = None
            told.scores, told.violations = {}, []
        case "move":
            told.agent_id = "desk-2"
            await run(
                'update calls set metadata = \'{"agent_id": "desk-2"}\' where id = $1', told.id
            )
        case _:
            pass


async def check(book: Book, query: FiguresQuery) -> None:
    """All answers to a question."""
    actor, zone = book.world.actor, query.timezone or "Asia/Kolkata"
    filters = {name: getattr(query, name) for name in ("campaign_id", "agent_id", "language")}
    counted = book.selected(query.from_, query.to, zone, filters)
    groups: dict[str | None, list[Told]] = {}
    if query.group_by is not None:
        for told in counted:
            groups.setdefault(told.group(query.group_by, zone), []).append(told)
    async with book.world.db.read() as conn:
        calls = await service.calls(conn, actor, query)
        qa = await service.qa(conn, actor, query)
        compliance = await service.compliance(conn, actor, query)
    assert figures(calls) == expected(counted), query
    assert scored(qa) == expected_qa(counted)
    assert violated(compliance) == expected_violations(counted)
    if query.group_by is None:
        assert calls.grouped_data is qa.grouped_data is compliance.grouped_data is UNSET
        return
    assert {it.group: figures(it) for it in calls.grouped_data} == {
        name: expected(them) for name, them in groups.items()
    }
    assert {it.group: scored(it) for it in qa.grouped_data} == {
        name: expected_qa(them) for name, them in groups.items()
    }
    assert {it.group: violated(it) for it in compliance.grouped_data} == {
        name: expected_violations(them) for name, them in groups.items()
    }
    sums_hold(calls)


def sums_hold(calls: CallFigures) -> None:
    """What the API promises of every answer."""
    everything = [calls, *(calls.grouped_data or [])]
    for it in everything:
        assert sum(it.intent_breakdown.values()) == it.connected_calls
        assert sum(it.disposition_breakdown.values()) == it.total_calls
        shares = [getattr(it.sentiment_breakdown, name) for name in FEELINGS]
        if shares != [None] * 3:
            assert sum(Decimal(str(share)) for share in shares) == 1
    assert sum(it.total_calls for it in calls.grouped_data or []) == calls.total_calls
    assert sum(it.connected_calls for it in calls.grouped_data or []) == calls.connected_calls


def figures(it: Any) -> dict[str, Any]:
    names = (
        "total_calls",
        "connected_calls",
        "connection_rate",
        "avg_duration_seconds",
        "intent_breakdown",
        "disposition_breakdown",
        "avg_qa_score",
    )
    felt = [getattr(it.sentiment_breakdown, name) for name in FEELINGS]
    return {name: getattr(it, name) for name in names} | {"felt": felt}


def expected(them: Sequence[Told]) -> dict[str, Any]:
    connected = [it for it in them if it.connected]
    felt = [it.sentiment for it in connected if it.job_id and it.sentiment]
    return {
        "total_calls": len(them),
        "connected_calls": len(connected),
        "connection_rate": mean([float(it.connected) for it in them], places=2),
        "avg_duration_seconds": mean([it.seconds for it in connected], places=1),
        "intent_breakdown": {name: sum(it.meant == name for it in connected) for name in INTENTS},
        "disposition_breakdown": {
            name: sum(it.outcome == name for it in them) for name in DISPOSITIONS
        },
        "avg_qa_score": expected_qa(them)["avg_score"],
        "felt": shares([felt.count(name) for name in FEELINGS]),
    }


def scored(it: Any) -> dict[str, Any]:
    names = ("results", "scored_results", "passed_results", "pass_rate", "avg_score")
    return {name: getattr(it, name) for name in (*names, "evaluated_calls")}


def expected_qa(them: Sequence[Told]) -> dict[str, Any]:
    results = [it for told in them if told.job_id for it in told.scores.values()]
    kept = [(score, passed) for score, passed in results if score is not None]
    return {
        "results": len(results),
        "scored_results": len(kept),
        "passed_results": sum(bool(passed) for _, passed in kept),
        "pass_rate": mean([float(bool(passed)) for _, passed in kept], places=2),
        "avg_score": mean([score for score, _ in kept], places=1),
        "evaluated_calls": sum(bool(told.job_id and told.scores) for told in them),
    }


def violated(it: Any) -> dict[str, Any]:
    names = ("total_calls", "calls_with_violations", "violation_rate", "violations")
    return {name: getattr(it, name) for name in (*names, "severity_breakdown", "type_breakdown")}


def expected_violations(them: Sequence[Told]) -> dict[str, Any]:
    found = [it for told in them if told.job_id for it in told.violations]
    bad = [bool(told.job_id and told.violations) for told in them]
    return {
        "total_calls": len(them),
        "calls_with_violations": sum(bad),
        "violation_rate": mean([float(it) for it in bad], places=2),
        "violations": len(found),
        "severity_breakdown": {
            name: sum(severity == name for severity, _ in found) for name in SEVERITIES
        },
        "type_breakdown": {name: sum(kind == name for _, kind in found) for name in RULE_TYPES},
    }


def mean(values: Sequence[float], *, places: int) -> float | None:
    if not values:
        return None
    exact = sum(Decimal(str(it)) for it in values) / len(values)
    return float(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def shares(counts: Sequence[int]) -> list[float | None]:
    """Largest remainder, the other way round: take hundredths away from those rounded up most."""
    whole = sum(counts)
    if not whole:
        return [None] * len(counts)
    up = [-(-100 * it // whole) for it in counts]
    for at in sorted(range(len(up)), key=lambda n: (100 * counts[n] - up[n] * whole, -n)):
        if sum(up) > 100 and 100 * counts[at] % whole:
            up[at] -= 1
    return [it / 100 for it in up]


def test_days_and_months_cover_a_range_once() -> None:
    spans = periods(date(2026, 1, 15), date(2026, 4, 2), by_day=False)
    assert spans == [
        ("d", date(2026, 1, 15), date(2026, 1, 31)),
        ("m", date(2026, 2, 1), date(2026, 3, 1)),
        ("d", date(2026, 4, 1), date(2026, 4, 2)),
    ]
    assert periods(date.min, date.max, by_day=False) == [("m", date.min, date(9999, 12, 1))]
