"""`vinfer api`: one process that answers the API."""

import asyncio
import contextlib
import resource
import socket
from collections.abc import Generator
from functools import partial
from typing import cast

import uvicorn
import uvloop
from litestar import Litestar

from vinfer.app import api, catalog, front, models, wiring
from vinfer.app.front import Certificate
from vinfer.app.http_protocol import BoundedHttp
from vinfer.app.launch import DataDir, Host, Port, settings_for
from vinfer.app.serve import running_dsn
from vinfer.app.settings import Settings
from vinfer.app.supervisor import say_ready, until_signal
from vinfer.app.wiring import Services
from vinfer.domains.recordings.links import FileLinks
from vinfer.kit import http
from vinfer.kit.seats import Doors

KEEP_ALIVE_S = 30
DRAIN_S = 10
MAX_FILES = 65_536


def command(*, host: Host = None, port: Port = None, data_dir: DataDir = None) -> None:
    """Run one API process against a running database; several may share the port."""
    uvloop.run(run(settings_for(host=host, port=port, data_dir=data_dir)))


async def run(settings: Settings) -> None:
    """Answer requests until SIGTERM; those under way are finished first."""
    admit_connections()
    certificate = front.certificate(settings)
    async with wiring.services(settings, dsn=running_dsn(settings)) as services:
        server = _Server(_config(services, certificate))
        listener = _listen(settings.host, settings.port)
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve([listener]))
            renewing = group.create_task(certificate.keep_fresh()) if certificate else None
            await until_signal()
            server.should_exit = True
            if renewing is not None:
                renewing.cancel()


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and tell."""
        await super().startup(sockets)
        say_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals to the program."""
        yield


def admit_connections() -> None:
    """Use as many files as the system allows: one client fills the usual 1,024 while idle."""
    most, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_FILES if hard == resource.RLIM_INFINITY else min(MAX_FILES, hard)
    if most != resource.RLIM_INFINITY and most < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _config(services: Services, certificate: Certificate | None) -> uvicorn.Config:
    app = _app(services)
    refusal = api.gateway_of(app).headers_of_refusal
    settings = services.settings
    doors = Doors(settings.connections_per_address, front.edge_of(settings).is_proxy)
    protocol = partial(BoundedHttp, headers_of_refusal=refusal, doors=doors)
    return uvicorn.Config(
        app,
        loop="none",
        http=cast("type[BoundedHttp]", protocol),  # uvicorn only calls it
        ssl_context_factory=certificate.provide if certificate else None,
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=DRAIN_S,
    )


def _app(services: Services) -> Litestar:
    settings = services.settings
    links = FileLinks(services.seal, services.clock, settings.url)
    return api.create_app(
        api.Services(
            db=services.db,
            seal=services.seal,
            clock=services.clock,
            installed_languages=wiring.INSTALLED_LANGUAGES,
            engine_models=models.listed(settings),
            recording_link=links.link,
            report_link=services.report_link,
            edge=front.edge_of(settings),
            trunk_reach=front.trunk_reach(settings),
            intake=wiring.intake(services),
            uploads=http.Uploads(settings.scratch, settings.audio_max_bytes),
            requests_per_workspace=settings.requests_per_workspace,
            qa_drift=services.qa_drift,
            more={
                "outbound": services.outbound,
                "storage": services.storage,
                "file_links": links,
            },
        ),
        unversioned=catalog.UNVERSIONED,
    )


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; the kernel spreads connections over all processes that share the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind((host, port))
    listener.listen(2048)
    listener.setblocking(False)
    return listener
