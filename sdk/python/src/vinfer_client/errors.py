"""What can go wrong."""

from collections.abc import Mapping
from typing import Any


class VInferError(Exception):
    """Any error of this package."""


class ApiError(VInferError):
    """The API said no.

    `code` is stable (`invalid_parameter`, `resource_not_found`, …), `details` depend on it, and
    `request_id` finds the request in the server's log.
    """

    def __init__(
        self,
        *,
        status: int,
        code: str,
        message: str,
        details: Mapping[str, Any],
        request_id: str | None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.request_id = request_id


class NoAnswer(VInferError):
    """No answer came: no connection, or the time was up. Whether it was done is unknown."""


class InvalidSignature(VInferError):
    """The request was not signed with the secret, or not lately; the message says which."""
