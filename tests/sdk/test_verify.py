"""Deliveries are verified by the client library, by Standard Webhooks' own, and by hand."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import standardwebhooks
from deliveries import DATA, Delivery, deliver

from vinfer.kit.db import Database
from vinfer_client import InvalidSignature, verify

BODY = b'{"id": "evt_1"}'
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
NOW = 1_700_000_000


def by_client(delivery: Delivery, secret: str) -> None:
    assert verify(delivery.body, delivery.headers, secret)["data"] == DATA


def by_standard_webhooks(delivery: Delivery, secret: str) -> None:
    standardwebhooks.Webhook(secret).verify(delivery.body, delivery.headers)


def by_hand(delivery: Delivery, secret: str) -> None:
    """The documented header, checked by nothing but the standard library."""
    expected = "sha256=" + hmac.new(secret.encode(), delivery.body, hashlib.sha256).hexdigest()
    names = ("X-VInfer-Signature", "X-VInfer-Signature-Previous")
    if expected not in {delivery.headers.get(name) for name in names}:
        raise InvalidSignature


@pytest.mark.parametrize("check", [by_client, by_standard_webhooks, by_hand])
async def test_each_delivery_verifies_and_a_changed_byte_does_not(
    db: Database, tmp_path: Path, check: Callable[[Delivery, str], None]
) -> None:
    plain, rotating = await deliver(db, tmp_path)
    assert "X-VInfer-Signature-Previous" not in plain.headers
    for delivery in (plain, rotating):
        for secret in delivery.secrets:
            check(delivery, secret)
            changed = delivery.body.replace(b"cal_1", b"cal_2")
            with pytest.raises((InvalidSignature, standardwebhooks.WebhookVerificationError)):
                check(Delivery(delivery.headers, changed, ()), secret)
    with pytest.raises((InvalidSignature, standardwebhooks.WebhookVerificationError)):
        check(plain, rotating.secrets[0])


async def test_a_secret_of_ones_own_verifies(db: Database, tmp_path: Path) -> None:
    plain, rotating = await deliver(db, tmp_path, secret="गुप्त of mine")
    by_client(plain, "गुप्त of mine")
    by_hand(plain, "गुप्त of mine")
    by_client(rotating, "गुप्त of mine")


def signed(
    body: bytes = BODY, *, secret: str = SECRET, at: int = NOW, id: str = "evt_1"
) -> dict[str, str]:
    """Headers as the specification says, computed without the product."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    standard = hmac.digest(key, f"{id}.{at}.".encode() + body, "sha256")
    return {
        "WEBHOOK-ID": id,
        "Webhook-Timestamp": str(at),
        "webhook-signature": "v1," + base64.b64encode(standard).decode(),
        "x-vinfer-signature": "sha256=" + hmac.new(secret.encode(), body, "sha256").hexdigest(),
    }


def test_header_names_may_be_written_in_any_case() -> None:
    assert verify(BODY, signed(), SECRET, now=NOW) == json.loads(BODY)


@pytest.mark.parametrize("off_s", [-301, 301, 86_400])
def test_old_and_early_requests_are_refused(off_s: int) -> None:
    with pytest.raises(InvalidSignature, match="old"):
        verify(BODY, signed(), SECRET, now=NOW + off_s)
    assert verify(BODY, signed(), SECRET, now=NOW + off_s, tolerance_s=None)
    assert verify(BODY, signed(at=int(time.time())), SECRET)


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,////"},
        {"webhook-signature": "v1,not base64"},
        {"webhook-signature": "v1a,AAAA"},
        {"WEBHOOK-ID": "evt_2"},
        {"WEBHOOK-ID": ""},
        {"Webhook-Timestamp": ""},
        {"Webhook-Timestamp": "１７００００００００"},
        {"Webhook-Timestamp": "-1"},
        {"Webhook-Timestamp": "9" * 400},
        {"Webhook-Timestamp": str(NOW + 1)},
        {"x-vinfer-signature": ""},
        {"x-vinfer-signature": "sha256=" + "0" * 64},
        {"x-vinfer-signature": "sha256=é"},
    ],
)
def test_any_changed_header_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(InvalidSignature):
        verify(BODY, signed() | change, SECRET, now=NOW)


def test_one_right_signature_among_others_is_enough() -> None:
    headers = signed()
    headers["webhook-signature"] = "v2,AAAA v1,AAAA " + headers["webhook-signature"]
    headers["x-vinfer-signature-previous"] = headers["x-vinfer-signature"]
    headers["x-vinfer-signature"] = "sha256=" + "0" * 64
    assert verify(BODY, headers, SECRET, now=NOW)


def test_a_request_without_a_time_is_refused_unless_any_age_is_admitted() -> None:
    headers = {"x-vinfer-signature": signed()["x-vinfer-signature"]}
    with pytest.raises(InvalidSignature, match="missing"):
        verify(BODY, headers, SECRET, now=NOW)
    assert verify(BODY, headers, SECRET, tolerance_s=None)
    for nothing in ({}, {"x-vinfer-signature-previous": headers["x-vinfer-signature"]}):
        with pytest.raises(InvalidSignature):
            verify(BODY, nothing, SECRET, tolerance_s=None)


def test_a_signed_body_that_is_no_json_is_refused() -> None:
    with pytest.raises(InvalidSignature, match="JSON"):
        verify(b"{", signed(b"{"), SECRET, now=NOW)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-signature", "x-vinfer-signature"])
def test_headers_of_any_bytes_are_refused(name: str) -> None:
    headers = signed(BODY) | {name: "v1,sha256=\udcff\udce9 é"}
    with pytest.raises(InvalidSignature):
        verify(BODY, headers, SECRET, now=NOW)


def test_an_empty_secret_verifies_nothing() -> None:
    with pytest.raises(ValueError, match="empty"):
        verify(BODY, signed(BODY, secret=""), "", now=NOW)
