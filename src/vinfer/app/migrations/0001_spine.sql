-- The spine: who may call, what is said, who is called, and what came of it.

create table workspaces (
    id text primary key,
    name text not null unique,
    timezone text not null default 'Asia/Kolkata',
    requests_per_minute int not null default 1000 check (requests_per_minute > 0),
    max_concurrent_calls int not null default 100 check (max_concurrent_calls >= 0),
    last_sequence bigint not null default 0,
    created_at timestamptz not null default now()
);

create table api_keys (
    id text primary key,
    workspace_id text not null references workspaces,
    name text not null,
    prefix text not null,
    hash bytea not null unique,
    scope text not null check (scope in ('read_only', 'read_write', 'admin')),
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz
);
create index on api_keys (workspace_id, created_at desc, id desc);

create table scripts (
    id text primary key,
    workspace_id text not null references workspaces,
    name text not null,
    language text not null,
    version int not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz
);
create index on scripts (workspace_id, created_at desc, id desc) where deleted_at is null;

create table script_versions (
    script_id text not null references scripts,
    version int not null,
    body jsonb not null,
    warnings jsonb not null default '[]',
    created_at timestamptz not null default now(),
    primary key (script_id, version)
);

create table trunks (
    id text primary key,
    workspace_id text not null references workspaces,
    name text not null,
    server text not null,
    transport text not null default 'udp' check (transport in ('udp', 'tcp', 'tls')),
    username text not null default '',
    auth_username text not null default '',
    password_sealed bytea,
    register boolean not null default false,
    caller_ids text[] not null default '{}',
    channels int not null default 30 check (channels > 0),
    calls_per_second int not null default 5 check (calls_per_second > 0),
    is_default boolean not null default false,
    created_at timestamptz not null default now()
);
create index on trunks (workspace_id, created_at desc, id desc);
create unique index on trunks (workspace_id) where is_default;

create table dnc (
    workspace_id text not null references workspaces,
    phone text not null,
    reason text not null,
    created_at timestamptz not null default now(),
    primary key (workspace_id, phone)
);

create table campaigns (
    id text primary key,
    workspace_id text not null references workspaces,
    name text not null,
    script_id text not null references scripts,
    script_version int not null,
    language text not null,
    trunk_id text references trunks on delete set null,
    status text not null default 'scheduled'
        check (status in ('scheduled', 'running', 'paused', 'completed', 'stopped')),
    stop_reason text,
    start_at timestamptz,
    end_at timestamptz,
    timezone text not null,
    window_start time not null default '00:00',
    window_end time not null default '24:00',
    days int[] not null default '{1,2,3,4,5,6,7}',
    schedule jsonb,
    max_attempts int not null default 1 check (max_attempts between 1 and 5),
    retry_interval_minutes int not null default 240,
    concurrency int,
    metadata jsonb not null default '{}',
    analyze_features jsonb,
    fallback jsonb,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    ended_at timestamptz
);
create index on campaigns (workspace_id, created_at desc, id desc);
create index on campaigns (workspace_id) where status = 'running';
create index on campaigns (start_at) where status = 'scheduled' and start_at is not null;

create table contacts (
    id text primary key,
    workspace_id text not null references workspaces,
    campaign_id text not null references campaigns,
    position int not null,
    phone text not null,
    name text,
    variables jsonb not null default '{}',
    status text not null default 'pending'
        check (status in ('pending', 'in_progress', 'retry_scheduled', 'completed', 'skipped')),
    attempts int not null default 0,
    trunk_failures int not null default 0,  -- tries in a row that the trunk refused; they cost no attempt
    next_at timestamptz not null default now(),
    disposition text,
    created_at timestamptz not null default now()
);
create index contacts_due on contacts (campaign_id, next_at, position) where status in ('pending', 'retry_scheduled');
create index contacts_phone on contacts (workspace_id, phone);
create index contacts_campaign on contacts (campaign_id, status);

