"""Webhooks: what may be done with them, and with what they were sent."""

from vinfer.domains.webhooks.service.endpoints import (
    create,
    delete,
    get,
    list_webhooks,
    rotate_secret,
    update,
)
from vinfer.domains.webhooks.service.history import (
    SEND_TEST,
    get_delivery,
    list_deliveries,
    pull,
    redeliver,
    replay,
    test,
)

__all__ = [
    "SEND_TEST",
    "create",
    "delete",
    "get",
    "get_delivery",
    "list_deliveries",
    "list_webhooks",
    "pull",
    "redeliver",
    "replay",
    "rotate_secret",
    "test",
    "update",
]
