"""Campaigns: requests of people, and moves that time and calls make."""

from vinfer.domains.campaigns.service.lifecycle import (
    complete_if_finished,
    end_one_overdue,
    lock,
    move,
    start_one_due,
)
from vinfer.domains.campaigns.service.requests import (
    act,
    add_contacts,
    add_contacts_csv,
    create,
    edit,
    get,
    list_campaigns,
)
from vinfer.domains.campaigns.service.trunks import require_trunk

__all__ = [
    "act",
    "add_contacts",
    "add_contacts_csv",
    "complete_if_finished",
    "create",
    "edit",
    "end_one_overdue",
    "get",
    "list_campaigns",
    "lock",
    "move",
    "require_trunk",
    "start_one_due",
]
