-- Agents: who speaks, with which script, and when a person takes over.

create table agents (
    id text primary key,
    workspace_id text not null references workspaces,
    agent_name text not null,
    language text not null,
    voice text not null check (voice in ('male', 'female')),
    script_id text not null references scripts,
    fallback jsonb,
    dispositions text[] not null default '{}',
    warnings jsonb not null default '[]',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz
);
create index on agents (workspace_id, created_at desc, id desc) where deleted_at is null;
create index on agents (script_id) where deleted_at is null;

-- what a campaign took from its agent; the `own_` columns are what was asked of the campaign itself,
-- so that it can take the agent anew when it starts
alter table campaigns
    add column agent_id text references agents,
    add column voice text not null default 'female',
    add column tags text[] not null default '{}',
    add column warnings jsonb not null default '[]',
    add column own_script boolean not null default true,
    add column own_fallback jsonb;
update campaigns set own_fallback = fallback;
create index on campaigns (agent_id) where agent_id is not null;

alter table calls
    add column voice_agent_id text,
    add column tags text[] not null default '{}',
    add column warnings jsonb not null default '[]';
create index on calls (voice_agent_id) where voice_agent_id is not null and status = 'in_progress';