create table calls (
    id text primary key,
    workspace_id text not null references workspaces,
    campaign_id text references campaigns,
    contact_id text references contacts,
    trunk_id text,
    caller_id text,
    script_id text not null,
    script_version int not null,
    phone text not null,
    name text,
    variables jsonb not null default '{}',
    language text not null,
    voice text not null default 'female',
    attempt int not null default 1,
    owner text,  -- the media process that holds it; null while a one-off call waits for a seat
    status text not null default 'in_progress' check (status in ('in_progress', 'completed', 'failed')),
    disposition text check (disposition in
        ('interested', 'not_interested', 'callback', 'not_reachable', 'dnd', 'escalated')),
    tag text,
    end_reason text,
    evidence jsonb,
    started_at timestamptz not null default now(),
    answered_at timestamptz,
    ended_at timestamptz,
    duration_seconds int not null default 0,
    captured jsonb not null default '{}',
    latency_ms jsonb,
    metadata jsonb not null default '{}',
    fallback jsonb,
    analyze_features jsonb,
    recording_key text,
    hangup_requested boolean not null default false
);
create index on calls (workspace_id, started_at desc, id desc);
create index on calls (campaign_id, started_at desc, id desc);
create index calls_live on calls (workspace_id) where status = 'in_progress';
create index calls_owner on calls (owner) where status = 'in_progress';
create index calls_trunk on calls (trunk_id, started_at) where owner is not null;  -- the calls-per-second limit
create index calls_phone on calls (workspace_id, phone, started_at desc);
create unique index calls_one_live_per_phone on calls (workspace_id, phone) where status = 'in_progress';

create table call_turns (
    call_id text not null references calls,
    index int not null,
    speaker text not null,
    start_s double precision not null,
    end_s double precision not null,
    text text not null,
    interrupted boolean not null default false,
    latency_ms jsonb,
    primary key (call_id, index)
);

-- every event, in the order in which its workspace committed them
create table events (
    workspace_id text not null references workspaces,
    sequence bigint not null,
    id text not null unique,
    name text not null,
    resource_type text not null,
    resource_id text not null,
    data jsonb not null,
    created_at timestamptz not null default now(),
    primary key (workspace_id, sequence)
);

create table webhooks (
    id text primary key,
    workspace_id text not null references workspaces,
    url text not null,
    events text[] not null,
    secret_sealed bytea not null,
    status text not null default 'active' check (status in ('active', 'disabled')),
    created_at timestamptz not null default now(),
    deleted_at timestamptz,
    cursor bigint not null default 0,      -- every event up to here is delivered or in the slow lane
    attempts int not null default 0,       -- failed attempts at the event after the cursor
    retry_at timestamptz,                  -- when that event may be tried again
    pumping_until timestamptz              -- lease of the worker that delivers now
);
create index on webhooks (workspace_id, created_at desc, id desc) where deleted_at is null;

create table deliveries (
    id text primary key,
    webhook_id text not null references webhooks,
    workspace_id text not null,
    sequence bigint not null,
    event_id text not null,
    attempt int not null,
    status text not null check (status in ('sending', 'delivered', 'failed')),
    status_code int,
    error text,
    latency_ms int,
    created_at timestamptz not null default now()
);
create index on deliveries (webhook_id, created_at desc, id desc);

-- what a POST answered, written in the transaction of its effect; erased after 24 hours
create table idempotency (
    workspace_id text not null,
    scope bytea not null,          -- SHA-256 of method, path and query
    key text not null,
    request bytea not null,        -- SHA-256 of the body
    status int not null,
    body_sealed bytea not null,
    created_at timestamptz not null default now(),
    primary key (workspace_id, scope, key)
);
create index on idempotency using brin (created_at);

create unlogged table rate_leases (
    workspace_id text not null,
    minute bigint not null,
    used int not null,
    granted int not null,
    primary key (workspace_id, minute)
);

-- media processes that may hold calls; each proves it lives by a session advisory lock on its id
create table media_processes (
    id text primary key,
    host text not null,
    started_at timestamptz not null default now(),
    missing_since timestamptz  -- when its lock was first found free
);

-- whose turn it is among a trunk's caller ids
create sequence caller_turns cycle;
