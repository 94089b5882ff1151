"""Every setting of the product: one typed object, read once, passed in."""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, cast, get_type_hints
from urllib.parse import urlsplit

import msgspec

from vinfer.kit import zones
from vinfer.ports.mail import is_address

PREFIX = "VINFER_"
PARENT = PREFIX + "PARENT"  # no setting: `Child` processes are told who must outlive them
SOCKET_PATH_BYTES = 103  # macOS; Linux has 107
_NOT_NEGATIVE = (
    "api_processes",
    "worker_processes",
    "media_processes",
    "calls_per_process",
    "speech_threads",
    "transcription_threads",
    "ring_timeout_s",
    "drain_s",
)
_POSITIVE = (
    "requests_per_workspace",
    "connections_per_address",
    "webhook_concurrency",
    "event_retention_days",
    "report_retention_days",
    "audio_max_bytes",
    "audio_max_s",
    "audio_fetch_timeout_s",
    "stt_timeout_s",
    "stt_concurrency",
    "llm_timeout_s",
    "llm_concurrency",
    "llm_daily_tokens",
    "clickhouse_timeout_s",
)
LANES = ("light", "heavy")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


class SettingsError(Exception):
    """A setting is unknown or malformed; the message names it and what it takes."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Set by `VINFER_<NAME>` variables or the same names in the TOML file `VINFER_CONFIG` names."""

    # Where things live
    data_dir: Path = Path("data")
    """The embedded database, recordings, models and caches."""
    database_url: str | None = None
    """An external PostgreSQL (16 or newer); without it the embedded server runs in `data_dir`."""
    storage_url: str | None = None
    """Recordings and reports: `file:///…`, `s3://…`, `gs://…`; default `data_dir/objects`."""
    models_dir: Path | None = None
    """Weights from elsewhere, checked by the same hashes; default: joined from their packages."""
    cache_dir: Path | None = None
    """Joined weights and rendered lines; default `data_dir/cache`."""

    # The API
    host: str = "127.0.0.1"
    """The address the API listens on."""
    port: int = 8080
    """The port the API listens on."""
    public_url: str | None = None
    """How the outside reaches the API, for signed links; default `http://host:port`."""
    timezone: str = "Asia/Kolkata"
    """IANA zone of new workspaces."""
    tls_cert: Path | None = None
    """Certificate chain in PEM: the API then speaks HTTPS itself. Renewed files are noticed."""
    tls_key: Path | None = None
    """The certificate's private key in PEM, without a passphrase."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed."""
    allowed_hosts: tuple[str, ...] = ()
    """Host names that are answered, `*.example.com` for subdomains, `*` for all; default: loopback
    names, `host` and the host of `public_url`, or all where `host` is a wildcard and no URL set."""
    cors_origins: tuple[str, ...] = ()
    """Origins whose scripts may call the API from a browser, e.g. `https://app.example.com`."""

    requests_per_workspace: int = 4
    """Requests of one workspace that an API process works on at a time, of the eight for which it
    has connections to the database; more wait in line. All but one of them may write: what reads
    waits for no large write. Uploads have two places of their own."""
    connections_per_address: int = 500
    """Connections that one address may hold open to an API process; trusted proxies any number."""

    # Processes on this machine
    api_processes: int = 1
    """API processes that `serve` starts."""
    worker_processes: int = 1
    """Worker processes that `serve` starts."""
    media_processes: int = 1
    """Media processes that `serve` starts: about one per core that the models leave free."""
    calls_per_process: int = 40
    """Live calls one media process takes at most."""
    speech_threads: int = 0
    """Threads for the inference of live calls in the speech process; 0: one per core but one."""
    speech_socket: Path | None = None
    """The speech process's Unix socket; default `data_dir/run/speech.sock`."""

    # Telephony
    sip_host: str = "0.0.0.0"  # noqa: S104  # trunks answer from outside; a firewall admits them alone
    """The address SIP and RTP bind to."""
    sip_interface: str | None = None
    """Network interface or address for media; `127.0.0.1` keeps everything on this machine."""
    sip_port: int = 0
    """First SIP port; media process k uses port + 2k. 0 lets the system choose."""
    rtp_ports: str = "30000-39999"
    """UDP ports for audio, shared out between the media processes."""
    sip_ca_file: Path | None = None
    """Certificate authorities for SIP over TLS."""
    ring_timeout_s: float = 35.0
    """How long a call may ring before it counts as not answered."""
    drain_s: float = 45.0
    """How long live calls may finish after SIGTERM."""

    trunk_allow: tuple[str, ...] = ("default",)
    """Where trunks may lead: hosts, addresses or networks, with `:port` or `:from-to` if need be.
    `default`: public addresses, private ones on ports 5060-5099; never loopback or link-local."""

    # Speech
    tts: Literal["kokoro", "espeak"] = "kokoro"
    """The voice: `kokoro`, or the installed program `espeak-ng` (robotic, instant, GPL)."""

    # Transcription
    worker_lanes: tuple[str, ...] = ("light", "heavy")
    """What workers started with these settings do: `light` is everything but `heavy`, the work on
    recordings. A host with `heavy` alone needs the database, the storage and the `keys` file."""
    transcription_threads: int = 0
    """Recordings that a worker transcribes at a time, a thread each; 0: one per core but one."""
    audio_max_bytes: int = 2 * 1024**3
    """The largest recording that is taken, in bytes."""
    audio_max_s: float = 36_000.0
    """The longest recording that is taken, in seconds of sound."""
    audio_fetch_timeout_s: float = 300.0
    """How long one attempt to fetch a recording may take."""
    audio_allow: tuple[str, ...] = ()
    """Hosts, addresses or networks that recordings may be fetched from although not public."""

    # QA
    qa_drift_kappa: float = 0.2
    """By how much the agreement of machine and people on a parameter (Cohen's kappa) may fall in 30
    days, against the time before, until an alarm is raised."""
    qa_drift_abstention: float = 0.15
    """By how much the share of calls on which the machine abstains may rise, likewise."""

    # Engines besides the ones shipped (docs/howto/engines.md)
    stt: Literal["offline", "folder", "openai", "deepgram", "sarvam", "assemblyai"] = "offline"
    """What transcribes recordings: the model that ships, a Whisper folder, or another service."""
    stt_url: str | None = None
    """Where that service is, e.g. `http://gpu.internal:8000/v1`; default: its vendor's address."""
    stt_key: str | None = None
    """The service's key; `openai` may go without."""
    stt_model: str | None = None
    """The service's model; by default `whisper-1` (which OpenAI ends in February 2027), `nova-3`,
    `saaras:v3`, `universal-2`."""
    stt_folder: Path | None = None
    """The folder of `stt=folder`: a Whisper model converted for CTranslate2."""
    stt_folder_sha256: str | None = None
    """What `vinfer models` shows for that folder; any other content is refused."""
    stt_device: Literal["cpu", "cuda", "auto"] = "cpu"
    """What the folder's model runs on."""
    stt_timeout_s: float = 60.0
    """How long a service may take for one window of at most 30 seconds."""
    stt_concurrency: int = 4
    """Windows that a worker sends to a service at a time."""
    stt_fallback: bool = True
    """Let the model that ships transcribe what the service does not; else the job fails."""
    llm_url: str | None = None
    """A server of language models that speaks OpenAI's protocol, e.g. `http://gpu.internal:8000/v1`:
    summaries and QA criteria in plain words are asked of it, with private data taken out."""
    llm_model: str | None = None
    """The model's name there."""
    llm_key: str | None = None
    """The server's key, if it asks for one."""
    llm_timeout_s: float = 60.0
    """How long one answer may take; then the offline engine answers."""
    llm_concurrency: int = 4
    """Answers that a worker waits for at a time."""
    llm_daily_tokens: int = 2_000_000
    """Tokens that all workers may spend in a day (UTC); then the offline engine answers."""

    # Facts of calls in another database
    clickhouse_url: str | None = None
    """A ClickHouse server, e.g. `https://clickhouse.internal:8443`: facts of calls (no phone
    numbers, no words) are sent there; what is there before is sent by `vinfer analytics ship`."""
    clickhouse_database: str = "default"
    """The database there, in which the table `call_facts` is or is made."""
    clickhouse_user: str | None = None
    """Signs in there; without one nothing is asked for."""
    clickhouse_password: str | None = None
    """The user's password; sent over TLS, or to this machine."""
    clickhouse_ca_file: Path | None = None
    """Certificate authorities for that server; default the system's."""
    clickhouse_timeout_s: float = 60.0
    """How long one request of at most 5,000 facts may take; it is repeated later."""

    # Webhooks
    webhook_allow: tuple[str, ...] = ()
    """Hosts, addresses or networks that webhooks may reach although they are not public."""
    webhook_allow_http: bool = False
    """Admit plain HTTP webhooks, for a test bench."""
    webhook_concurrency: int = 16
    """Deliveries to one webhook at a time; order per resource holds with any number."""
    event_retention_days: int = 30
    """Days that events and deliveries are kept; what is still owed to a webhook stays longer."""

    # Reports
    report_retention_days: int = 365
    """Days that reports and their files are kept, from when they were asked for; schedules stay."""

    # Mail
    smtp_host: str | None = None
    """The mail server; without one, mail is written into the log only."""
    smtp_port: int = 587
    """The mail server's port."""
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """How the mail server is spoken to; its certificate is verified."""
    smtp_username: str | None = None
    """Signs in at the mail server."""
    smtp_password: str | None = None
    """Signs in at the mail server."""
    smtp_sender: str | None = None
    """The address mail comes from; default `operator_email`."""
    smtp_ca_file: Path | None = None
    """Certificate authorities for the mail server; default the system's."""
    operator_email: str | None = None
    """Who is told what needs a person: a webhook that was disabled after days of failures."""

    # Logs
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least severe level that is written."""
    log_personal: bool = False
    """Write phone numbers, names and transcripts into the log instead of masking them."""

    @property
    def cache(self) -> Path:
        """Joined weights and rendered lines."""
        return self.cache_dir or self.data_dir / "cache"

    @property
    def storage(self) -> str:
        """The object store's URL."""
        return self.storage_url or (self.data_dir / "objects").resolve().as_uri()

    @property
    def spool(self) -> Path:
        """Recordings of calls that are not stored yet."""
        return self.data_dir / "spool"

    @property
    def scratch(self) -> Path:
        """Audio on its way into the store, encrypted."""
        return self.data_dir / "scratch"

    @property
    def speech(self) -> Path:
        """The speech process's Unix socket."""
        return self.speech_socket or self.data_dir / "run" / "speech.sock"

    @property
    def url(self) -> str:
        """The API's address as clients see it."""
        scheme = "https" if self.tls_cert else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"{scheme}://{host}:{self.port}"


