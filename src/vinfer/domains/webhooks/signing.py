"""Signatures of a delivery: the product's own header, and those of Standard Webhooks."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

_PREFIX: Final = "whsec_"
_MASK: Final = "***"


def new_secret() -> str:
    """A secret of 32 random bytes in the form that Standard Webhooks libraries take."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature_headers(
    keys: Sequence[str], *, body: bytes, event_id: str, now: datetime
) -> dict[str, str]:
    """Headers over `body` by the secret and, while it is being rotated, the one before it.

    `X-VInfer-Signature` is keyed by a secret as shown, `webhook-signature` by its decoded part.
    Source: github.com/standard-webhooks/standard-webhooks, specification.
    """
    signed = f"{event_id}.{_timestamp(now)}.".encode() + body
    own = [f"sha256={hmac.digest(key.encode(), body, hashlib.sha256).hex()}" for key in keys]
    headers = _headers(own[0], " ".join(_standard(key, signed) for key in keys), event_id, now)
    if len(own) > 1:
        headers["X-VInfer-Signature-Previous"] = own[1]
    return headers


def masked_headers(*, event_id: str, sent_at: datetime) -> dict[str, str]:
    """The headers of an attempt as they may be shown to people."""
    return _headers(f"sha256={_MASK}", f"v1,{_MASK}", event_id, sent_at)


def _headers(own: str, standard: str, event_id: str, now: datetime) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "X-VInfer-Signature": own,
        "webhook-id": event_id,
        "webhook-timestamp": _timestamp(now),
        "webhook-signature": standard,
    }


def _timestamp(now: datetime) -> str:
    return str(int(now.timestamp()))


def _standard(secret: str, signed: bytes) -> str:
    digest = hmac.digest(_standard_key(secret), signed, hashlib.sha256)
    return "v1," + base64.b64encode(digest).decode()


def _standard_key(secret: str) -> bytes:
    """The decoded part of `whsec_` + base64 of 24 to 64 bytes; of any other secret, its text."""
    if secret.startswith(_PREFIX):
        try:
            key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except ValueError:  # not base64, or not even ASCII
            return secret.encode()
        if 24 <= len(key) <= 64:
            return key
    return secret.encode()
