"""Operations on `/scripts`. Made by `python tools/client.py` from the OpenAPI document."""

from collections.abc import Iterator
from urllib.parse import quote

from vinfer_client import types as t
from vinfer_client.transport import Transport


class ScriptsOperations(Transport):
    """Methods are named as the operations are."""

    def list_scripts(
        self, *, limit: int | None = None, offset: int | None = None, cursor: str | None = None
    ) -> t.ScriptAnswerPage:
        """Scripts at their newest versions, newest script first."""
        return self.request(
            "GET", "/v1/scripts", query={"limit": limit, "offset": offset, "cursor": cursor}
        )

    def all_scripts(self) -> Iterator[t.ScriptAnswer]:
        """Every row of `list_scripts`, page after page."""
        return self.walk("/v1/scripts", {})

    def create_script(
        self, body: t.Script, *, idempotency_key: str | None = None
    ) -> t.ScriptAnswer:
        """Publish a script; its weaknesses come back as `warnings`."""
        return self.request("POST", "/v1/scripts", body=body, idempotency_key=idempotency_key)

    def get_script(self, id: str) -> t.ScriptAnswer:
        """A script at its newest version."""
        return self.request("GET", f"/v1/scripts/{quote(id, safe='')}")

    def change_script(self, id: str, body: t.ScriptPatch) -> t.ScriptAnswer:
        """Publish a new version; running campaigns keep the one they started with."""
        return self.request("PATCH", f"/v1/scripts/{quote(id, safe='')}", body=body)

    def delete_script(self, id: str) -> None:
        """Delete a script that no agent and nothing live uses."""
        self.request("DELETE", f"/v1/scripts/{quote(id, safe='')}")
