"""The VInfer API from Python."""

from vinfer_client import types
from vinfer_client.client import Client
from vinfer_client.errors import ApiError, InvalidSignature, NoAnswer, VInferError
from vinfer_client.webhooks import Event, verify

__all__ = [
    "ApiError",
    "Client",
    "Event",
    "InvalidSignature",
    "NoAnswer",
    "VInferError",
    "types",
    "verify",
]
