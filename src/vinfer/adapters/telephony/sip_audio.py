"""One call's PCM, as 20 ms frames at 8 kHz whatever the codec."""

from collections.abc import Callable

import baresip

from vinfer.adapters.telephony.resample import Doubler, Halver

FRAME_BYTES = 320
_BYTES_PER_MS = 16
_LOST = (baresip.AudioNotActive, baresip.AudioRestarted)


def _same(pcm: bytes) -> bytes:
    return pcm


class SipAudio:
    """Reads and writes the stack's rings. Never blocks, never raises for a missing stream.

    The stack replaces a call's streams when the far end renegotiates, and has none before the
    answer and after the end; both are ordinary and mean silence.
    """

    def __init__(self, audio: baresip.CallAudio) -> None:
        self._audio = audio
        self._heard = bytearray()
        self._unsent = bytearray()
        self._flushing = False
        self._ratio = 0  # stream rate over 8 kHz; 0 while no stream is known
        self._halve: Callable[[bytes], bytes] = _same
        self._double: Callable[[bytes], bytes] = _same

    def ready(self) -> bool:
        """Whether audio flows both ways."""
        try:
            info = self._audio.info()
        except _LOST:
            return False
        return info.tx_ready and info.rx_ready

    def read(self) -> bytes | None:
        """The next 320-byte frame, or None."""
        if self._unsent:
            self._send()
        if not self._bound():
            return None
        size = FRAME_BYTES * self._ratio
        if len(self._heard) < size:
            self._receive(size - len(self._heard))
        if len(self._heard) < size:
            return None
        frame = bytes(self._heard[:size])
        del self._heard[:size]
        return self._halve(frame)

    def drain(self) -> None:
        """Forget what was heard so far."""
        while self._bound() and self._receive(1 << 16):
            self._heard.clear()
        self._heard.clear()

    def write(self, frame: bytes) -> None:
        """Queue one frame; what the stack's ring cannot take waits here and follows on."""
        self._unsent += frame
        self._send()

    def queued_ms(self) -> float:
        """Milliseconds of written audio that have not left."""
        waiting = len(self._unsent) / _BYTES_PER_MS
        return waiting if self._flushing else waiting + self._in_ring() / self._ring_bytes_per_ms()

    def flush(self) -> None:
        """Drop what was written and has not left."""
        self._unsent.clear()
        try:
            self._audio.flush_tx()
        except _LOST:
            self._ratio = 0
            return
        # The stack empties its ring only at its next tick, new audio with the old: wait for it.
        self._flushing = True

    def _in_ring(self) -> int:
        try:
            return self._audio.info().tx_buffered
        except _LOST:
            return 0

    def _ring_bytes_per_ms(self) -> int:
        return _BYTES_PER_MS * (self._ratio or 1)

    def _bound(self) -> bool:
        """Learn the streams' rate once per set of streams."""
        if self._ratio:
            return True
        try:
            info = self._audio.info()
        except _LOST:
            return False
        if not (info.tx_ready and info.rx_ready):
            return False
        self._ratio = info.rx_sample_rate // 8000
        self._halve, self._double = (Halver(), Doubler()) if self._ratio == 2 else (_same, _same)
        self._heard.clear()
        return True

    def _receive(self, size: int) -> int:
        try:
            heard = self._audio.read(size)
        except _LOST:
            self._ratio = 0
            return 0
        self._heard += heard
        return len(heard)

    def _send(self) -> None:
        """Move whole frames into the stack's ring while it has room."""
        if self._flushing and self._in_ring():
            return
        self._flushing = False
        while len(self._unsent) >= FRAME_BYTES and self._bound():
            try:
                info = self._audio.info()
                if info.tx_capacity - info.tx_buffered <= FRAME_BYTES * self._ratio:
                    return
                self._audio.write(self._double(bytes(self._unsent[:FRAME_BYTES])))
            except _LOST:
                self._ratio = 0
                return
            del self._unsent[:FRAME_BYTES]
