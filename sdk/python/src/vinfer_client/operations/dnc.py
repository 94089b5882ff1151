"""Operations on `/dnc`. Made by `python tools/client.py` from the OpenAPI document."""

from collections.abc import Iterator
from urllib.parse import quote

from vinfer_client import types as t
from vinfer_client.transport import Transport


class DncOperations(Transport):
    """Methods are named as the operations are."""

    def list_dnc(
        self, *, limit: int | None = None, offset: int | None = None, cursor: str | None = None
    ) -> t.DncEntryPage:
        """The phones that are never called, newest first; numbers of the erased are not shown."""
        return self.request(
            "GET", "/v1/dnc", query={"limit": limit, "offset": offset, "cursor": cursor}
        )

    def all_dnc(self) -> Iterator[t.DncEntry]:
        """Every row of `list_dnc`, page after page."""
        return self.walk("/v1/dnc", {})

    def add_dnc(
        self, body: t.DncBody | str, *, idempotency_key: str | None = None
    ) -> t.DncEntry | t.Intake:
        """Never call a phone again, or many (JSON or CSV); they leave the queues of campaigns."""
        return self.request("POST", "/v1/dnc", body=body, idempotency_key=idempotency_key)

    def remove_dnc(self, phone: str) -> None:
        """Allow calls to a phone again."""
        self.request("DELETE", f"/v1/dnc/{quote(phone, safe='')}")
