"""The domains of this installation: adding a resource is one folder and one word here."""

from vinfer.app import mail, models
from vinfer.domains.agents import routes as agents
from vinfer.domains.analytics import routes as analytics
from vinfer.domains.analytics import tasks as analytics_tasks
from vinfer.domains.calls import routes as calls
from vinfer.domains.calls import tasks as call_tasks
from vinfer.domains.campaigns import routes as campaigns
from vinfer.domains.compliance import routes as compliance
from vinfer.domains.contacts import routes as contacts
from vinfer.domains.identity import routes as identity
from vinfer.domains.qa import routes as qa
from vinfer.domains.qa import tasks as qa_tasks
from vinfer.domains.recordings import routes as recordings
from vinfer.domains.recordings import tasks as recording_tasks
from vinfer.domains.reports import routes as reports
from vinfer.domains.reports import tasks as report_tasks
from vinfer.domains.scripts import routes as scripts
from vinfer.domains.transcription import routes as transcription
from vinfer.domains.transcription import tasks as transcription_tasks
from vinfer.domains.trunks import routes as trunks
from vinfer.domains.webhooks import routes as webhooks
from vinfer.domains.webhooks import tasks as webhook_tasks

ROUTERS = (
    identity.router,
    scripts.router,
    agents.router,
    contacts.router,
    trunks.router,
    campaigns.router,
    calls.router,
    transcription.router,
    qa.router,
    compliance.router,
    analytics.router,
    reports.router,
    webhooks.router,
    models.router,
)
UNVERSIONED = (recordings.router,)
JOBS = (
    *mail.JOBS,
    *call_tasks.JOBS,
    *recording_tasks.JOBS,
    *transcription_tasks.JOBS,
    *report_tasks.JOBS,
    *webhook_tasks.JOBS,
)
TICKS = (
    *analytics_tasks.TICKS,
    *report_tasks.TICKS,
    *qa_tasks.TICKS,
    *webhook_tasks.TICKS,
)
