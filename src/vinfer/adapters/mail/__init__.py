"""Mailers."""

from vinfer.adapters.mail.logged import LoggedMail
from vinfer.adapters.mail.smtp import SmtpMailer, SmtpSettings

__all__ = ["LoggedMail", "SmtpMailer", "SmtpSettings"]
