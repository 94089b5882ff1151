"""The ports, served by the speech process on the other end of a link.

When the connection breaks, requests in flight and open ears raise `EngineUnavailable`, and the link
connects again by itself: the call decides whether to ask once more, and knows what it missed.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

import structlog

from vinfer.adapters.speech_socket import wire
from vinfer.adapters.speech_socket.link import SpeechLink, speech_link
from vinfer.ports.audio import (
    FRAME_BYTES,
    FRAME_MS,
    EngineUnavailable,
    HeardEvent,
    SpeechEnded,
    SpeechStarted,
)
from vinfer.ports.nlu import Reading
from vinfer.ports.stt import SttCapabilities, Transcript
from vinfer.ports.tts import Keep, TtsCapabilities

log = structlog.get_logger()

R = TypeVar("R", wire.Done, wire.Transcribed, wire.Understood, wire.Compared)

_MOST_EVENTS: Final = 256
_MOST_KEYS: Final = 64
_MOST_CHUNKS: Final = 600  # ten minutes of speech nobody takes


class _Inbox:
    """Replies to one request, in order."""

    def __init__(self) -> None:
        self._replies: deque[wire.Reply] = deque()
        self._arrived = asyncio.Event()
        self._lost = False

    def take(self, reply: wire.Reply) -> None:
        if len(self._replies) >= _MOST_CHUNKS:
            self._lost = True
        else:
            self._replies.append(reply)
        self._arrived.set()

    def lost(self) -> None:
        self._lost = True
        self._arrived.set()

    async def next(self) -> wire.Reply:
        """The next reply. Raises `EngineUnavailable` on failure or a broken connection."""
        while not self._replies:
            if self._lost:
                raise EngineUnavailable("the speech process went away")
            self._arrived.clear()
            await self._arrived.wait()
        reply = self._replies.popleft()
        if isinstance(reply, wire.Failed):
            raise EngineUnavailable(reply.message)
        return reply


class _Calls:
    """Requests over a link."""

    def __init__(self, link: SpeechLink) -> None:
        self._link = link

    async def ask(self, request: wire.Task, expected: type[R]) -> R:
        """Send `request`, wait for its one answer. Raises `EngineUnavailable`."""
        async with aclosing(self.stream(request)) as replies:
            async for reply in replies:
                if isinstance(reply, expected):
                    return reply
        raise EngineUnavailable("the speech process gave a wrong answer")

    async def stream(self, request: wire.Task) -> AsyncGenerator[wire.Reply, None]:
        """Send `request` and yield answers, the last one too; leaving early cancels it."""
        inbox = _Inbox()
        await self._link.ready()
        self._link.attach(request.id, inbox)
        over = False
        try:
            self._send(request)
            while not over:
                reply = await inbox.next()
                over = not isinstance(reply, wire.Audio)
                yield reply
        except EngineUnavailable:
            over = True
            raise
        finally:
            self._link.detach(request.id)
            if not over:
                self._link.send(wire.Cancel(request.id))

    def _send(self, request: wire.Task) -> None:
        try:
            sent = self._link.send(request)
        except wire.ProtocolError as error:
            raise EngineUnavailable(str(error)) from error
        if not sent:
            raise EngineUnavailable("the speech process went away")


class RemoteVoice:
    """The voice of the speech process."""

    def __init__(self, link: SpeechLink, capabilities: TtsCapabilities) -> None:
        self.capabilities = capabilities
        self._link = link
        self._calls = _Calls(link)

    async def speak(self, text: str, *, language: str, voice: str) -> AsyncGenerator[bytes]:
        """Yield s16le 8 kHz mono; closing the iterator stops it. Raises `EngineUnavailable`."""
        request = wire.Speak(self._link.new_id(), text, language, voice)
        async with aclosing(self._calls.stream(request)) as replies:
            async for reply in replies:
                if isinstance(reply, wire.Audio):
                    yield reply.pcm

    async def prepare(
        self, texts: tuple[str, ...], *, language: str, voice: str, keep: Keep
    ) -> None:
        """Render `texts`, so that `speak` has them at once. Raises `EngineUnavailable`."""
        request = wire.Prepare(self._link.new_id(), texts, language, voice, keep)
        await self._calls.ask(request, wire.Done)


class RemoteRecognizer:
    """The recogniser of the speech process."""

    def __init__(self, link: SpeechLink, capabilities: SttCapabilities) -> None:
        self.capabilities = capabilities
        self._link = link
        self._calls = _Calls(link)

    async def transcribe(
        self, pcm: bytes, *, rate_hz: int, language: str, words: bool = False, live: bool = False
    ) -> Transcript:
        """Transcribe s16le mono. Raises `EngineUnavailable`."""
        request = wire.Transcribe(self._link.new_id(), pcm, rate_hz, language, words, live)
        return (await self._calls.ask(request, wire.Transcribed)).transcript


class RemoteUnderstanding:
    """The speech process's understanding. It forgets when it restarts: this side remembers."""

    def __init__(self, link: SpeechLink) -> None:
        self._link = link
        self._calls = _Calls(link)
        self._taught: OrderedDict[str, dict[str, tuple[str, ...]]] = OrderedDict()

    async def learn(self, key: str, phrases: Mapping[str, tuple[str, ...]]) -> None:
        """Prepare classifier `key`. Raises `EngineUnavailable`."""
        self._taught[key] = dict(phrases)
        self._taught.move_to_end(key)
        if len(self._taught) > _MOST_KEYS:
            self._taught.popitem(last=False)
        await self._teach(key, dict(phrases))

    async def read(
        self,
        text: str,
        *,
        key: str,
        labels: tuple[str, ...],
        now: datetime,
        watch: tuple[str, ...] = (),
    ) -> Reading:
        """Read one utterance, teaching a lost `key` again. Raises `EngineUnavailable`."""
        try:
            return await self._read(text, key, labels, watch, now)
        except EngineUnavailable:
            phrases = self._taught.get(key)
            if phrases is None:
                raise
        await self._teach(key, phrases)
        return await self._read(text, key, labels, watch, now)

    async def _teach(self, key: str, phrases: dict[str, tuple[str, ...]]) -> None:
        await self._calls.ask(wire.Learn(self._link.new_id(), key, phrases), wire.Done)

    async def _read(
        self, text: str, key: str, labels: tuple[str, ...], watch: tuple[str, ...], now: datetime
    ) -> Reading:
        zone = wire.zone_of(now)
        request = wire.Read(self._link.new_id(), text, key, labels, watch, now, zone)
        reading = (await self._calls.ask(request, wire.Understood)).reading
        moments = tuple((moment.astimezone(now.tzinfo), grain) for moment, grain in reading.moments)
        return replace(reading, moments=moments)

    async def similarity(self, left: tuple[str, ...], right: tuple[str, ...]) -> list[list[float]]:
        """Cosine similarity of every pair. Raises `EngineUnavailable`."""
        request = wire.Compare(self._link.new_id(), left, right)
        return (await self._calls.ask(request, wire.Compared)).scores


