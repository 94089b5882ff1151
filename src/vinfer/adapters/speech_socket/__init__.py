"""The speech process and its clients, over a Unix socket."""

from vinfer.adapters.speech_socket.client import (
    RemoteEar,
    RemoteHearing,
    RemoteRecognizer,
    RemoteUnderstanding,
    RemoteVoice,
)
from vinfer.adapters.speech_socket.link import SpeechLink, speech_link

__all__ = [
    "RemoteEar",
    "RemoteHearing",
    "RemoteRecognizer",
    "RemoteUnderstanding",
    "RemoteVoice",
    "SpeechLink",
    "speech_link",
]
