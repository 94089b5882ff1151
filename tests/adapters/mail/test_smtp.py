"""SMTP when the server is away, distrusted, slow, or says no."""

import asyncio
import dataclasses
import email
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiosmtplib
import pytest

from mail_server import MailServer, mail_server
from vinfer.adapters.mail import SmtpMailer, SmtpSettings
from vinfer.adapters.mail.message import compose, one_line
from vinfer.kit.clock import SystemClock
from vinfer.ports.mail import Mail, MailDelayed, MailRefused

MAIL = Mail("m_1", "operator@example.com", "Subject", "text\n")
PASSWORD = "p\u00e4ss w\u00f6rd"


def settings(server: MailServer, **changes: object) -> SmtpSettings:
    base = SmtpSettings("localhost", server.port, "vinfer@example.com", ca_file=server.ca_file)
    return dataclasses.replace(base, **{"timeout_s": 2, **changes})  # type: ignore[arg-type]


async def send(how: SmtpSettings) -> None:
    await SmtpMailer(how, SystemClock()).send(MAIL)


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


async def test_signs_in(server: MailServer) -> None:
    async with mail_server(password=PASSWORD) as guarded:
        await send(settings(guarded, username="vinfer", password=PASSWORD))
        assert guarded.received == [MAIL]
        with pytest.raises(MailDelayed):
            await send(settings(guarded, username="vinfer", password="wrong"))
        with pytest.raises(MailDelayed):
            await send(settings(guarded))
    assert guarded.received == [MAIL]


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("reply", "kind"), [("550 No such user", MailRefused), ("451 Later", MailDelayed)]
)
async def test_the_servers_no(
    server: MailServer, command: str, reply: str, kind: type[Exception]
) -> None:
    server.replies[command] = reply
    with pytest.raises(kind, match=reply[:3]):
        await send(settings(server))
    assert server.received == []


async def test_a_server_that_reads_a_message_for_long_has_it_once(server: MailServer) -> None:
    server.thinks_s = 0.5
    await send(settings(server, timeout_s=0.3))
    assert server.received == [MAIL]


async def test_a_farewell_that_fails_is_no_reason_to_send_again(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def late(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(aiosmtplib.SMTP, "quit", late)
    await send(settings(server))
    assert server.received == [MAIL]


async def test_an_unknown_certificate_gets_nothing(server: MailServer) -> None:
    with pytest.raises(MailDelayed):
        await send(settings(server, ca_file=None))
    with pytest.raises(MailDelayed):
        await send(settings(server, host="127.0.0.1"))  # not the name in the certificate
    assert server.received == []


async def test_a_server_that_offers_no_tls_gets_nothing() -> None:
    async with mail_server(offer_tls=False) as plain:
        with pytest.raises(MailDelayed):
            await send(settings(plain))
    assert plain.received == []


async def test_a_server_that_is_away_or_silent() -> None:
    silence = asyncio.Event()

    async def hang(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await silence.wait()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    async with server:
        silent = MailServer(port=server.sockets[0].getsockname()[1])
        with pytest.raises(MailDelayed):
            await send(settings(silent, timeout_s=0.2))
        silence.set()
    with pytest.raises(MailDelayed):
        await send(settings(MailServer(port=9)))


def test_headers_cannot_be_added() -> None:
    hostile = Mail("m_1", "a@example.com", "Hi\r\nBcc: b@example.com\x00\u2028x " + "y" * 500, ".")
    message = compose(hostile, sender="v@example.com", now=datetime(2024, 2, 1, tzinfo=UTC))
    assert message["Bcc"] is None
    assert message["Subject"].startswith("Hi Bcc: b@example.com x yyy")
    assert message["Message-ID"] == "<m_1@example.com>"
    assert len(one_line(hostile.subject)) == 200
    with pytest.raises(MailRefused):
        compose(Mail("a>\r\n", "a@b", "", ""), sender="v@b", now=datetime(2024, 2, 1, tzinfo=UTC))


def test_encoded_words_bring_no_headers_and_no_other_address() -> None:
    hidden = "=?utf-8?q?Hi=0D=0ABcc:_b?= =?=?utf-8?q?x=0D=0AX-Y:_b?="
    now = datetime(2024, 2, 1, tzinfo=UTC)
    message = compose(Mail("m_1", "a@b", hidden, "."), sender="v@b", now=now)
    assert not {"Bcc", "X-Y"} & set(email.message_from_bytes(bytes(message)).keys())
    with pytest.raises(MailRefused):
        compose(Mail("m_1", "=?utf-8?q?a=40c=2C?=@b", "", ""), sender="v@b", now=now)


def test_the_password_is_not_in_the_settings_words() -> None:
    assert "geheim" not in repr(SmtpSettings("h", 25, "a@b", password="geheim"))
