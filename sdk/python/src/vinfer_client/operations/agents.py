"""Operations on `/agents`. Made by `python tools/client.py` from the OpenAPI document."""

from collections.abc import Iterator
from urllib.parse import quote

from vinfer_client import types as t
from vinfer_client.transport import Transport


class AgentsOperations(Transport):
    """Methods are named as the operations are."""

    def list_agents(
        self, *, limit: int | None = None, offset: int | None = None, cursor: str | None = None
    ) -> t.AgentPage:
        """Agents, newest first."""
        return self.request(
            "GET", "/v1/agents", query={"limit": limit, "offset": offset, "cursor": cursor}
        )

    def all_agents(self) -> Iterator[t.Agent]:
        """Every row of `list_agents`, page after page."""
        return self.walk("/v1/agents", {})

    def create_agent(self, body: t.AgentBody, *, idempotency_key: str | None = None) -> t.Agent:
        """Make an agent: a voice, a script, and the rules by which a person takes over."""
        return self.request("POST", "/v1/agents", body=body, idempotency_key=idempotency_key)

    def get_agent(self, id: str) -> t.Agent:
        """An agent."""
        return self.request("GET", f"/v1/agents/{quote(id, safe='')}")

    def change_agent(self, id: str, body: t.AgentPatch) -> t.Agent:
        """Change an agent; campaigns that have started keep what they started with."""
        return self.request("PATCH", f"/v1/agents/{quote(id, safe='')}", body=body)

    def delete_agent(self, id: str) -> None:
        """Delete an agent that no campaign and nothing live uses."""
        self.request("DELETE", f"/v1/agents/{quote(id, safe='')}")
