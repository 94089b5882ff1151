"""A real mail server on loopback, with a certificate of its own."""

import asyncio
import email
import email.policy
import ssl
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from vinfer.ports.mail import Mail


@dataclass
class MailServer:
    """What a server took; `replies` are what it answers instead, by command.

    It looks at a message for `thinks_s` before it takes it.
    """

    port: int = 0
    ca_file: str | None = None
    received: list[Mail] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)
    thinks_s: float = 0.0

    async def handle_RCPT(  # the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if "RCPT" not in self.replies:
            envelope.rcpt_tos.append(address)
        return self.replies.get("RCPT", "250 OK")

    async def handle_DATA(  # the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if "DATA" in self.replies:
            return self.replies["DATA"]
        await asyncio.sleep(self.thinks_s)
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert envelope.rcpt_tos == [message["To"]]
        self.headers.append({name: str(value) for name, value in message.items()})
        identity = str(message["Message-ID"]).strip("<>").partition("@")[0]
        text = message.get_content().replace("\r\n", "\n")
        self.received.append(Mail(identity, str(message["To"]), str(message["Subject"]), text))
        return "250 OK"


@asynccontextmanager
async def mail_server(
    *, security: str = "starttls", password: str | None = None, offer_tls: bool = True
) -> AsyncIterator[MailServer]:
    """A server that takes mail on loopback, with a sign-in if there is a password."""
    box = MailServer()
    with tempfile.TemporaryDirectory() as folder:
        tls, box.ca_file = _certificate(Path(folder))

        def authenticate(*given: Any) -> AuthResult:
            data = given[-1]
            return AuthResult(success=data.password == (password or "").encode())

        def session() -> SMTP:
            return SMTP(
                box,
                hostname="localhost",
                tls_context=tls if security == "starttls" and offer_tls else None,
                require_starttls=security == "starttls" and offer_tls,
                auth_required=password is not None,
                auth_require_tls=security != "none",
                authenticator=authenticate,
            )

        loop = asyncio.get_running_loop()
        wrap = tls if security == "tls" else None
        server = await loop.create_server(session, "127.0.0.1", 0, ssl=wrap)
        box.port = server.sockets[0].getsockname()[1]
        async with server:
            yield box
        await asyncio.sleep(0)


def _certificate(folder: Path) -> tuple[ssl.SSLContext, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "both.pem").write_bytes(private + certificate)
    (folder / "ca.pem").write_bytes(certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context, str(folder / "ca.pem")
