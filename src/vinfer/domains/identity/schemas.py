"""Workspaces and keys as the API takes and gives them."""

from datetime import datetime
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from vinfer.kit import schema
from vinfer.kit.access import Scope

Name = Annotated[str, Meta(min_length=1, max_length=255)]


class KeyCreate(schema.Body):
    """`POST /api-keys`."""

    name: Name
    scope: Scope
    expires_at: schema.Timestamp | None = None

    example = {"name": "CRM", "scope": "read_write", "expires_at": "2031-01-01T00:00:00Z"}


class Key(schema.Resource):
    """A key without its secret."""

    id: str
    name: str
    prefix: str
    scope: Scope
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    key: str | UnsetType = UNSET
    """The secret: in the answer that creates the key, and never again."""


class Workspace(schema.Resource):
    """A tenant and its limits."""

    id: str
    name: str
    timezone: str
    limits: "Limits"
    created_at: datetime


class Limits(schema.Resource):
    """What the operator grants a workspace."""

    requests_per_minute: int
    max_concurrent_calls: int
