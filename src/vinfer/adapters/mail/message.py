"""Messages as the network carries them."""

import email.policy
import re
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from vinfer.ports.mail import Mail, MailRefused, is_address

MAX_SUBJECT: Final = 200
MAX_TEXT: Final = 200_000
_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")


def compose(mail: Mail, *, sender: str, now: datetime) -> EmailMessage:
    """The message with its headers; raises `MailRefused` for what no header may hold."""
    if not is_address(mail.to):
        raise MailRefused("not a mail address")
    if not _ID.fullmatch(mail.id):
        raise MailRefused("not an id")
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = one_line(mail.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: keeps absence notices away
    message.set_content(mail.text[:MAX_TEXT], cte="quoted-printable")
    return message


def one_line(text: str) -> str:
    """Text that can end no header: printable characters and single spaces.

    The e-mail package decodes RFC 2047 words in what it is given, line ends included: there are
    none.
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line.replace("=?", "= ?")[:MAX_SUBJECT]
