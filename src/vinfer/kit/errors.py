"""The one error type that crosses every layer, and its contract codes."""

from collections.abc import Mapping, Sequence
from typing import Any


class Failure(Exception):
    """An expected failure: a stable code, a status, words for people, details for programs."""

    status = 500
    code = "internal_error"

    def __init__(self, message: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.details: dict[str, Any] = dict(details or {})


class InvalidParameter(Failure):
    """A request value is missing, malformed or out of range."""

    status = 400
    code = "invalid_parameter"

    def __init__(
        self,
        field: str,
        *,
        provided: Any,
        expected: str,
        message: str | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        details: dict[str, Any] = {"field": field, "provided": provided, "expected": expected}
        if errors:
            details["errors"] = list(errors)[:100]
        super().__init__(message or f"The '{field}' field must be {expected}.", details)


class Unauthorized(Failure):
    """No key, or not a live one. One wording for every cause."""

    status = 401
    code = "unauthorized"

    def __init__(self) -> None:
        super().__init__("The API key is missing or not valid. Send 'Authorization: Bearer <key>'.")


class InsufficientScope(Failure):
    """The key is valid but may not do this."""

    status = 403
    code = "insufficient_scope"

    def __init__(self, *, required: str, granted: str) -> None:
        super().__init__(
            f"This action needs the '{required}' scope; the key has '{granted}'.",
            {"required": required, "granted": granted},
        )


class NotFound(Failure):
    """No such row in the caller's workspace."""

    status = 404
    code = "resource_not_found"

    def __init__(self, resource_type: str, id: str) -> None:
        super().__init__(
            f"{resource_type.replace('_', ' ').capitalize()} '{id}' does not exist"
            " or does not belong to your workspace.",
            {"resource_type": resource_type, "id": id},
        )


class InvalidState(Failure):
    """The resource is in a state that does not allow the move."""

    status = 409
    code = "invalid_state"

    def __init__(
        self,
        resource_type: str,
        id: str,
        *,
        current: str,
        requested: str,
        allowed: Sequence[str],
        message: str | None = None,
    ) -> None:
        super().__init__(
            message
            or f"{resource_type.capitalize()} '{id}' is {current}; it cannot be {requested}.",
            {
                "resource_type": resource_type,
                "id": id,
                "current": current,
                "requested": requested,
                "allowed": list(allowed),
            },
        )


class ResourceInUse(Failure):
    """Something live still needs the resource."""

    status = 409
    code = "resource_in_use"

    def __init__(self, resource_type: str, id: str, *, used_by: str) -> None:
        super().__init__(
            f"{resource_type.capitalize()} '{id}' is used by {used_by}.",
            {"resource_type": resource_type, "id": id, "used_by": used_by},
        )


class RateLimited(Failure):
    """The workspace has used up its minute."""

    status = 429
    code = "rate_limit_exceeded"

    def __init__(self, *, limit: int, reset_at: str) -> None:
        super().__init__(
            f"You have exceeded the request rate limit of {limit} requests per minute. "
            "Retry after the time indicated in X-RateLimit-Reset.",
            {"limit": limit, "reset_at": reset_at},
        )


class Unavailable(Failure):
    """A part this needs is down for the moment."""

    status = 503
    code = "service_unavailable"
