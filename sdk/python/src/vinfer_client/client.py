"""The whole API."""

from vinfer_client.operations import Operations


class Client(Operations):
    """The API under one key: one method an operation, and `all_…` for whole lists.

    Raises `ApiError` for what the API refuses and `NoAnswer` when it cannot be reached. A client
    may be used by several threads.
    """
