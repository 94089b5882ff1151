"""Events: facts written in the transaction that causes them."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One fact. `data` is the resource exactly as the API returns it at this moment."""

    name: str
    workspace_id: str
    resource_type: str
    resource_id: str
    data: dict[str, Any]
