-- Reports: one row for each, those that are made again and again included.

create table reports (
    id text primary key,
    workspace_id text not null references workspaces,
    type text not null check (type in ('call_summary', 'qa_performance', 'compliance_audit',
        'agent_coaching', 'campaign_performance')),
    format text not null check (format in ('json', 'csv', 'pdf')),
    status text not null check (status in ('scheduled', 'queued', 'processing', 'completed', 'failed')),
    filters jsonb not null default '{}',
    timezone text not null,
    from_day date,                   -- null of a schedule: each run has its own
    to_day date,
    schedule jsonb,                  -- of a schedule: when it runs, and who is mailed
    next_run_at timestamptz,
    runs int not null default 0,
    schedule_id text,                -- of a run: its schedule, which may be gone
    run_for timestamptz,             -- of a run: the time at which it was due
    email text,
    mail_state text check (mail_state in ('due', 'sent', 'refused')),
    mail_until timestamptz,          -- while it is being sent: when that attempt is given up
    mailed_at timestamptz,
    due_at timestamptz,              -- next attempt; of one under way, when its lease ends
    claim text,                      -- of the attempt under way
    attempts int not null default 0,
    data text,                       -- JSON as it was made: jsonb would not keep its order
    file_key text,
    file_bytes bigint,
    file_sha256 text,
    error jsonb,
    created_at timestamptz not null,
    completed_at timestamptz
);
create index reports_newest on reports (workspace_id, created_at desc, id desc);
create index reports_due on reports (due_at) where status in ('queued', 'processing');
create index reports_unfinished on reports (workspace_id) where status in ('scheduled', 'queued', 'processing');
create index reports_schedules on reports (next_run_at) where status = 'scheduled';
create unique index reports_runs on reports (schedule_id, run_for) where schedule_id is not null;