class RemoteHearing:
    """The ears of the speech process."""

    def __init__(self, link: SpeechLink) -> None:
        self._link = link

    async def open(self, *, language: str, hints: tuple[str, ...] = ()) -> "RemoteEar":
        """Start to listen. Raises `EngineUnavailable`."""
        await self._link.ready()
        ear = RemoteEar(self._link, wire.OpenEar(self._link.new_id(), language, hints))
        await ear.opened()
        return ear


class RemoteEar:
    """One call's ear. It dies with the connection: the call then opens another."""

    def __init__(self, link: SpeechLink, request: wire.OpenEar) -> None:
        self._link = link
        self._request = request
        self._events: deque[HeardEvent] = deque(maxlen=_MOST_EVENTS)
        self._arrived = asyncio.Event()
        self._open = False
        self._over = False
        self._failure: str | None = None
        self._fed = 0
        self.dropped = 0  # frames that could not be sent

    async def opened(self) -> None:
        """Ask for the ear and wait until it hears. Raises `EngineUnavailable`."""
        self._link.attach(self._request.id, self)
        try:
            if not self._link.send(self._request):
                self.lost()
            while not self._open:
                self._check()
                await self._wait()
        except BaseException:
            await self.close()
            raise

    def feed(self, frame: bytes) -> None:
        """Take 320 bytes. Never blocks: what cannot be sent is dropped and counted."""
        if len(frame) != FRAME_BYTES:
            raise ValueError(f"a frame has {FRAME_BYTES} bytes, not {len(frame)}")
        self._fed += 1
        if not self._link.send_frame(self._request.id, frame):
            self.dropped += 1

    async def events(self) -> AsyncIterator[HeardEvent]:
        """What is heard, until `close`. Raises `EngineUnavailable` when the engine is gone."""
        while True:
            while self._events:
                yield self._events.popleft()
            if self._over:
                return
            self._check()
            await self._wait()

    async def close(self) -> None:
        """Stop listening."""
        if self._over:
            return
        self._over = True
        self._arrived.set()
        self._link.detach(self._request.id)
        self._link.send(wire.CloseEar(self._request.id))
        if self.dropped:
            log.warning("speech_frames_dropped", frames=self.dropped, of=self._fed)

    def take(self, reply: wire.Reply) -> None:
        """A reply has arrived."""
        missed_s = self.dropped * FRAME_MS / 1000  # the engine's clock stood still meanwhile
        match reply:
            case wire.HeardStart(_, at_s):
                self._events.append(SpeechStarted(at_s + missed_s))
            case wire.HeardEnd(_, at_s):
                self._events.append(SpeechEnded(at_s + missed_s))
            case wire.HeardTurn(_, said):
                start_s, end_s = said.start_s + missed_s, said.end_s + missed_s
                self._events.append(replace(said, start_s=start_s, end_s=end_s))
            case wire.Failed(_, message):
                self._failure = message
            case _:
                self._open = True
        self._arrived.set()

    def lost(self) -> None:
        """The connection is gone."""
        self._failure = "the speech process went away"
        self._arrived.set()

    def _check(self) -> None:
        if self._failure is not None:
            raise EngineUnavailable(self._failure)

    async def _wait(self) -> None:
        self._arrived.clear()
        await self._arrived.wait()


@dataclass(frozen=True, slots=True)
class RemoteEngines:
    """Everything the speech process offers, over one connection."""

    hearing: RemoteHearing
    voice: RemoteVoice
    recognizer: RemoteRecognizer
    understanding: RemoteUnderstanding


@asynccontextmanager
async def connected(path: Path, *, wait_s: float = 60.0) -> AsyncGenerator[RemoteEngines]:
    """Connect to the speech process, waiting while it loads its models.

    Raises `EngineUnavailable` after `wait_s`. Later restarts of the process are waited out by the
    link.
    """
    async with speech_link(path) as link:
        welcome = await link.ready(patience_s=wait_s)
        yield RemoteEngines(
            RemoteHearing(link),
            RemoteVoice(link, welcome.tts),
            RemoteRecognizer(link, welcome.stt),
            RemoteUnderstanding(link),
        )
