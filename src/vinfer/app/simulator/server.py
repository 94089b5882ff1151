"""The phones' program: one SIP port, any number of calls."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog
from aiosipua import IncomingCall, SipRequest

from vinfer.app.simulator.audio import RtpPorts
from vinfer.app.simulator.pacer import Pacer
from vinfer.app.simulator.personas import PERSONAS, persona_for
from vinfer.app.simulator.phone import Exchange, Phone, PhoneCall, number_in
from vinfer.app.simulator.sip import PhoneNetwork, UdpTransport
from vinfer.app.simulator.voices import Progress, SoundBook, local_voice, record_lines
from vinfer.ports.tts import Voice

DEFAULT_RTP_PORTS: Final = (42000, 42998)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    """How the phones run.

    `cache_dir` receives the voices' joined weights and the rendered lines; `models_dir` replaces
    the packaged weights.
    `sip_port` 0 takes any free port. `rtp_ports` are inclusive and hold one call for every two.
    Only `people` (persona codes) have a phone. With `recordings_dir` every answered call is written
    there as stereo WAV, left the caller, right the phone.
    """

    cache_dir: Path
    models_dir: Path | None = None
    host: str = "127.0.0.1"
    sip_port: int = 0
    rtp_ports: tuple[int, int] = DEFAULT_RTP_PORTS
    recordings_dir: Path | None = None
    people: tuple[str, ...] = tuple(PERSONAS)


async def serve_phones(
    settings: SimulatorSettings,
    *,
    ready: Callable[[int], None],
    progress: Progress = lambda _done, _total: None,
    on_call: Callable[[PhoneCall], None] = lambda _call: None,
    voice: Voice | None = None,
) -> None:
    """Answer calls until cancelled; then hang up every call and free the ports.

    `ready` is called with the SIP port when calls are taken, `progress` (lines done, lines in all)
    while they are rendered before that, `on_call` after each call. `voice` replaces the built-in
    one. Raises `OSError` when the port is taken and `EngineUnavailable` without a voice.
    """
    book = await _record(settings, voice=voice, progress=progress)
    network = PhoneNetwork(UdpTransport((settings.host, settings.sip_port)))
    await network.start()
    try:
        async with asyncio.TaskGroup() as tasks:
            street = Street(settings, network, book, tasks=tasks, on_call=on_call)
            tasks.create_task(street.pacer.run())
            ready(network.transport.local_addr[1])
    finally:
        await network.stop()


async def _record(
    settings: SimulatorSettings, *, voice: Voice | None, progress: Progress
) -> SoundBook:
    people = [PERSONAS[code] for code in settings.people]
    if voice is not None:
        return await record_lines(people, voice=voice, progress=progress)
    # Lent for the rendering only: the model's memory is free again before the first call.
    async with local_voice(cache_dir=settings.cache_dir, models_dir=settings.models_dir) as lent:
        return await record_lines(people, voice=lent, progress=progress)


class Street:
    """All phones that ring or talk now, by Call-ID."""

    def __init__(
        self,
        settings: SimulatorSettings,
        network: PhoneNetwork,
        book: SoundBook,
        *,
        tasks: asyncio.TaskGroup,
        on_call: Callable[[PhoneCall], None],
    ) -> None:
        self.pacer = Pacer()
        self._tasks = tasks
        self._on_call = on_call
        self._phones: dict[str, Phone] = {}
        self._serial = 0
        self._voices = {code: book.of(PERSONAS[code]) for code in settings.people}
        self._exchange = Exchange(
            network=network,
            pacer=self.pacer,
            ports=RtpPorts(*settings.rtp_ports, host=settings.host),
            host=settings.host,
            voice_of=lambda persona: self._voices[persona.code],
            recordings_dir=settings.recordings_dir,
        )
        self._connect(network)

    def _connect(self, network: PhoneNetwork) -> None:
        network.on_invite = self._ring
        network.on_bye = self._bye
        network.on_cancel = self._cancel
        network.on_reinvite = self._reinvite
        network.on_refer = self._refer
        network.on_ack_timeout = self._unacknowledged

    def _ring(self, call: IncomingCall) -> None:
        self._serial += 1
        number = number_in(call.invite.uri)
        if persona_for(number).code not in self._voices:
            call.reject(404, "Not Found")
            return
        phone = Phone(call, number, self._exchange, serial=self._serial)
        self._phones[call.call_id] = phone
        self._tasks.create_task(self._live(phone))

    async def _live(self, phone: Phone) -> None:
        call_id = phone.call.call_id
        try:
            self._note(await phone.live())
        except Exception:
            # One phone that breaks must not end the calls of the others.
            log.exception("phone_failed", sip_call_id=call_id)
            phone.fail()
        finally:
            self._phones.pop(call_id, None)
            self._exchange.network.forget(phone.call)

    def _note(self, call: PhoneCall) -> None:
        log.info(
            "phone_call_ended",
            pii_number=call.number,
            persona=call.persona.id,
            outcome=call.outcome,
            sip_status=call.sip_status,
            rang_s=round(call.rang_s, 2),
            talked_s=round(call.talked_s, 2),
            heard_s=round(call.heard_s, 2),
            codec=call.codec,
            digits=len(call.digits),
            transferred=call.transferred_to is not None,
            said=[{"at_s": round(s.start_s, 2), "text": s.text, "cut": s.cut} for s in call.spoken],
            recording=str(call.recording) if call.recording else None,
        )
        self._on_call(call)

    def _bye(self, call: IncomingCall, _request: SipRequest) -> None:
        if phone := self._phones.get(call.call_id):
            phone.end("caller_hung_up")

    def _cancel(self, request: SipRequest, _addr: tuple[str, int]) -> None:
        if phone := self._phones.get(request.call_id or ""):
            phone.end("cancelled")

    def _reinvite(self, call: IncomingCall) -> None:
        if phone := self._phones.get(call.call_id):
            phone.reinvite()

    def _refer(self, call: IncomingCall, target: str) -> None:
        if phone := self._phones.get(call.call_id):
            phone.refer(target)

    def _unacknowledged(self, call: IncomingCall) -> None:
        if phone := self._phones.get(call.call_id):
            phone.end("never_acknowledged")
