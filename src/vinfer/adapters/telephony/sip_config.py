"""Settings of the SIP engine, and the texts the stack is configured with."""

import re
import socket
import ssl
from dataclasses import dataclass
from typing import Literal

import baresip

from vinfer.ports.telephony import TrunkLine

_CODECS = {
    "pcmu": "pcmu",
    "pcma": "pcma",
    "g722": "g722/16000/1",
    "opus": "opus/8000/1",  # what `opus_samplerate` below makes of it; the offer says 48000/2
}
_E164 = re.compile(r"\+?[0-9]{2,15}")
_SIP_URI = re.compile(r"sips?:[A-Za-z0-9._~+*#%!$&'()=-]+@[A-Za-z0-9.:\[\]-]+(;[A-Za-z0-9=.-]+)*")
_CALLER = re.compile(r"\+?[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SipSettings:
    """How one media process speaks SIP and RTP.

    `sip_port` 0 takes a free one; TLS uses the port after it. `rtp_ports` is an inclusive range;
    a call takes two. `net_interface` names the interface or address to route from; loopback
    works only when it is pinned. `tls_ca_file` empty means the system's trust store.
    """

    bind_host: str = "0.0.0.0"  # noqa: S104  # a SIP engine faces the network; narrow it by setting
    sip_port: int = 0
    rtp_ports: tuple[int, int] = (30000, 31998)
    net_interface: str | None = None
    tls_ca_file: str = ""
    srtp_on_tls: Literal["offer", "require", "never"] = "offer"
    rtp_timeout_s: int = 30
    command_timeout_s: float = 20.0
    max_identities: int = 2000


def free_port(bind_host: str) -> int:
    """A port that is free for UDP and TCP, with the next one free for TLS.

    Raises `OSError` when none is found.
    """
    for _ in range(20):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((bind_host, 0))
            port = int(probe.getsockname()[1])
        try:
            check_port(bind_host, port)
        except OSError:
            continue
        return port
    raise OSError(f"no free SIP port on {bind_host}")


def check_port(bind_host: str, port: int) -> None:
    """Raise `OSError` unless `port` is free for UDP and TCP and `port + 1` for TLS."""
    wanted = (
        (socket.SOCK_DGRAM, port),
        (socket.SOCK_STREAM, port),
        (socket.SOCK_STREAM, port + 1),
    )
    for kind, number in wanted:
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((bind_host, number))


def stack_config(settings: SipSettings, *, sip_port: int) -> baresip.Config:
    """The stack's configuration.

    Received audio is tapped before the stack's own resampler, so Opus is told to decode at
    8 kHz and G.722 is resampled by the leg. The stock jitter buffer adds 100 ms.
    """
    trusted = settings.tls_ca_file or ssl.get_default_verify_paths().cafile or ""
    low, high = settings.rtp_ports
    lines = [
        f"sip_listen {settings.bind_host}:{sip_port}",
        "sip_transports udp,tcp,tls",
        "sip_verify_server yes",
        "dns_getaddrinfo yes",  # a trunk named in /etc/hosts or by a container network is found
        *([f"sip_cafile {trusted}"] if trusted else []),
        f"rtp_ports {low}-{high}",
        "audio_jitter_buffer_type adaptive",
        "audio_jitter_buffer_ms 20-160",
        "opus_samplerate 8000",
        "opus_stereo no",
        "opus_sprop_stereo no",
    ]
    return baresip.Config(
        net_interface=settings.net_interface,
        native_log_level="error",  # warnings repeat network text, numbers included
        max_concurrent_calls=None,
        rtp_timeout=settings.rtp_timeout_s,
        extra_config_text="\n".join(lines) + "\n",
    )


def calling_account(trunk: TrunkLine, caller_id: str, *, srtp_on_tls: str) -> baresip.Account:
    """The identity calls leave with: digest on the INVITE, never a REGISTER.

    Raises `ValueError` when a value cannot travel in SIP.
    """
    user = caller_id or trunk.username or "anonymous"
    if not _CALLER.fullmatch(user):
        raise ValueError("caller id holds a character that cannot travel in SIP")
    return _account(trunk, user, reg_interval_s=0, srtp_on_tls=srtp_on_tls)


def registering_account(trunk: TrunkLine) -> baresip.Account:
    """The identity that registers with the trunk. Raises `ValueError`, as above."""
    return _account(trunk, trunk.username, reg_interval_s=600, srtp_on_tls="never")


def _account(
    trunk: TrunkLine, user: str, *, reg_interval_s: int, srtp_on_tls: str
) -> baresip.Account:
    secure = trunk.transport == "tls" and srtp_on_tls != "never"
    media_encryption = {"offer": "mediaenc=srtp", "require": "mediaenc=srtp-mand"}
    return baresip.Account(
        user=user,
        domain=trunk.server,
        password=trunk.password,
        auth_user=trunk.auth_username or trunk.username or None,
        reg_interval=reg_interval_s,
        transport=trunk.transport,
        audio_codecs=tuple(_CODECS[codec] for codec in trunk.codecs),
        extra_params=(media_encryption[srtp_on_tls],) if secure else (),
    )


def number_uri(number: str, trunk: TrunkLine) -> str:
    """The request URI of an E.164 number on a trunk. Raises `ValueError`."""
    if not _E164.fullmatch(number):
        raise ValueError("not an E.164 number")
    return f"sip:{number}@{trunk.server};transport={trunk.transport}"


def target_uri(target: str, trunk: TrunkLine) -> str:
    """The URI of a transfer target, a SIP URI or an E.164 number. Raises `ValueError`."""
    if _SIP_URI.fullmatch(target):
        return target
    return number_uri(target, trunk)


def invite_headers(trunk: TrunkLine, *, caller_id: str, call_id: str) -> dict[str, str]:
    """Our headers on the INVITE: the call's id, by which a crashed attempt can be found at the
    trunk, and the asserted caller (RFC 3325)."""
    headers = {"X-VInfer-Call-Id": call_id}
    if caller_id:
        headers["P-Asserted-Identity"] = f"<sip:{caller_id}@{trunk.server}>"
    return headers
