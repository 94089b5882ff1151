"""Every field and every filter refuses what its type does not admit, and says so in full."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from tests.contracts.api.shapes import (
    Arm,
    Bad,
    Path,
    arms,
    bad,
    bad_of_arm,
    dotted,
    fields,
    good,
    nullable,
    places,
    put,
    required,
    structs,
    value_at,
    without,
)
from tests.contracts.api.surface import FREE_BODIES, Operation, by_name, closed, with_body
from tests.contracts.api.tenants import Stage
from tests.contracts.api.wire import Reply, encode

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True, slots=True)
class Case:
    """A request that must be refused, and what the refusal must say."""

    body: bytes
    field: str
    provided: Any
    words: tuple[str, ...] = ()
    deeper: bool = False


def cases(operation: Operation, body: dict[str, Any]) -> Iterator[Case]:
    """Every wrong body of a route: a good one with one thing wrong."""
    assert operation.body is not None
    for path, kind in places(operation.body, body):
        sample = value_at(body, path) if path_exists(body, path) else None
        for wrong in bad(kind, sample):
            if not clears(operation, path, wrong):
                yield spoilt(body, path, wrong)
    for path, struct in structs(operation.body, body):
        surplus = put(body, (*path, "surplus_field"), 1)
        yield Case(encode(surplus), dotted((*path, "surplus_field")), 1)
        if not (operation.method == "PATCH" and not path):
            for name in required(struct):
                yield Case(encode(without(body, (*path, name))), dotted((*path, name)), None)


def clears(operation: Operation, path: Path, wrong: Bad) -> bool:
    """Whether null takes an optional field of a script away."""
    partial = operation.method == "PATCH" and operation.path in FREE_BODIES
    return partial and len(path) == 1 and wrong.value is None


def path_exists(body: Any, path: Path) -> bool:
    """Whether a good body has the field."""
    try:
        value_at(body, path)
    except (KeyError, TypeError):
        return False
    return True


def spoilt(body: dict[str, Any], path: Path, wrong: Bad) -> Case:
    """The good body with a wrong value in one place."""
    return Case(
        encode(put(body, path, wrong.value)),
        dotted(path) + wrong.below,
        shown(part_that_is_wrong(wrong)),
        () if path[-1] == "language" else wrong.words,  # told in BCP-47's terms
        wrong.deeper,
    )


def part_that_is_wrong(wrong: Bad) -> Any:
    """The value that the refusal repeats."""
    if wrong.below == "[1]":
        return wrong.value[1]
    if isinstance(wrong.value, dict) and "a\0b" in wrong.value:
        return "a\0b"  # a name of a field
    return wrong.value


def shown(value: Any) -> Any:
    """How an error repeats a value: small ones whole, large ones by their kind."""
    if isinstance(value, str):
        text = value.replace("\0", "\ufffd")
        return text if len(text) <= 200 else text[:200] + "…"
    return (
        "an object" if isinstance(value, dict) else "a list" if isinstance(value, list) else value
    )


def is_refusal(reply: Reply, case: Case) -> bool:
    """Whether the answer is the contract's, and about what is wrong."""
    found = reply.error(400, "invalid_parameter") if reply.status == 400 else {"details": {}}
    details = found["details"]
    field, expected = details.get("field", ""), details.get("expected")
    return (
        (field == case.field or (case.deeper and field.startswith(case.field)))
        and (case.deeper or details["provided"] == case.provided)
        and isinstance(expected, str)
        and all(word in (expected or "-") for word in case.words)
        and f"'{field}'" in found["message"]
    )


def tell(wrong: list[tuple[Case, Reply]], many: int) -> str:
    """The cases that came out wrong, briefly."""
    lines = [f"{len(wrong)} of {many}"]
    for case, reply in wrong[:20]:
        want = (case.field, case.provided, case.words)
        lines.append(f"want {str(want)[:300]} got {reply.status} {reply.body.decode()[:300]}")
    return "\n".join(lines)


@pytest.mark.parametrize("operation", **by_name(with_body()))
async def test_a_good_body_is_taken(stage: Stage, operation: Operation):
    """What the wrong ones are made of: without this they would prove nothing."""
    target = operation.path.format(**await stage.ours.ids_for(operation))
    reply = await stage.ours.ask(operation.method, target, stage.ours.body(operation))
    assert reply.status < 300, reply.body


