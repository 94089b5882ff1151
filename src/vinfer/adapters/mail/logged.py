"""The mailer of an installation without a mail server, and of tests: it writes into the log."""

from collections import deque
from typing import Final

import structlog

from vinfer.ports.mail import Mail, MailRefused, is_address

_KEPT: Final = 100

log = structlog.get_logger()


class LoggedMail:
    """`ports.mail.Mailer` that sends nothing and keeps the last hundred messages."""

    def __init__(self) -> None:
        self.sent: deque[Mail] = deque(maxlen=_KEPT)

    async def send(self, mail: Mail) -> None:
        """See the port."""
        if not is_address(mail.to):
            raise MailRefused("not a mail address")
        self.sent.append(mail)
        log.warning(
            "mail_logged_only",
            mail_id=mail.id,
            pii_to=mail.to,
            pii_subject=mail.subject,
            pii_text=mail.text,
        )
