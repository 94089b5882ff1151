"""Operations on `/api-keys`. Made by `python tools/client.py` from the OpenAPI document."""

from collections.abc import Iterator
from urllib.parse import quote

from vinfer_client import types as t
from vinfer_client.transport import Transport


class ApiKeysOperations(Transport):
    """Methods are named as the operations are."""

    def list_keys(
        self, *, limit: int | None = None, offset: int | None = None, cursor: str | None = None
    ) -> t.KeyPage:
        """The workspace's keys, newest first."""
        return self.request(
            "GET", "/v1/api-keys", query={"limit": limit, "offset": offset, "cursor": cursor}
        )

    def all_keys(self) -> Iterator[t.Key]:
        """Every row of `list_keys`, page after page."""
        return self.walk("/v1/api-keys", {})

    def create_key(self, body: t.KeyCreate, *, idempotency_key: str | None = None) -> t.Key:
        """Make a key; its secret is in this answer only."""
        return self.request("POST", "/v1/api-keys", body=body, idempotency_key=idempotency_key)

    def revoke_key(self, id: str) -> None:
        """End a key in every process."""
        self.request("DELETE", f"/v1/api-keys/{quote(id, safe='')}")
