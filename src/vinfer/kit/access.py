"""Who acts: the one value that every function reaching rows takes."""

from dataclasses import dataclass
from typing import Final, Literal, Protocol

from vinfer.kit.errors import InsufficientScope

Scope = Literal["read_only", "read_write", "admin"]
_RANK: Final[dict[Scope, int]] = {"read_only": 0, "read_write": 1, "admin": 2}


@dataclass(frozen=True, slots=True)
class Actor:
    """A live key: its workspace, what it may do, and how often."""

    workspace_id: str
    key_id: str
    scope: Scope
    requests_per_minute: int = 1000

    def require(self, scope: Scope) -> None:
        """Raise `InsufficientScope` unless this key has `scope` or a wider one."""
        if _RANK[self.scope] < _RANK[scope]:
            raise InsufficientScope(required=scope, granted=self.scope)


class Keys(Protocol):
    """Finds the actor behind a bearer token."""

    def recall(self, token: str) -> Actor | None:
        """The actor, if this process knows the token to be live without asking."""
        ...

    def has_met(self, token: str) -> bool:
        """Whether the token was live when this process last asked."""
        ...

    async def find(self, token: str) -> Actor:
        """The actor; raises `Unauthorized`."""
        ...
