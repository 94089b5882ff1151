"""The domains of this installation: adding a resource is one folder and one word here."""

from vinfer.domains.identity import routes as identity

ROUTERS = (identity.router,)
