"""Operations on `/transcription`. Made by `python tools/client.py` from the OpenAPI document."""

from collections.abc import Iterator
from typing import Literal
from urllib.parse import quote

from vinfer_client import types as t
from vinfer_client.transport import Transport


class TranscriptionOperations(Transport):
    """Methods are named as the operations are."""

    def list_transcriptions(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        cursor: str | None = None,
        status: Literal["queued", "processing", "completed", "failed"] | None = None,
        from_: str | None = None,
        to: str | None = None,
        call_id: str | None = None,
    ) -> t.TranscriptionJobPage:
        """Jobs without their results, newest first."""
        return self.request(
            "GET",
            "/v1/transcription",
            query={
                "limit": limit,
                "offset": offset,
                "cursor": cursor,
                "status": status,
                "from": from_,
                "to": to,
                "call_id": call_id,
            },
        )

    def all_transcriptions(
        self,
        *,
        status: Literal["queued", "processing", "completed", "failed"] | None = None,
        from_: str | None = None,
        to: str | None = None,
        call_id: str | None = None,
    ) -> Iterator[t.TranscriptionJob]:
        """Every row of `list_transcriptions`, page after page."""
        return self.walk(
            "/v1/transcription", {"status": status, "from": from_, "to": to, "call_id": call_id}
        )

    def create_transcription(
        self, body: t.TranscriptionBody, *, idempotency_key: str | None = None
    ) -> t.TranscriptionDetail:
        """Have a recording transcribed: by URL, fetched within 15 minutes, or sent in a form."""
        return self.request("POST", "/v1/transcription", body=body, idempotency_key=idempotency_key)

    def get_transcription(self, id: str) -> t.TranscriptionDetail:
        """A job: how far it is, and its results."""
        return self.request("GET", f"/v1/transcription/{quote(id, safe='')}")

    def delete_transcription(self, id: str) -> None:
        """Erase a job with all that came of it; one that is being done is ended."""
        self.request("DELETE", f"/v1/transcription/{quote(id, safe='')}")
