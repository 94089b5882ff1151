"""Mail of a run: one message with a link, by claim, act and record.

The message has the report's id for its Message-ID. A worker that dies after the server took it and
before that is written down has it sent again two minutes later, with the same id and a new link:
mailboxes that know the id show one.
"""

from datetime import timedelta
from typing import Final, Protocol

import structlog

from vinfer.domains.reports import words
from vinfer.domains.reports.kinds import KINDS
from vinfer.domains.reports.queries import working
from vinfer.domains.reports.service import LINK_LIFETIME, ReportLink
from vinfer.kit.clock import Clock
from vinfer.kit.db import Database, Row
from vinfer.ports.mail import Mail, MailDelayed, Mailer, MailRefused

_SENDING: Final = timedelta(minutes=2)  # longer than a mailer ever takes
_log = structlog.get_logger()


class Busy(Exception):
    """Somebody else is sending it, or was when they died."""


class Deps(Protocol):
    """What mailing needs of the worker."""

    @property
    def db(self) -> Database:
        """The database."""
        ...

    @property
    def clock(self) -> Clock:
        """The time."""
        ...

    @property
    def mailer(self) -> Mailer:
        """Sends."""
        ...

    @property
    def report_link(self) -> ReportLink:
        """Signs links."""
        ...


async def send(report_id: str, deps: Deps) -> None:
    """Send a run's mail, unless it was sent or its report is gone.

    Raises `Busy` and `MailDelayed` for what is to be tried later.
    """
    now = deps.clock.now()
    async with deps.db.begin() as tx:
        row, busy = await working.claim_mail(tx.conn, report_id, now=now, until=now + _SENDING)
    if row is None:
        if busy:
            raise Busy
        return
    state = "sent"
    try:
        await deps.mailer.send(message(row, deps.report_link(row["file_key"])))
    except MailRefused as error:
        _log.error("report_mail_refused", report_id=report_id, reason=str(error))
        state = "refused"
    except MailDelayed:
        async with deps.db.begin() as tx:
            await working.free_mail(tx.conn, report_id)
        raise
    async with deps.db.begin() as tx:
        await working.end_mail(tx.conn, report_id, state=state, now=deps.clock.now())


def message(row: Row, link: str) -> Mail:
    """What is sent of a run: nothing of what the report says."""
    title = KINDS[row["type"]].title
    days = words.span(row["from_day"], row["to_day"])
    text = (
        f"{title}, {days} ({row['timezone']})\n\n{link}\n\n"
        f"The link works for {LINK_LIFETIME.days} days, for whoever has it. A new one is in"
        f" GET /v1/reports/{row['id']}.\n"
        f"This report belongs to a schedule, which DELETE /v1/reports/{row['schedule_id']} ends.\n"
    )
    return Mail(id=row["id"], to=row["email"], subject=f"{title}, {days}", text=text)
