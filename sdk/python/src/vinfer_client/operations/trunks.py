"""Operations on `/trunks`. Made by `python tools/client.py` from the OpenAPI document."""

from collections.abc import Iterator
from urllib.parse import quote

from vinfer_client import types as t
from vinfer_client.transport import Transport


class TrunksOperations(Transport):
    """Methods are named as the operations are."""

    def list_trunks(
        self, *, limit: int | None = None, offset: int | None = None, cursor: str | None = None
    ) -> t.TrunkPage:
        """Trunks, newest first."""
        return self.request(
            "GET", "/v1/trunks", query={"limit": limit, "offset": offset, "cursor": cursor}
        )

    def all_trunks(self) -> Iterator[t.Trunk]:
        """Every row of `list_trunks`, page after page."""
        return self.walk("/v1/trunks", {})

    def create_trunk(self, body: t.TrunkCreate, *, idempotency_key: str | None = None) -> t.Trunk:
        """Make a trunk; the first becomes the default."""
        return self.request("POST", "/v1/trunks", body=body, idempotency_key=idempotency_key)

    def get_trunk(self, id: str) -> t.Trunk:
        """A trunk, without its password."""
        return self.request("GET", f"/v1/trunks/{quote(id, safe='')}")

    def change_trunk(self, id: str, body: t.TrunkChange) -> t.Trunk:
        """Change a trunk; calls that are placed from now on use it as it then is."""
        return self.request("PATCH", f"/v1/trunks/{quote(id, safe='')}", body=body)

    def delete_trunk(self, id: str) -> None:
        """Delete a trunk that nothing live uses."""
        self.request("DELETE", f"/v1/trunks/{quote(id, safe='')}")