def load(
    environ: Mapping[str, str] = os.environ,  # noqa: TID251  # the one place that reads it
    **overrides: Any,
) -> Settings:
    """Read the TOML file, then the environment, then `overrides` that are not None.

    Raises `SettingsError`.
    """
    values = {"data_dir": "data"} | _from_file(environ.get(PREFIX + "CONFIG"))
    values |= _from_environment(environ)
    values |= {name: value for name, value in overrides.items() if value is not None}
    try:
        settings = msgspec.convert(values, Settings, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise SettingsError(f"Settings: {error}") from error
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    """What types do not say; found here, it stops the start and not a process again and again."""
    port_range(settings.rtp_ports)
    if not zones.is_zone(settings.timezone):
        raise SettingsError(f"'{settings.timezone}' is not an IANA time zone, e.g. Asia/Kolkata.")
    if len(os.fsencode(settings.speech)) > SOCKET_PATH_BYTES:
        raise SettingsError(
            f"{settings.speech} is too long for a Unix socket: set VINFER_SPEECH_SOCKET to a path "
            f"of at most {SOCKET_PATH_BYTES} bytes, in a directory of the same user."
        )
    if settings.public_url and not _is_url(settings.public_url):
        raise SettingsError(f"'{settings.public_url}' is not a URL, e.g. https://api.example.com.")
    for port in (settings.port, settings.smtp_port):
        if not 0 < port < 65536:
            raise SettingsError(f"{port} is not a port.")
    _check_mail(settings)
    _check_engines(settings)
    _check_clickhouse(settings)
    if not settings.worker_lanes or set(settings.worker_lanes) - set(LANES):
        raise SettingsError(f"VINFER_WORKER_LANES takes one or both of {', '.join(LANES)}.")
    numbers = {name: getattr(settings, name) for name in _NOT_NEGATIVE}
    for name, value in numbers.items():
        if value < 0:
            raise SettingsError(f"{PREFIX}{name.upper()} must not be negative.")
    for name in _POSITIVE:
        if getattr(settings, name) < 1:
            raise SettingsError(f"{PREFIX}{name.upper()} must be at least 1.")


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _check_mail(settings: Settings) -> None:
    for name in ("smtp_sender", "operator_email"):
        address = getattr(settings, name)
        if address is not None and not is_address(address):
            raise SettingsError(f"{PREFIX}{name.upper()} takes one mail address, e.g. a@b.org.")
    if settings.smtp_host and not (settings.smtp_sender or settings.operator_email):
        raise SettingsError("VINFER_SMTP_HOST needs VINFER_SMTP_SENDER or VINFER_OPERATOR_EMAIL.")
    if settings.smtp_security == "none" and settings.smtp_password:
        raise SettingsError("VINFER_SMTP_PASSWORD is not sent without TLS: see SMTP_SECURITY.")
    if (settings.smtp_username is None) != (settings.smtp_password is None):
        raise SettingsError("VINFER_SMTP_USERNAME and VINFER_SMTP_PASSWORD belong together.")


def _check_engines(settings: Settings) -> None:
    for name in ("stt_url", "llm_url"):
        url = getattr(settings, name)
        if url is not None and not _is_url(url):
            raise SettingsError(f"{PREFIX}{name.upper()} takes a URL, e.g. http://gpu:8000/v1.")
    for name in ("stt_key", "llm_key"):
        key = getattr(settings, name)
        if key is not None and not (key.isascii() and key.isprintable() and key.strip()):
            raise SettingsError(f"{PREFIX}{name.upper()} must be printable ASCII.")
    if settings.stt == "folder" and settings.stt_folder is None:
        raise SettingsError("VINFER_STT=folder needs VINFER_STT_FOLDER.")
    if settings.stt in ("deepgram", "sarvam", "assemblyai") and settings.stt_key is None:
        raise SettingsError(f"VINFER_STT={settings.stt} needs VINFER_STT_KEY.")
    if settings.stt == "openai" and not (settings.stt_url or settings.stt_key):
        raise SettingsError("VINFER_STT=openai needs VINFER_STT_URL, VINFER_STT_KEY, or both.")
    if settings.llm_url and not settings.llm_model:
        raise SettingsError("VINFER_LLM_URL needs VINFER_LLM_MODEL.")


def _check_clickhouse(settings: Settings) -> None:
    if not _IDENTIFIER.fullmatch(settings.clickhouse_database):
        raise SettingsError("VINFER_CLICKHOUSE_DATABASE takes letters, digits and underscores.")
    if settings.clickhouse_password is not None and settings.clickhouse_user is None:
        raise SettingsError("VINFER_CLICKHOUSE_PASSWORD needs VINFER_CLICKHOUSE_USER.")
    url = settings.clickhouse_url
    if url is None:
        return
    if not _is_url(url) or "@" in urlsplit(url).netloc:
        raise SettingsError(
            "VINFER_CLICKHOUSE_URL takes a URL without credentials, e.g. https://clickhouse:8443."
        )
    parts = urlsplit(url)
    if settings.clickhouse_password and parts.scheme != "https" and not _is_here(parts.hostname):
        raise SettingsError("VINFER_CLICKHOUSE_PASSWORD is not sent without TLS: use an https URL.")


def _is_here(host: str | None) -> bool:
    return host in ("localhost", "127.0.0.1", "::1")


def to_environment(settings: Settings) -> dict[str, str]:
    """Write settings as variables, for a child process."""
    values = {name: getattr(settings, name) for name in settings.__struct_fields__}
    return {
        PREFIX + name.upper(): _text(value) for name, value in values.items() if value is not None
    }


def _text(value: Any) -> str:
    return ",".join(cast("tuple[str, ...]", value)) if isinstance(value, tuple) else str(value)


def _decode(kind: type, value: Any) -> Any:
    if kind is Path:
        return Path(value).absolute()
    raise NotImplementedError


def _from_file(path: str | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return tomllib.loads(Path(path).read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error}") from error


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    hints = get_type_hints(Settings)
    values: dict[str, Any] = {}
    for variable, text in environ.items():
        name = variable.removeprefix(PREFIX).lower()
        if not variable.startswith(PREFIX) or variable in (PREFIX + "CONFIG", PARENT):
            continue
        if name not in hints:
            raise SettingsError(f"{variable} is not a setting. See docs/reference/settings.md.")
        if hints[name] == tuple[str, ...]:
            values[name] = [part.strip() for part in text.split(",") if part.strip()]
        else:
            values[name] = text
    return values


def inherited(environ: Mapping[str, str] = os.environ) -> dict[str, str]:  # noqa: TID251  # see load
    """The environment a child process gets from this one, settings aside."""
    return {name: value for name, value in environ.items() if not name.startswith(PREFIX)}


def supervisor(environ: Mapping[str, str] = os.environ) -> int | None:  # noqa: TID251  # see load
    """Process id of the supervisor that started this one, if one did."""
    parent = environ.get(PARENT)
    return int(parent) if parent else None


def one_blas_thread() -> None:
    """Have numpy use one thread, unless the operator says otherwise; before it is first imported.

    A program has a pool of its own for inference: a second in every call of a matrix product
    multiplies with it, and waits for its own threads.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # noqa: TID251  # see load


def port_range(text: str) -> tuple[int, int]:
    """Read `30000-39999`. Raises `SettingsError`."""
    first, _, last = text.partition("-")
    if not (first.isdecimal() and last.isdecimal() and 1024 <= int(first) < int(last) <= 65535):
        raise SettingsError(f"'{text}' is not a range of ports, e.g. 30000-39999.")
    return int(first), int(last)
