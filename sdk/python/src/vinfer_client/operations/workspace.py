"""Operations on `/workspace`. Made by `python tools/client.py` from the OpenAPI document."""

from vinfer_client import types as t
from vinfer_client.transport import Transport


class WorkspaceOperations(Transport):
    """Methods are named as the operations are."""

    def get_workspace(self) -> t.Workspace:
        """The key's workspace and its limits."""
        return self.request("GET", "/v1/workspace")
