"""Duckling in a process of its own: odd sentences take it any time and all memory.

Reads lines of JSON, `[text, wall time as Unix seconds]`, and answers each with a line of what it
parsed. Its first line is empty, or says why there is none to come.
"""

import importlib
import importlib.resources
import resource
import signal
import sys
from typing import IO, Any, Final

import msgspec

MEMORY_BYTES: Final = 2 << 30
LONGEST_S: Final = 10
_CALL: Final = msgspec.json.Decoder(tuple[str, int])


class _Parser:
    def __init__(self) -> None:
        zones = importlib.resources.files("tzdata") / "zoneinfo"
        if not zones.is_dir():  # Duckling ends the whole process over a missing folder
            raise ImportError("the time zone data (package tzdata) is missing")
        self._duckling: Any = importlib.import_module("duckling")
        self._zones: Any = self._duckling.load_time_zones(str(zones))
        english: Any = self._duckling.default_locale_lang(self._duckling.parse_lang("EN"))
        self._locale: Any = self._duckling.parse_locale("EN_GB", english)
        self._time: Any = self._duckling.parse_dimensions(["time"])

    def parse(self, text: str, wall_s: int) -> list[dict[str, Any]]:
        reference = self._duckling.parse_ref_time(self._zones, "UTC", wall_s)
        context = self._duckling.Context(reference, self._locale)
        signal.alarm(LONGEST_S)  # nobody may be left to end what never does
        parsed: list[dict[str, Any]] = self._duckling.parse(text, context, self._time, False)
        signal.alarm(0)
        return parsed


def main() -> None:
    """Serve until standard input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = sys.stdout.buffer
    try:
        parser = _Parser()
    except ImportError as error:
        _say(answers, str(error).encode())
        return
    _say(answers, b"")
    for line in sys.stdin.buffer:
        _say(answers, msgspec.json.encode(parser.parse(*_CALL.decode(line))))


def _say(answers: IO[bytes], line: bytes) -> None:
    answers.write(line.replace(b"\n", b" ") + b"\n")
    answers.flush()


if __name__ == "__main__":
    main()
