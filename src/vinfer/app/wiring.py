"""Where parts become a whole: database, seal, storage, engines, made from settings."""

import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from vinfer.adapters import storage as storages
from vinfer.adapters.documents import TypstTypesetter
from vinfer.adapters.facts import clickhouse
from vinfer.adapters.http_out.fetching import AGENT, HEAD_BYTES, GuardedFetcher
from vinfer.adapters.http_out.guarded import guarded_http
from vinfer.adapters.http_out.vendor import vendor
from vinfer.adapters.mail import LoggedMail, SmtpMailer, SmtpSettings
from vinfer.adapters.speech_socket.client import connected
from vinfer.adapters.stt.languages import SUPPORTED
from vinfer.adapters.telephony.sip_config import SipSettings
from vinfer.app import insight, judging
from vinfer.app.serve import running_dsn
from vinfer.app.settings import Settings, SettingsError, port_range
from vinfer.domains.campaigns.schemas import Feature
from vinfer.domains.qa.service import scorecards
from vinfer.domains.qa.service.agreeing import Drift
from vinfer.domains.recordings.links import FileLinks
from vinfer.domains.reports import service as reports
from vinfer.domains.reports.making import Press
from vinfer.domains.transcription.analysis import TRANSCRIPTION
from vinfer.domains.transcription.service import Intake, Wanted
from vinfer.kit import addresses, jobs
from vinfer.kit.addresses import AddressPolicy
from vinfer.kit.clock import Clock, SystemClock
from vinfer.kit.db import Database, connect_pool
from vinfer.kit.seal import Seal, open_seal
from vinfer.media.engines import Engines
from vinfer.ports.facts import FactSink
from vinfer.ports.fetching import Fetcher
from vinfer.ports.mail import Mailer
from vinfer.ports.outbound import Outbound
from vinfer.ports.storage import Storage

SUBSCRIBERS: Final[dict[str, tuple[str, ...]]] = {}  # webhooks read the log itself
INSTALLED_LANGUAGES: Final = frozenset({"en-IN", "hi-IN"})
SPEECH_PATIENCE_S: Final = 120.0  # models are joined and loaded at the first start


@dataclass(frozen=True, slots=True)
class Services:
    """What API and worker processes share."""

    db: Database
    seal: Seal
    clock: Clock
    storage: Storage
    outbound: Outbound
    fetcher: Fetcher
    mailer: Mailer
    settings: Settings
    facts: FactSink | None = None
    scopes: Mapping[Feature, Wanted] = field(default_factory=lambda: judging.SCOPES)

    @property
    def qa_drift(self) -> Drift:
        """From where on QA that has got worse is an alarm."""
        return Drift(
            kappa_fall=self.settings.qa_drift_kappa,
            abstention_rise=self.settings.qa_drift_abstention,
        )

    def report_link(self, key: str) -> str:
        """A signed link to the file of a report."""
        links = FileLinks(self.seal, self.clock, self.settings.url)
        return links.link(key, lifetime=reports.LINK_LIFETIME)


@asynccontextmanager
async def open_database(
    settings: Settings, *, connections: int = 8, dsn: str | None = None
) -> AsyncGenerator[Database]:
    """The database of these settings, for as long as the block lasts. Raises `NoDatabase`."""
    pool = await connect_pool(dsn or running_dsn(settings), max_size=connections)
    try:
        yield Database(pool, subscribers=SUBSCRIBERS, write_jobs=jobs.write_jobs)
    finally:
        await pool.close()


@asynccontextmanager
async def services(settings: Settings, *, dsn: str) -> AsyncGenerator[Services]:
    """Database, key, storage and clock, for as long as the block lasts."""
    async with (
        open_database(settings, dsn=dsn) as db,
        guarded_http(_policy(settings)) as outbound,
        _fetcher(settings) as fetcher,
        fact_sink(settings) as facts,
    ):
        yield Services(
            db=db,
            seal=seal(settings),
            clock=SystemClock(),
            storage=storage(settings),
            outbound=outbound,
            fetcher=fetcher,
            mailer=mailer(settings),
            settings=settings,
            facts=facts,
        )


