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


class RouteNotFound(Failure):
    """No such path."""

    status = 404
    code = "resource_not_found"

    def __init__(self) -> None:
        super().__init__("There is no such path. See /v1/openapi.json.")


class MethodNotAllowed(Failure):
    """The path exists, the method does not."""

    status = 405
    code = "method_not_allowed"

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__(f"Use one of: {', '.join(allowed)}.", {"allowed": list(allowed)})


class IdempotencyInProgress(Failure):
    """The first request with this key has not answered yet."""

    status = 409
    code = "idempotency_in_progress"

    def __init__(self, key: str) -> None:
        super().__init__(
            "The first request with this Idempotency-Key is still running.", {"key": key}
        )


class IdempotencyKeyReused(Failure):
    """The same key came with another body."""

    status = 422
    code = "idempotency_key_reused"

    def __init__(self, key: str) -> None:
        super().__init__("This Idempotency-Key was used with another body.", {"key": key})


class PayloadTooLarge(Failure):
    """The body is over the limit; it was not parsed."""

    status = 413
    code = "payload_too_large"

    def __init__(self, *, limit_bytes: int) -> None:
        super().__init__(f"The body may have {limit_bytes} bytes.", {"limit": limit_bytes})


class UnsupportedMediaType(Failure):
    """The body is of a type that the route does not take."""

    status = 415
    code = "unsupported_media_type"

    def __init__(self, expected: Sequence[str]) -> None:
        words = " or ".join(expected)
        super().__init__(f"Send the body as {words}.", {"expected": words})


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

    def __init__(self, message: str = "The service cannot answer right now. Try again.") -> None:
        super().__init__(message)
