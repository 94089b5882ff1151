-- QA: scorecards and their versions, results with a row for each parameter.

create table qa_scorecards (
    id text primary key,
    workspace_id text not null references workspaces,
    name text not null,
    version int not null default 0,
    scoped boolean not null default false,  -- whether it applies to calls by itself
    campaign_ids text[],                    -- of its scope; null: any
    agent_ids text[],
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz
);
create index on qa_scorecards (workspace_id, created_at desc, id desc) where deleted_at is null;
create index qa_scorecards_scoped on qa_scorecards (workspace_id) where scoped and deleted_at is null;

create table qa_scorecard_versions (
    scorecard_id text not null references qa_scorecards,
    version int not null,
    body jsonb not null,
    created_at timestamptz not null default now(),
    primary key (scorecard_id, version)
);

-- gone with the job that it was read from
create table qa_results (
    id text primary key,
    workspace_id text not null references workspaces,
    job_id text not null references transcriptions on delete cascade,
    call_id text references calls,
    campaign_id text,                       -- of the call, as are agent_id and language
    agent_id text,
    language text not null,
    scorecard_id text not null references qa_scorecards,
    scorecard_version int not null,
    score double precision,                 -- as people see it: after overrides
    passed boolean,
    machine_score double precision,
    machine_passed boolean,
    needs_review boolean not null,          -- some parameter is judged by nobody
    overrides jsonb not null default '[]',  -- oldest first
    created_at timestamptz not null default now(),
    unique (job_id, scorecard_id)
);
create index qa_results_newest on qa_results (workspace_id, created_at desc, id desc);
create index qa_results_scorecard on qa_results (scorecard_id, created_at desc, id desc);
create index qa_results_call on qa_results (call_id) where call_id is not null;
create index qa_results_review on qa_results (workspace_id, created_at desc, id desc) where needs_review;

create table qa_verdicts (
    result_id text not null references qa_results on delete cascade,
    position int not null,
    name text not null,
    method text not null check (method in ('binary', 'scale', 'keyword')),
    weight int not null,
    fatal boolean not null,
    machine_score double precision,         -- of max; null: the machine abstained
    human_score double precision,           -- null: nobody has said otherwise
    max double precision not null,
    confidence double precision not null,
    explanation text not null,
    evidence jsonb not null default '[]',
    reviewed_at timestamptz,
    primary key (result_id, position)
);
create index qa_verdicts_reviewed on qa_verdicts (result_id) where reviewed_at is not null;

-- what judges tell of a job is erased with it
create index events_job on events ((data ->> 'job_id'))
    where resource_type <> 'transcription' and data ? 'job_id';
