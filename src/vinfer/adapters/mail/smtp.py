"""Mail over SMTP."""

import asyncio
import ssl
from dataclasses import dataclass, field
from typing import Final, Literal

import aiosmtplib
import structlog

from vinfer.adapters.mail.message import compose
from vinfer.kit.clock import Clock
from vinfer.ports.mail import Mail, MailDelayed, MailRefused

Security = Literal["starttls", "tls", "none"]
_PERMANENT: Final = 500
_SIGN_IN: Final = range(530, 540)  # the operator's to mend, not the message's (RFC 4954)
_TOTAL_S: Final = 100.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """A mail server and how to speak to it. Certificates are verified.

    A server that reads a message before it takes it has `answer_timeout_s`: whoever leaves earlier
    sends it again, and it arrives twice.
    """

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    timeout_s: float = 10.0
    answer_timeout_s: float = 60.0


class SmtpMailer:
    """`ports.mail.Mailer` with one connection a message."""

    def __init__(self, settings: SmtpSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    async def send(self, mail: Mail) -> None:
        """See the port."""
        message = compose(mail, sender=self._settings.sender, now=self._clock.now())
        client = self._client()
        taken = False
        try:
            async with asyncio.timeout(_TOTAL_S), client:
                await client.send_message(
                    message,
                    sender=self._settings.sender,
                    recipients=[mail.to],
                    timeout=self._settings.answer_timeout_s,
                )
                taken = True
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refusal(min(one.code for one in error.recipients)) from error
        except aiosmtplib.SMTPDataError as error:
            raise _refusal(error.code) from error
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            if not taken:  # else only the farewell failed
                words = f"the mail server did not take it: {type(error).__name__}"
                raise MailDelayed(words) from error
        log.info("mail_sent", mail_id=mail.id, pii_to=mail.to)

    def _client(self) -> aiosmtplib.SMTP:
        settings = self._settings
        secure = settings.security != "none"
        return aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port,
            timeout=settings.timeout_s,
            local_hostname=settings.sender.rpartition("@")[2],
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            username=settings.username,
            password=settings.password,
            tls_context=ssl.create_default_context(cafile=settings.ca_file) if secure else None,
        )


def _refusal(code: int) -> MailRefused | MailDelayed:
    """What a reply code means: 5xx is for ever, 4xx for now (RFC 5321, 4.2.1)."""
    kind = MailRefused if code >= _PERMANENT and code not in _SIGN_IN else MailDelayed
    return kind(f"the mail server answered {code}")
