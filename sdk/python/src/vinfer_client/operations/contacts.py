"""Operations on `/contacts`. Made by `python tools/client.py` from the OpenAPI document."""

from collections.abc import Iterator
from typing import Literal
from urllib.parse import quote

from vinfer_client import types as t
from vinfer_client.transport import Transport


class ContactsOperations(Transport):
    """Methods are named as the operations are."""

    def list_contacts(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        cursor: str | None = None,
        campaign_id: str | None = None,
        status: Literal["pending", "in_progress", "retry_scheduled", "completed", "skipped"]
        | None = None,
        disposition: Literal[
            "interested", "not_interested", "callback", "not_reachable", "dnd", "escalated"
        ]
        | None = None,
        phone: str | None = None,
    ) -> t.ContactPage:
        """The contacts of all campaigns, newest first."""
        return self.request(
            "GET",
            "/v1/contacts",
            query={
                "limit": limit,
                "offset": offset,
                "cursor": cursor,
                "campaign_id": campaign_id,
                "status": status,
                "disposition": disposition,
                "phone": phone,
            },
        )

    def all_contacts(
        self,
        *,
        campaign_id: str | None = None,
        status: Literal["pending", "in_progress", "retry_scheduled", "completed", "skipped"]
        | None = None,
        disposition: Literal[
            "interested", "not_interested", "callback", "not_reachable", "dnd", "escalated"
        ]
        | None = None,
        phone: str | None = None,
    ) -> Iterator[t.Contact]:
        """Every row of `list_contacts`, page after page."""
        return self.walk(
            "/v1/contacts",
            {
                "campaign_id": campaign_id,
                "status": status,
                "disposition": disposition,
                "phone": phone,
            },
        )

    def get_contact(self, phone: str) -> t.Profile:
        """A person: values, do-not-call status, calls."""
        return self.request("GET", f"/v1/contacts/{quote(phone, safe='')}")

    def change_contact(self, phone: str, body: t.ContactPatch) -> t.Profile:
        """Put a person's name or values right, for the calls that are still to be made too."""
        return self.request("PATCH", f"/v1/contacts/{quote(phone, safe='')}", body=body)

    def erase_contact(self, phone: str) -> None:
        """Erase a person and every call to them."""
        self.request("DELETE", f"/v1/contacts/{quote(phone, safe='')}")
