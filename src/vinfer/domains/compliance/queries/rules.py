"""SQL of rules and their versions."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from vinfer.kit import lists
from vinfer.kit.db import Connection, Row
from vinfer.kit.page import PageQuery

_NEWEST: Final = (
    "select r.*, v.body from compliance_rules r join compliance_rule_versions v"
    " on v.rule_id = r.id and v.version = r.version"
)


async def get(conn: Connection, workspace_id: str, id: str) -> Row | None:
    """A live rule at its newest version."""
    return await conn.fetchrow(
        f"{_NEWEST} where r.workspace_id = $1 and r.id = $2 and r.deleted_at is null",
        workspace_id,
        id,
    )


async def lock(conn: Connection, workspace_id: str, id: str) -> bool:
    """Hold a live rule until the transaction ends, so that versions are made one by one."""
    found = await conn.fetchval(
        "select true from compliance_rules where workspace_id = $1 and id = $2"
        " and deleted_at is null for update",
        workspace_id,
        id,
    )
    return bool(found)


async def page(conn: Connection, workspace_id: str, query: PageQuery) -> tuple[Sequence[Row], int]:
    """One page of live rules, newest first, and how many there are."""
    end, more = lists.tail(query, first=2, time="r.created_at", id="r.id")
    rows = await conn.fetch(
        f"{_NEWEST} where r.workspace_id = $1 and r.deleted_at is null{end}",  # constants
        workspace_id,
        *more,
    )
    total = await conn.fetchval(
        "select count(*) from compliance_rules where workspace_id = $1 and deleted_at is null",
        workspace_id,
    )
    return rows, total


async def insert(conn: Connection, workspace_id: str, id: str, body: Mapping[str, Any]) -> None:
    """Store a rule that has no version yet."""
    await conn.execute(
        "insert into compliance_rules (id, workspace_id, name, type, severity)"
        " values ($1, $2, $3, $4, $5)",
        id,
        workspace_id,
        body["name"],
        body["type"],
        body["severity"],
    )


async def add_version(conn: Connection, id: str, body: Mapping[str, Any]) -> None:
    """Make `body` the rule's newest version."""
    scope: Mapping[str, Any] = body["scope"] or {}
    await conn.execute(
        "with raised as (update compliance_rules set version = version + 1, name = $2,"
        " severity = $3, enabled = $4, campaign_ids = $5, agent_ids = $6, updated_at = now()"
        " where id = $1 returning version)"
        " insert into compliance_rule_versions (rule_id, version, body)"
        " select $1, version, $7 from raised",
        id,
        body["name"],
        body["severity"],
        body["enabled"],
        scope.get("campaign_ids"),
        scope.get("agent_ids"),
        body,
    )


async def delete(conn: Connection, id: str) -> None:
    """Hide a rule; its versions stay for what was found by them."""
    await conn.execute("update compliance_rules set deleted_at = now() where id = $1", id)


async def applying(
    conn: Connection, workspace_id: str, *, campaign_id: str | None, agents: Sequence[str]
) -> list[Row]:
    """The rules about a call of a campaign and of agents, or about a recording of agents."""
    return await conn.fetch(
        f"{_NEWEST} where r.workspace_id = $1 and r.deleted_at is null and r.enabled"
        " and (r.campaign_ids is null or $2 = any (r.campaign_ids))"
        " and (r.agent_ids is null or r.agent_ids && $3::text[])"
        " order by r.created_at, r.id",
        workspace_id,
        campaign_id,
        list(agents),
    )


async def is_in_scope(conn: Connection, call_id: str) -> bool:
    """Whether a rule names the call's campaign or one of its agents."""
    return await conn.fetchval(
        "select exists (select from compliance_rules r"
        " join calls k on k.id = $1 and k.workspace_id = r.workspace_id"
        " where r.deleted_at is null and r.enabled"
        " and (r.campaign_ids is not null or r.agent_ids is not null)"
        " and (r.campaign_ids is null or k.campaign_id = any (r.campaign_ids))"
        " and (r.agent_ids is null or k.agent_id = any (r.agent_ids)"
        "  or k.voice_agent_id = any (r.agent_ids)))",
        call_id,
    )


async def call(conn: Connection, call_id: str) -> Row | None:
    """What rules need to know of a call, with its script and its time zone."""
    return await conn.fetchrow(
        "select k.campaign_id, k.agent_id, k.voice_agent_id, k.phone, k.language, k.end_reason,"
        " k.started_at, coalesce(c.timezone, w.timezone) as timezone, s.body as script"
        " from calls k join workspaces w on w.id = k.workspace_id"
        " left join campaigns c on c.id = k.campaign_id"
        " left join script_versions s on s.script_id = k.script_id"
        "  and s.version = k.script_version"
        " where k.id = $1",
        call_id,
    )


async def metadata(conn: Connection, job_id: str) -> str:
    """The JSON that came with a recording."""
    return await conn.fetchval("select metadata from transcriptions where id = $1", job_id) or "{}"
