-- Transcription: one row a job, its pieces as they are heard, and whose turn it is.

create sequence transcription_turn_numbers;

create table transcriptions (
    id text primary key,
    workspace_id text not null references workspaces,
    call_id text references calls,
    status text not null default 'queued'
        check (status in ('queued', 'processing', 'completed', 'failed')),
    step text check (step in ('fetch', 'survey', 'hear')),  -- what is to be done next; null: nothing
    lane text generated always as (
        case when step = 'fetch' then 'light' when step is not null then 'heavy' end
    ) stored,
    due_at timestamptz not null,     -- next attempt; of one under way, when its lease ends
    claim text,                      -- of the attempt under way
    attempts int not null default 0, -- at this step since something was last stored
    language text not null,
    speakers int not null,
    features text[] not null,
    qa_scorecard_id text,
    metadata text not null,          -- JSON as it came: jsonb would not keep its order
    url_sealed bytea,                -- where to fetch from, until it is fetched
    audio_key text,                  -- where the audio lies, until it is heard
    audio_secret_sealed bytea,       -- what it is encrypted with; null for a call's recording
    audio_bytes bigint,
    audio_name text not null default '',
    survey bytea,
    pieces int,
    pieces_done int not null default 0,
    duration_s double precision,
    error jsonb,
    result jsonb,
    created_at timestamptz not null,
    completed_at timestamptz
);
create index transcriptions_newest on transcriptions (workspace_id, created_at desc, id desc);
create index transcriptions_due on transcriptions (workspace_id, lane, due_at) where step is not null;
create unique index transcriptions_call on transcriptions (call_id) where call_id is not null;

-- what was heard so far; gone when the transcript is whole
create table transcription_pieces (
    job_id text not null references transcriptions on delete cascade,
    number int not null,
    heard bytea not null,
    primary key (job_id, number)
);

-- workspaces take turns
create table transcription_turns (
    workspace_id text not null references workspaces,
    lane text not null,
    turn bigint not null,
    primary key (workspace_id, lane)
);

alter table calls add column transcript_job_id text;
