"""Numbers that are known again when somebody gives them, and by nobody else."""

from collections.abc import Callable, Sequence

from vinfer.kit.seal import Seal

Digests = Callable[[str, str], Sequence[bytes]]
"""The digests of a phone in a workspace, newest key first; stored ones may be older."""


def digester(seal: Seal) -> Digests:
    """Digests under the installation's key file: without it a number is found from none."""
    return lambda workspace_id, phone: seal.digests(phone, context=f"dnc:{workspace_id}")
