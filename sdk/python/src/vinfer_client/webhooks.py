"""Telling a real webhook from any other request."""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypedDict, cast

from vinfer_client.errors import InvalidSignature

TOLERANCE_S: Final = 300
_PREFIX: Final = "whsec_"


class Event(TypedDict):
    """What a webhook brings. `data` is the resource as the API returned it at `created_at`."""

    id: str
    event: str
    created_at: str
    workspace_id: str
    sequence: int
    data: dict[str, Any]


def verify(
    body: bytes,
    headers: Mapping[str, str],
    secret: str,
    *,
    tolerance_s: float | None = TOLERANCE_S,
    now: float | None = None,
) -> Event:
    """The event of a request that was signed with `secret`, or `InvalidSignature`.

    `body` is the body as received, byte for byte. Every signature that the request carries must
    be right, by this secret as the newer or the older one while it is being rotated.
    `tolerance_s` is how old or early the request may be; None admits any age, and a request with
    nothing but `X-VInfer-Signature`, which tells no time: then keep the ids of events you have
    seen. `now` is in Unix seconds. Raises `ValueError` for an empty secret, with which anybody
    could sign.
    """
    if not secret:
        raise ValueError("the secret is empty")
    given = {name.lower(): value for name, value in headers.items()}
    standard = given.get("webhook-signature")
    own = given.get("x-vinfer-signature")
    if standard is not None:
        _check_age(given.get("webhook-timestamp", ""), tolerance_s, now)
        _check_standard(body, given, standard, secret)
    elif tolerance_s is not None:
        raise InvalidSignature("the header webhook-signature is missing")
    if own is not None:
        _check_own(body, (own, given.get("x-vinfer-signature-previous", "")), secret)
    elif standard is None:
        raise InvalidSignature("the request carries no signature")
    return _event(body)


def _check_age(timestamp: str, tolerance_s: float | None, now: float | None) -> None:
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 16):
        raise InvalidSignature("the header webhook-timestamp is missing or malformed")
    moment = time.time() if now is None else now  # noqa: TID251  # no kit here
    age_s = moment - int(timestamp)
    if tolerance_s is not None and abs(age_s) > tolerance_s:
        raise InvalidSignature(f"the request is {age_s:.0f} s old: a repetition, or a wrong clock")


def _check_standard(body: bytes, headers: Mapping[str, str], signatures: str, secret: str) -> None:
    signed = _bytes(f"{headers.get('webhook-id', '')}.{headers['webhook-timestamp']}.") + body
    expected = hmac.digest(_standard_key(secret), signed, hashlib.sha256)
    if not _any_equal(expected, (_decoded(one) for one in signatures.split(" "))):
        raise InvalidSignature("webhook-signature does not belong to this body and secret")


def _check_own(body: bytes, signatures: tuple[str, ...], secret: str) -> None:
    expected = hmac.digest(secret.encode(), body, hashlib.sha256).hex().encode()
    candidates = (_bytes(one.removeprefix("sha256=")) for one in signatures)
    if not _any_equal(expected, candidates):
        raise InvalidSignature("X-VInfer-Signature does not belong to this body and secret")


def _bytes(header: str) -> bytes:
    """Servers hand on bytes that are no UTF-8 as surrogates."""
    return header.encode(errors="surrogateescape")


def _any_equal(expected: bytes, candidates: Iterator[bytes]) -> bool:
    """Each in a time that does not depend on where it differs."""
    return any(hmac.compare_digest(expected, one) for one in candidates)


def _decoded(signature: str) -> bytes:
    version, _, text = signature.partition(",")
    try:
        return base64.b64decode(text, validate=True) if version == "v1" else b""
    except (binascii.Error, ValueError):
        return b""


def _standard_key(secret: str) -> bytes:
    """The decoded part of `whsec_` + base64 of 24 to 64 bytes; of any other secret, its text."""
    if secret.startswith(_PREFIX):
        try:
            key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except (binascii.Error, ValueError):
            return secret.encode()
        if 24 <= len(key) <= 64:
            return key
    return secret.encode()


def _event(body: bytes) -> Event:
    try:
        value = json.loads(body)
    except ValueError as error:
        raise InvalidSignature("the body is signed and yet not JSON") from error
    return cast(Event, value)
