"""Operations on `/events`. Made by `python tools/client.py` from the OpenAPI document."""

from vinfer_client import types as t
from vinfer_client.transport import Transport


class EventsOperations(Transport):
    """Methods are named as the operations are."""

    def pull_events(self, *, after: int | None = None, limit: int | None = None) -> t.Log:
        """The workspace's events in order, from the one that follows `after`."""
        return self.request("GET", "/v1/events", query={"after": after, "limit": limit})