@asynccontextmanager
async def fact_sink(settings: Settings) -> AsyncGenerator[FactSink | None]:
    """The other database of the settings that is told facts of calls, if they name one."""
    if settings.clickhouse_url is None:
        yield None
        return
    authorities = settings.clickhouse_ca_file
    async with vendor(
        name="clickhouse",
        url=settings.clickhouse_url,
        headers=clickhouse.headers(settings.clickhouse_user, settings.clickhouse_password),
        timeout_s=settings.clickhouse_timeout_s,
        tls=ssl.create_default_context(cafile=authorities) if authorities else None,
    ) as http:
        yield clickhouse.ClickHouseFacts(http, database=settings.clickhouse_database)


def _policy(settings: Settings) -> AddressPolicy:
    try:
        return addresses.allow(settings.webhook_allow, plain_http=settings.webhook_allow_http)
    except ValueError as error:
        raise SettingsError(f"VINFER_WEBHOOK_ALLOW: {error}") from error


@asynccontextmanager
async def _fetcher(settings: Settings) -> AsyncGenerator[GuardedFetcher]:
    try:
        policy = addresses.allow(settings.audio_allow, plain_http=True)
    except ValueError as error:
        raise SettingsError(f"VINFER_AUDIO_ALLOW: {error}") from error
    most_bytes = settings.audio_max_bytes + HEAD_BYTES
    async with guarded_http(policy, agent=AGENT, answer_bytes=most_bytes) as http:
        yield GuardedFetcher(http)


def intake(services: Services) -> Intake:
    """What the API takes for transcription."""
    features: list[Feature] = [TRANSCRIPTION, *insight.FEATURES, *judging.FEATURES]
    return Intake(
        languages=SUPPORTED,
        features=features,
        fetcher=services.fetcher,
        storage=services.storage,
        scorecards=scorecards.check,
    )


def press(services: Services) -> Press:
    """What a worker makes reports with."""
    return Press(
        db=services.db,
        clock=services.clock,
        storage=services.storage,
        typesetter=TypstTypesetter(),
        scratch=services.settings.scratch,
    )


def seal(settings: Settings) -> Seal:
    """The key that seals secrets at rest; made at first use."""
    return open_seal(settings.data_dir / "keys")


def storage(settings: Settings) -> Storage:
    """The object store of recordings and reports."""
    return storages.open_storage(settings.storage)


def mailer(settings: Settings) -> Mailer:
    """The mail server of the settings, or the log."""
    sender = settings.smtp_sender or settings.operator_email
    if settings.smtp_host is None or sender is None:
        return LoggedMail()
    server = SmtpSettings(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=sender,
        security=settings.smtp_security,
        username=settings.smtp_username,
        password=settings.smtp_password,
        ca_file=str(settings.smtp_ca_file) if settings.smtp_ca_file else None,
    )
    return SmtpMailer(server, SystemClock())


@asynccontextmanager
async def engines(settings: Settings) -> AsyncGenerator[Engines]:
    """Hearing, voice and understanding of the machine's speech process.

    Raises `EngineUnavailable` when it does not come up.
    """
    async with connected(settings.speech, wait_s=SPEECH_PATIENCE_S) as remote:
        yield Engines(remote.hearing, remote.voice, remote.understanding)


def sip_settings(settings: Settings, *, index: int) -> SipSettings:
    """How media process `index` speaks SIP: its own port and its share of the RTP ports."""
    first, last = port_range(settings.rtp_ports)
    share = (last - first + 1) // max(settings.media_processes, index + 1)
    return SipSettings(
        bind_host=settings.sip_host,
        sip_port=settings.sip_port + 2 * index if settings.sip_port else 0,
        rtp_ports=(first + share * index, first + share * (index + 1) - 1),
        net_interface=settings.sip_interface,
        tls_ca_file=str(settings.sip_ca_file or ""),
    )
