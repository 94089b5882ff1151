"""What the decoding process and its parent say to each other over two pipes.

Messages from the child are a kind (1 byte), a length (4 bytes, big endian) and a payload. The
parent only ever answers `READ`, with a length and that many bytes of the recording.
"""

import json
import struct
from typing import Any, Final

HEAD: Final = struct.Struct(">cI")
READ_AT: Final = struct.Struct(">QI")
LENGTH: Final = struct.Struct(">I")
LONGEST_PAYLOAD_BYTES: Final = 8 << 20
LONGEST_READ_BYTES: Final = 256 << 10

READ: Final = b"R"
INFO: Final = b"I"
CHUNK: Final = b"C"
REFUSED: Final = b"X"
END: Final = b"E"


def pack(value: dict[str, Any]) -> bytes:
    """A small value as bytes."""
    return json.dumps(value).encode()


def unpack(payload: bytes) -> dict[str, Any]:
    """The value of `pack`."""
    return json.loads(payload)
