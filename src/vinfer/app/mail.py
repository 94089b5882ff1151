"""Mail to the operator, as a job: domains enqueue it and know no mail server."""

import hashlib
from typing import Final, Protocol

import msgspec
import structlog

from vinfer.app.settings import Settings
from vinfer.kit.jobs import JobSpec
from vinfer.ports.mail import Mail, Mailer, MailRefused

OPERATOR: Final = "mail.operator"

log = structlog.get_logger()


class OperatorMail(msgspec.Struct, frozen=True):
    """Payload: what the operator is to know, and of which workspace."""

    subject: str
    text: str
    workspace_id: str


class Deps(Protocol):
    """What mailing needs of the worker."""

    @property
    def mailer(self) -> Mailer:
        """Sends."""
        ...

    @property
    def settings(self) -> Settings:
        """Say who the operator is."""
        ...


async def tell_operator(message: OperatorMail, deps: Deps) -> None:
    """Mail the operator. A second run sends the same Message-ID, which mailboxes show once."""
    to = deps.settings.operator_email
    if to is None:
        log.warning(
            "operator_mail_dropped",
            workspace_id=message.workspace_id,
            pii_subject=message.subject,
            reason="VINFER_OPERATOR_EMAIL is not set",
        )
        return
    digest = hashlib.sha256(msgspec.json.encode(message)).hexdigest()[:32]
    text = f"{message.text.rstrip()}\n\nWorkspace: {message.workspace_id}\n"
    mail = Mail(id=digest, to=to, subject=message.subject, text=text)
    try:
        await deps.mailer.send(mail)
    except MailRefused as error:
        log.error("operator_mail_refused", workspace_id=message.workspace_id, reason=str(error))


JOBS: Final = (JobSpec(OPERATOR, tell_operator, payload=OperatorMail),)
