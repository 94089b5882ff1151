"""The domains of this installation: adding a resource is one folder and one word here."""

from vinfer.domains.calls import routes as calls
from vinfer.domains.campaigns import routes as campaigns
from vinfer.domains.contacts import routes as contacts
from vinfer.domains.identity import routes as identity
from vinfer.domains.scripts import routes as scripts
from vinfer.domains.trunks import routes as trunks

ROUTERS = (
    identity.router,
    scripts.router,
    contacts.router,
    trunks.router,
    campaigns.router,
    calls.router,
)
JOBS = ()
