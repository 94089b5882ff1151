"""Signatures of a delivery: the product's own header, and those of Standard Webhooks."""

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final

_PREFIX: Final = "whsec_"


def new_secret() -> str:
    """A secret of 32 random bytes in the form that Standard Webhooks libraries take."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature_headers(secret: str, *, body: bytes, event_id: str, now: datetime) -> dict[str, str]:
    """Headers over `body`. Source: github.com/standard-webhooks/standard-webhooks, specification.

    `X-VInfer-Signature` is keyed by the secret as shown, `webhook-signature` by its decoded part.
    """
    timestamp = str(int(now.timestamp()))
    signed = f"{event_id}.{timestamp}.".encode() + body
    standard = hmac.digest(_standard_key(secret), signed, hashlib.sha256)
    own = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {
        "X-VInfer-Signature": f"sha256={own}",
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": "v1," + base64.b64encode(standard).decode(),
    }


def _standard_key(secret: str) -> bytes:
    """The decoded part of `whsec_` + base64 of 24 to 64 bytes; of any other secret, its text."""
    if secret.startswith(_PREFIX):
        try:
            key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except binascii.Error:
            return secret.encode()
        if 24 <= len(key) <= 64:
            return key
    return secret.encode()
