"""The whole API."""

import json
import os
from pathlib import Path
from typing import IO, Final

from vinfer_client import types as t
from vinfer_client.operations import Operations

_UPLOAD_TIMEOUT_S: Final = 300.0
_NAMELESS: Final = "audio"


class Client(Operations):
    """The API under one key: one method an operation, and `all_…` for whole lists.

    Raises `ApiError` for what the API refuses and `NoAnswer` when it cannot be reached. A client
    may be used by several threads.
    """

    def upload_transcription(
        self,
        audio: str | os.PathLike[str] | IO[bytes],
        body: t.UploadBody,
        *,
        name: str | None = None,
        idempotency_key: str | None = None,
        timeout_s: float = _UPLOAD_TIMEOUT_S,
    ) -> t.TranscriptionDetail:
        """Have a recording transcribed that lies here: a path, or a file opened in binary mode.

        It is streamed, never held in memory, and read from its beginning; a pipe is sent once,
        without second attempts. `name` is what the file is called, if not by its own name.
        `timeout_s` is for each wait, not for the whole upload. Raises `OSError` for a file that
        cannot be read.
        """
        if isinstance(audio, str | os.PathLike):
            with Path(audio).open("rb") as file:
                return self.upload_transcription(
                    file,
                    body,
                    name=name,
                    idempotency_key=idempotency_key,
                    timeout_s=timeout_s,
                )
        own = getattr(audio, "name", None)  # an int for a pipe
        return self.send_form(
            "/v1/transcription",
            fields={"request": json.dumps(body).encode()},
            file=("audio", name or (Path(own).name if isinstance(own, str) else _NAMELESS), audio),
            timeout_s=timeout_s,
            idempotency_key=idempotency_key,
        )
