"""`/compliance`."""

from litestar import Router, delete, get, patch, post

from vinfer.domains.compliance.schemas import (
    Check,
    CheckQuery,
    Rule,
    RuleBody,
    RulePatch,
    Violation,
    ViolationQuery,
)
from vinfer.domains.compliance.service import findings, rules
from vinfer.kit import http
from vinfer.kit.access import Actor
from vinfer.kit.db import Tx
from vinfer.kit.page import Page, PageQuery


@post("/rules")
async def create_rule(
    data: http.Body[RuleBody], actor: http.Given[Actor], tx: http.Given[Tx]
) -> Rule:
    """Publish a rule; every call that is transcribed from now on is checked by it."""
    return await rules.create(tx, actor, data)


@get("/rules")
async def list_rules(
    actor: http.Given[Actor], tx: http.Given[Tx], page: http.Given[PageQuery]
) -> Page[Rule]:
    """Rules at their newest versions, newest first."""
    return await rules.find(tx, actor, page)


@get("/rules/{id:str}")
async def get_rule(id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx]) -> Rule:
    """A rule at its newest version."""
    return await rules.get(tx, actor, id)


@patch("/rules/{id:str}")
async def change_rule(
    id: http.Path[str],
    data: http.Body[RulePatch],
    actor: http.Given[Actor],
    tx: http.Given[Tx],
) -> Rule:
    """Publish a new version; what was found keeps the one that it was found by."""
    return await rules.change(tx, actor, id, data)


@delete("/rules/{id:str}")
async def delete_rule(id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx]) -> None:
    """Delete a rule; its checks and violations stay."""
    await rules.delete(tx, actor, id)


@get("/violations", dependencies={"filters": http.query(ViolationQuery)})
async def list_violations(
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    page: http.Given[PageQuery],
    filters: http.Given[ViolationQuery],
) -> Page[Violation]:
    """Violations, newest first: when, by which words, of which rule."""
    return await findings.find_violations(tx.conn, actor, filters, page)


@get("/violations/{id:str}")
async def get_violation(
    id: http.Path[str], actor: http.Given[Actor], tx: http.Given[Tx]
) -> Violation:
    """A violation."""
    return await findings.get_violation(tx.conn, actor, id)


@get("/checks", dependencies={"filters": http.query(CheckQuery)})
async def list_checks(
    actor: http.Given[Actor],
    tx: http.Given[Tx],
    page: http.Given[PageQuery],
    filters: http.Given[CheckQuery],
) -> Page[Check]:
    """What became of each rule in each transcript, newest first; `outcome=unsure` is for review."""
    return await findings.find_checks(tx.conn, actor, filters, page)


router = Router(
    "/compliance",
    route_handlers=[
        create_rule,
        list_rules,
        get_rule,
        change_rule,
        delete_rule,
        list_violations,
        get_violation,
        list_checks,
    ],
)