@pytest.mark.parametrize("operation", **by_name([it for it in with_body() if it.method == "PATCH"]))
async def test_null_clears_an_optional_field(stage: Stage, operation: Operation):
    target = operation.path.format(**await stage.ours.ids_for(operation))
    for name, kind in fields(operation.body).items():
        if nullable(kind):
            reply = await stage.ours.ask("PATCH", target, {name: None})
            assert reply.status == 200, (name, reply.body)
            assert not reply.json.get(name), (name, reply.body)


@pytest.mark.parametrize("operation", **by_name(with_body()))
async def test_every_field_refuses_what_it_does_not_admit(stage: Stage, operation: Operation):
    target = operation.path.format(**await stage.ours.ids_for(operation))
    found = list(cases(operation, stage.ours.body(operation)))
    assert len(found) >= 2 * len(fields(operation.body))
    if operation.method == "PATCH" and operation.path in FREE_BODIES:
        found = found[::8]  # judged like a whole one, which the POST has just been
    answers = [(it, await stage.ours.ask(operation.method, target, it.body)) for it in found]
    wrong = [(case, reply) for case, reply in answers if not is_refusal(reply, case)]
    assert not wrong, tell(wrong, len(found))


NO_NUMBERS = ("", "x", "1.5", "1.0", "1e1", " 1", "1 ", "+1", "1_0", "0x10", "٣", "null", "true")


@dataclass(frozen=True, slots=True)
class Filter:
    """A query that must be refused, and what the refusal must say."""

    query: str
    field: str
    provided: Any
    words: tuple[str, ...] = ()


def filters(kind: type[Any]) -> Iterator[Filter]:
    """Every wrong value of every parameter of a query."""
    for name, inner in fields(kind).items():
        (arm,) = arms(inner)
        yield from (_filter(name, text, words) for text, words in _bad_texts(arm))
        sample = good(inner, {})
        twice = f"{name}={quote(str(sample))}&{name}={quote(str(sample))}"
        yield Filter(twice, name, "a list", ("one value",))


def _bad_texts(arm: Arm) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "a\0b", ("NUL",)
    if arm.base is int:
        yield from ((text, ()) for text in NO_NUMBERS)
        yield str(arm.meta.ge - 1), (str(arm.meta.ge),)
        yield str(arm.meta.le + 1), (str(arm.meta.le),)
        yield str(10**30), ()
    elif arm.base is not str or arm.scalar is not None:
        yield from ((it.value, it.words) for it in bad_of_arm(arm, None) if it.value != "a\0b")
        yield "null", ()


def _filter(name: str, text: str, words: tuple[str, ...]) -> Filter:
    return Filter(f"{name}={quote(text)}", name, shown(text), words)


FILTERED = [it for it in closed() if it.queries]


@pytest.mark.parametrize("operation", **by_name(FILTERED))
async def test_every_filter_refuses_what_it_does_not_admit(stage: Stage, operation: Operation):
    path = operation.path.format(**await stage.ours.ids_for(operation))
    cases = [case for kind in operation.queries for case in filters(kind)]
    wrong: list[str] = []
    for case in cases:
        needed = {name: it for name, it in operation.needed.items() if name != case.field}
        reply = await stage.ours.ask("GET", f"{path}?{case.query}&{urlencode(needed)}")
        wanted = Case(b"", case.field, case.provided, case.words)
        if not is_refusal(reply, wanted):
            wrong.append(f"{case} got {reply.status} {reply.body.decode()[:300]}")
    assert not wrong, "\n".join([f"{len(wrong)} of {len(cases)}", *wrong[:20]])


@pytest.mark.parametrize("operation", **by_name(FILTERED))
async def test_bytes_that_are_no_text_are_no_filter(stage: Stage, operation: Operation):
    path = operation.path.format(**await stage.ours.ids_for(operation))
    for kind in operation.queries:
        for name in fields(kind):
            for raw in (b"%ff", b"\xff", b"%ed%a0%80", b"%", b"%0"):
                needed = {it: text for it, text in operation.needed.items() if it != name}
                target = f"{path}?{urlencode(needed)}&{name}=".encode() + raw
                reply = await stage.ours.ask("GET", target)
                assert reply.status in (200, 400), target
                if reply.status == 200:  # an opaque id that nothing has
                    shown = reply.json.get("total_calls", reply.json.get("data"))
                    assert shown in (0, []) or "results" in reply.json, target
