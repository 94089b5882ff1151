"""The error answers: one component for each status, from the failures themselves."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from vinfer.kit import errors

_ID: Final = "01HNJ7Z9K2QV4T8M3X6B1C5D01"
_PHONE: Final = "contacts[3].phone"
FAILURES: Final[tuple[errors.Failure, ...]] = (
    errors.InvalidParameter(
        _PHONE,
        provided="98765",
        expected="E.164 format, e.g. +919876543210",
        message=f"The '{_PHONE}' field must be a valid phone number in E.164 format.",
    ),
    errors.Unauthorized(),
    errors.InsufficientScope(required="read_write", granted="read_only"),
    errors.NotFound("campaign", f"cmp_{_ID}"),
    errors.InvalidState(
        "campaign", f"cmp_{_ID}", current="completed", requested="running", allowed=["completed"]
    ),
    errors.ResourceInUse("script", f"scr_{_ID}", used_by=f"campaign cmp_{_ID}"),
    errors.IdempotencyInProgress("7c1f0c9e-order-17"),
    errors.PayloadTooLarge(limit_bytes=10 * 2**20),
    errors.UnsupportedMediaType(("application/json",)),
    errors.IdempotencyKeyReused("7c1f0c9e-order-17"),
    errors.RateLimited(limit=1000, reset_at="2026-03-02T09:31:00Z"),
    errors.Failure("An unexpected error occurred. Its cause is in the log under the request id."),
    errors.Unavailable(),
)
"""One of each, as it may be met."""

_ANYTHING: Final = {"provided"}  # the value itself, whatever it was
_MAY_BE_ABSENT: Final = {404}  # of an unknown path nothing is known
_WAIT: Final = {409: False, 429: True, 503: True}
"""Statuses that say when to try again, and whether they always do."""
_PROBLEMS: Final = {
    "type": "array",
    "maxItems": 100,
    "description": "Further problems of the same request.",
    "items": {
        "type": "object",
        "required": ["field", "provided", "expected"],
        "properties": {
            "field": {"type": "string"},
            "provided": {},
            "expected": {"type": "string"},
        },
    },
}


def components(headers: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of each status, by its component's name; `headers` are on all of them."""
    statuses = sorted({failure.status for failure in FAILURES})
    return {name_of(status): _answer(status, headers) for status in statuses}


def name_of(status: int) -> str:
    """The component of a status: 404 is `NotFound`."""
    return HTTPStatus(status).phrase.title().replace(" ", "")


def references(statuses: Iterable[int]) -> dict[str, Any]:
    """The `responses` of an operation that may answer with these statuses."""
    return {
        str(status): {"$ref": f"#/components/responses/{name_of(status)}"}
        for status in sorted(statuses)
    }


def _answer(status: int, headers: Mapping[str, Any]) -> dict[str, Any]:
    failures = [failure for failure in FAILURES if failure.status == status]
    schemas = [_schema(failure) for failure in failures]
    media = {
        "schema": schemas[0] if len(schemas) == 1 else {"oneOf": schemas},
        "examples": {failure.code: {"value": _envelope(failure)} for failure in failures},
    }
    return {
        "description": " ".join((type(failure).__doc__ or "") for failure in failures)
        if status != 500
        else "Something broke; its cause is in the server's log under the request id.",
        "headers": {**headers, **_more_headers(status)},
        "content": {"application/json": media},
    }


def _more_headers(status: int) -> dict[str, Any]:
    if status == 401:
        return {"WWW-Authenticate": {"required": True, "schema": {"const": "Bearer"}}}
    if status in _WAIT:
        wait = {"schema": {"type": "integer", "minimum": 1}, "description": "Seconds to wait."}
        return {"Retry-After": {"required": _WAIT[status], **wait}}
    return {}


def _envelope(failure: errors.Failure) -> dict[str, Any]:
    return {"error": {"code": failure.code, "message": failure.message, "details": failure.details}}


def _schema(failure: errors.Failure) -> dict[str, Any]:
    inside = {
        "code": {"type": "string", "const": failure.code},
        "message": {"type": "string"},
        "details": _details(failure),
    }
    return {
        "type": "object",
        "required": ["error"],
        "properties": {"error": {"type": "object", "required": list(inside), "properties": inside}},
    }


def _details(failure: errors.Failure) -> dict[str, Any]:
    properties = {
        name: {} if name in _ANYTHING else _type(value) for name, value in failure.details.items()
    }
    required = [] if failure.status in _MAY_BE_ABSENT else list(properties)
    if isinstance(failure, errors.InvalidParameter):
        properties["errors"] = _PROBLEMS
    return {
        "type": "object",
        **({"properties": properties} if properties else {}),
        **({"required": required} if required else {}),
    }


def _type(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {"type": "array", "items": {"type": "string"}}
    return {"type": "integer" if isinstance(value, int) else "string"}
