"""What can be wrong with what an operator names."""

from collections.abc import Sequence

from vinfer.kit.errors import NotFound


class UnknownWorkspace(NotFound):
    """No workspace has that name or id; the message, for operators only, lists those there are."""

    def __init__(self, workspace: str, known: Sequence[str]) -> None:
        super().__init__("workspace", workspace)
        names = ", ".join(known[:20])
        self.message = f"There is no workspace '{workspace}'. There are: {names or 'none yet'}."
        self.args = (self.message,)
