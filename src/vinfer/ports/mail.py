"""Mail to people: reports and what an operator must know."""

import re
from dataclasses import dataclass
from typing import Final, Protocol

_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}"
)


@dataclass(frozen=True, slots=True)
class Mail:
    """A message of plain text. `id` is the same whenever the same message is sent again."""

    id: str
    to: str
    subject: str
    text: str


class MailRefused(Exception):
    """It will never be taken: the address or the message is wrong."""


class MailDelayed(Exception):
    """It was not taken now: no connection, no trust, no sign-in, a full queue."""


class Mailer(Protocol):
    """Hands messages to a mail server."""

    async def send(self, mail: Mail) -> None:
        """Return once the server has taken it; raises `MailRefused` and `MailDelayed`.

        Sent twice it arrives twice, with one and the same Message-ID.
        """
        ...


def is_address(text: str) -> bool:
    """Whether it is a bare ASCII mail address, as RFC 5321 and HTML forms mean it.

    Not one with `=?`: in a header that begins an RFC 2047 word, which may hold another address.
    """
    return len(text) <= 254 and "=?" not in text and _ADDRESS.fullmatch(text) is not None
