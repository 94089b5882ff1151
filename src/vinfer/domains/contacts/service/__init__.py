"""Contacts of campaigns, people by phone, and the do-not-call list."""

from vinfer.domains.contacts.service.batches import Rows, csv_rows
from vinfer.domains.contacts.service.dnc import (
    add_dnc,
    add_dnc_rows,
    forbid,
    list_dnc,
    may_ring,
    recall,
    remove_dnc,
    standing,
)
from vinfer.domains.contacts.service.intake import add_all, add_rows, read_variables
from vinfer.domains.contacts.service.people import (
    campaigns_of,
    change,
    erase,
    hold,
    list_contacts,
    person,
)
from vinfer.domains.contacts.service.progress import (
    close_waiting,
    finish,
    has_any,
    has_open,
    has_skipped,
    lock,
    schedule,
    tallies,
)

__all__ = [
    "Rows",
    "add_all",
    "add_dnc",
    "add_dnc_rows",
    "add_rows",
    "campaigns_of",
    "change",
    "close_waiting",
    "csv_rows",
    "erase",
    "finish",
    "forbid",
    "has_any",
    "has_open",
    "has_skipped",
    "hold",
    "list_contacts",
    "list_dnc",
    "lock",
    "may_ring",
    "person",
    "read_variables",
    "recall",
    "remove_dnc",
    "schedule",
    "standing",
    "tallies",
]
