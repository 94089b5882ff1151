"""Operations of the API. Made by `python tools/client.py` from the OpenAPI document."""

from vinfer_client.operations.agents import AgentsOperations
from vinfer_client.operations.analytics import AnalyticsOperations
from vinfer_client.operations.api_keys import ApiKeysOperations
from vinfer_client.operations.calls import CallsOperations
from vinfer_client.operations.campaigns import CampaignsOperations
from vinfer_client.operations.compliance import ComplianceOperations
from vinfer_client.operations.contacts import ContactsOperations
from vinfer_client.operations.dnc import DncOperations
from vinfer_client.operations.events import EventsOperations
from vinfer_client.operations.health import HealthOperations
from vinfer_client.operations.models import ModelsOperations
from vinfer_client.operations.qa import QaOperations
from vinfer_client.operations.reports import ReportsOperations
from vinfer_client.operations.scripts import ScriptsOperations
from vinfer_client.operations.transcription import TranscriptionOperations
from vinfer_client.operations.trunks import TrunksOperations
from vinfer_client.operations.webhooks import WebhooksOperations
from vinfer_client.operations.workspace import WorkspaceOperations


class Operations(
    AgentsOperations,
    AnalyticsOperations,
    ApiKeysOperations,
    CallsOperations,
    CampaignsOperations,
    ComplianceOperations,
    ContactsOperations,
    DncOperations,
    EventsOperations,
    HealthOperations,
    ModelsOperations,
    QaOperations,
    ReportsOperations,
    ScriptsOperations,
    TranscriptionOperations,
    TrunksOperations,
    WebhooksOperations,
    WorkspaceOperations,
):
    """Methods are named as the operations are."""
