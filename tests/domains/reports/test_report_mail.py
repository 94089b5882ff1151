"""One mail for each run, by a real mail server, whatever happens between claim and record."""

import json
import re

import pytest
from tests.domains.reports.pressing import Bench
from tests.mail_server import MailServer, mail_server

from vinfer.adapters.mail import SmtpMailer, SmtpSettings
from vinfer.domains.reports import tasks
from vinfer.domains.reports.mailing import Busy
from vinfer.ports.mail import MailDelayed

DAILY = {"frequency": "daily", "email": "asha@example.com", "timezone": "Asia/Kolkata"}
LINK = re.compile(r"https://api\.example\.com/files/(\S+)")


def mailer_to(box: MailServer, bench: Bench) -> SmtpMailer:
    settings = SmtpSettings(
        host="localhost", port=box.port, sender="reports@bank.example", ca_file=box.ca_file
    )
    return SmtpMailer(settings, bench)


async def run_of(bench: Bench, **more: str) -> str:
    """A run that is made and whose mail is due; its id."""
    await bench.ask(type="call_summary", format="csv", schedule=DAILY | more)
    bench.world.later(days=1)
    await tasks.run_schedules(bench)
    await bench.work()
    (payload,) = await bench.queued("reports.mail")
    return json.loads(payload)["report_id"]


async def send(bench: Bench, id: str) -> None:
    await tasks.mail(tasks.ReportRef(id), bench)


async def test_a_run_is_mailed_once_with_a_link_that_works(bench: Bench):
    id = await run_of(bench)
    async with mail_server() as box:
        bench.mailer = mailer_to(box, bench)
        await send(bench, id)
        await send(bench, id)
        (mail,) = box.received
    assert (mail.to, mail.id) == ("asha@example.com", id)
    assert mail.subject == "Call summary, 4 March 2026"
    found = LINK.search(mail.text)
    assert found is not None
    key = bench.links.open(found[1])
    assert key == f"reports/{id}/call_summary_2026-03-04_2026-03-04.csv"
    assert await bench.storage.size(key)
    assert (await bench.get(id)).mail_status == "sent"
    bench.world.later(days=7, seconds=1)
    with pytest.raises(Exception, match="expired"):
        bench.links.open(found[1])


async def test_a_server_that_is_full_is_asked_again_and_gets_one(bench: Bench):
    id = await run_of(bench)
    async with mail_server() as box:
        bench.mailer = mailer_to(box, bench)
        box.replies["DATA"] = "452 full"
        with pytest.raises(MailDelayed):
            await send(bench, id)
        assert (await bench.get(id)).mail_status == "due"
        del box.replies["DATA"]
        await send(bench, id)
        assert len(box.received) == 1


async def test_an_address_that_is_refused_is_written_down_and_left(bench: Bench):
    id = await run_of(bench)
    async with mail_server() as box:
        bench.mailer = mailer_to(box, bench)
        box.replies["RCPT"] = "550 nobody"
        await send(bench, id)
        del box.replies["RCPT"]
        await send(bench, id)
        assert box.received == []
    assert (await bench.get(id)).mail_status == "refused"


async def test_two_senders_send_one(bench: Bench):
    id = await run_of(bench)
    async with mail_server() as box:
        mailer = mailer_to(box, bench)

        class Meanwhile:
            async def send(self, mail: object) -> None:
                bench.mailer = mailer
                with pytest.raises(Busy):
                    await send(bench, id)
                await mailer.send(mail)  # type: ignore[arg-type]

        bench.mailer = Meanwhile()  # type: ignore[assignment]
        await send(bench, id)
        assert len(box.received) == 1


async def test_a_death_between_send_and_record_sends_the_same_message_again(bench: Bench):
    id = await run_of(bench)
    async with mail_server() as box:
        mailer = mailer_to(box, bench)

        class Dying:
            async def send(self, mail: object) -> None:
                await mailer.send(mail)  # type: ignore[arg-type]
                raise KeyboardInterrupt

        bench.mailer = Dying()  # type: ignore[assignment]
        with pytest.raises(KeyboardInterrupt):
            await send(bench, id)
        bench.mailer = mailer
        with pytest.raises(Busy):
            await send(bench, id)
        bench.world.later(minutes=2)
        await send(bench, id)
        await send(bench, id)
        assert [mail.id for mail in box.received] == [id, id], "mailboxes show one of them"


async def test_a_report_that_is_gone_is_mailed_to_nobody(bench: Bench):
    id = await run_of(bench)
    await bench.delete(id)
    async with mail_server() as box:
        bench.mailer = mailer_to(box, bench)
        await send(bench, id)
        assert box.received == []
