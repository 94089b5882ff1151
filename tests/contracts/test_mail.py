"""What every mailer does alike, against a real mail server where there is one."""

from collections.abc import AsyncIterator

import pytest

from mail_server import MailServer, mail_server
from vinfer.adapters.mail import LoggedMail, SmtpMailer, SmtpSettings
from vinfer.kit.clock import SystemClock
from vinfer.ports.mail import Mail, Mailer, MailRefused

MAIL = Mail(
    id="whd_1",
    to="operator@example.com",
    subject="Webhook बंद किया गया",
    text="First line\n.\n..dots\nFrom here\nनमस्ते, " + "long " * 400 + "\n",
)


class Box:
    """A mailer, and what has come out of it."""

    def __init__(self, mailer: Mailer, server: MailServer | None = None) -> None:
        self.mailer = mailer
        self._server = server

    def received(self) -> list[Mail]:
        if self._server is not None:
            return self._server.received
        assert isinstance(self.mailer, LoggedMail)
        return list(self.mailer.sent)


@pytest.fixture(params=["logged", "starttls", "tls", "none"])
async def box(request: pytest.FixtureRequest) -> AsyncIterator[Box]:
    if request.param == "logged":
        yield Box(LoggedMail())
        return
    async with mail_server(security=request.param) as server:
        settings = SmtpSettings(
            "localhost",
            server.port,
            "vinfer@example.com",
            security=request.param,
            ca_file=server.ca_file,
        )
        yield Box(SmtpMailer(settings, SystemClock()), server)


async def test_a_message_arrives_as_it_was_written(box: Box) -> None:
    await box.mailer.send(MAIL)
    assert box.received() == [MAIL]


async def test_a_second_sending_has_the_same_id(box: Box) -> None:
    await box.mailer.send(MAIL)
    await box.mailer.send(MAIL)
    assert [mail.id for mail in box.received()] == [MAIL.id, MAIL.id]


@pytest.mark.parametrize(
    "to",
    [
        "",
        "operator",
        "operator@",
        "@example.com",
        "a@b@example.com",
        "Operator <operator@example.com>",
        "operator@example.com, other@example.com",
        "operator@example.com\r\nBcc: other@example.com",
        "operator@exa mple.com",
        "operator@ex\u00e4mple.com",
        "a" * 65 + "@example.com",
    ],
)
async def test_what_is_not_one_address_is_refused(box: Box, to: str) -> None:
    with pytest.raises(MailRefused):
        await box.mailer.send(Mail("whd_1", to, "subject", "text"))
    assert box.received() == []
