"""Operations on `/webhooks`. Made by `python tools/client.py` from the OpenAPI document."""

from collections.abc import Iterator
from typing import Literal
from urllib.parse import quote

from vinfer_client import types as t
from vinfer_client.transport import Transport


class WebhooksOperations(Transport):
    """Methods are named as the operations are."""

    def list_webhooks(
        self, *, limit: int | None = None, offset: int | None = None, cursor: str | None = None
    ) -> t.WebhookPage:
        """The workspace's webhooks, each with its last delivery."""
        return self.request(
            "GET", "/v1/webhooks", query={"limit": limit, "offset": offset, "cursor": cursor}
        )

    def all_webhooks(self) -> Iterator[t.Webhook]:
        """Every row of `list_webhooks`, page after page."""
        return self.walk("/v1/webhooks", {})

    def create_webhook(
        self, body: t.WebhookCreate, *, idempotency_key: str | None = None
    ) -> t.Webhook:
        """Register a URL for events; the secret is in this answer only."""
        return self.request("POST", "/v1/webhooks", body=body, idempotency_key=idempotency_key)

    def get_webhook(self, id: str) -> t.Webhook:
        """One webhook with its last delivery."""
        return self.request("GET", f"/v1/webhooks/{quote(id, safe='')}")

    def update_webhook(self, id: str, body: t.WebhookPatch) -> t.Webhook:
        """Change the URL, the events or the status."""
        return self.request("PATCH", f"/v1/webhooks/{quote(id, safe='')}", body=body)

    def delete_webhook(self, id: str) -> None:
        """End a webhook; deliveries stop at once."""
        self.request("DELETE", f"/v1/webhooks/{quote(id, safe='')}")

    def list_deliveries(
        self,
        id: str,
        *,
        limit: int | None = None,
        offset: int | None = None,
        cursor: str | None = None,
        status: Literal["sending", "delivered", "failed"] | None = None,
        event: str | None = None,
    ) -> t.DeliveryPage:
        """Attempts, newest first: what was sent, what came back, when it is tried again."""
        return self.request(
            "GET",
            f"/v1/webhooks/{quote(id, safe='')}/deliveries",
            query={
                "limit": limit,
                "offset": offset,
                "cursor": cursor,
                "status": status,
                "event": event,
            },
        )

    def all_deliveries(
        self,
        id: str,
        *,
        status: Literal["sending", "delivered", "failed"] | None = None,
        event: str | None = None,
    ) -> Iterator[t.Delivery]:
        """Every row of `list_deliveries`, page after page."""
        return self.walk(
            f"/v1/webhooks/{quote(id, safe='')}/deliveries", {"status": status, "event": event}
        )

    def get_delivery(self, id: str, delivery_id: str) -> t.Delivery:
        """One attempt."""
        return self.request(
            "GET", f"/v1/webhooks/{quote(id, safe='')}/deliveries/{quote(delivery_id, safe='')}"
        )

    def redeliver(
        self, id: str, delivery_id: str, *, idempotency_key: str | None = None
    ) -> t.Queued:
        """Send the event again, under the id it has."""
        return self.request(
            "POST",
            f"/v1/webhooks/{quote(id, safe='')}/deliveries/{quote(delivery_id, safe='')}/redeliver",
            idempotency_key=idempotency_key,
        )

    def replay(
        self, id: str, body: t.ReplayRequest, *, idempotency_key: str | None = None
    ) -> t.Replay:
        """Send every wanted event since a moment again, ordered per resource, under their ids."""
        return self.request(
            "POST",
            f"/v1/webhooks/{quote(id, safe='')}/replay",
            body=body,
            idempotency_key=idempotency_key,
        )

    def rotate_secret(
        self, id: str, body: t.SecretRotation, *, idempotency_key: str | None = None
    ) -> t.Webhook:
        """Change the secret; for 24 hours deliveries are signed with the old one too."""
        return self.request(
            "POST",
            f"/v1/webhooks/{quote(id, safe='')}/rotate-secret",
            body=body,
            idempotency_key=idempotency_key,
        )

    def test_webhook(self, id: str, *, idempotency_key: str | None = None) -> t.Delivery:
        """Send a `webhook.test` event now, once; what becomes of it is under the delivery's id."""
        return self.request(
            "POST", f"/v1/webhooks/{quote(id, safe='')}/test", idempotency_key=idempotency_key
        )
