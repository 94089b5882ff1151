"""What the operator is told, and when nobody is."""

from dataclasses import dataclass

import pytest

from vinfer.adapters.mail import LoggedMail, SmtpMailer
from vinfer.app import catalog, mail, wiring
from vinfer.app.settings import Settings, SettingsError, load
from vinfer.kit.jobs import JobSpec
from vinfer.ports.mail import Mail, MailDelayed

MESSAGE = mail.OperatorMail("Webhook disabled", "whk_1 failed for three days.", "wsp_1")


@dataclass
class Deps:
    settings: Settings
    mailer: LoggedMail


def deps(**settings: str) -> Deps:
    return Deps(load({f"VINFER_{name}": value for name, value in settings.items()}), LoggedMail())


async def test_the_operator_is_told_with_one_id_however_often_the_job_runs() -> None:
    worker = deps(OPERATOR_EMAIL="ops@example.com")
    await mail.tell_operator(MESSAGE, worker)
    await mail.tell_operator(MESSAGE, worker)
    first, second = worker.mailer.sent
    assert first == second
    assert (first.to, first.subject) == ("ops@example.com", MESSAGE.subject)
    assert first.text == "whk_1 failed for three days.\n\nWorkspace: wsp_1\n"


async def test_another_message_has_another_id() -> None:
    worker = deps(OPERATOR_EMAIL="ops@example.com")
    await mail.tell_operator(MESSAGE, worker)
    await mail.tell_operator(mail.OperatorMail(MESSAGE.subject, MESSAGE.text, "wsp_2"), worker)
    assert len({sent.id for sent in worker.mailer.sent}) == 2


async def test_without_an_operator_the_job_is_done() -> None:
    worker = deps()
    await mail.tell_operator(MESSAGE, worker)
    assert not worker.mailer.sent


async def test_a_delay_is_the_jobs_to_try_again() -> None:
    class Away(LoggedMail):
        async def send(self, mail: Mail) -> None:
            raise MailDelayed("away")

    worker = deps(OPERATOR_EMAIL="ops@example.com")
    worker.mailer = Away()
    with pytest.raises(MailDelayed):
        await mail.tell_operator(MESSAGE, worker)


def test_the_worker_knows_the_job() -> None:
    assert any(isinstance(job, JobSpec) and job.name == "mail.operator" for job in catalog.JOBS)


def test_the_mailer_is_the_settings() -> None:
    assert isinstance(wiring.mailer(load({})), LoggedMail)
    environ = {"VINFER_SMTP_HOST": "mail.example.com", "VINFER_OPERATOR_EMAIL": "a@example.com"}
    assert isinstance(wiring.mailer(load(environ)), SmtpMailer)


@pytest.mark.parametrize(
    "settings",
    [
        {"SMTP_HOST": "mail.example.com"},
        {"OPERATOR_EMAIL": "ops"},
        {"SMTP_SENDER": "VInfer <a@example.com>"},
        {"SMTP_PORT": "0"},
        {"SMTP_SECURITY": "ssl"},
        {"SMTP_USERNAME": "a"},
        {"SMTP_USERNAME": "a", "SMTP_PASSWORD": "b", "SMTP_SECURITY": "none"},
    ],
)
def test_settings_that_cannot_work_stop_the_start(settings: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        deps(**settings)
